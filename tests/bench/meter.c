#include "meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double meter_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double meter_median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

struct medians meter_pairs(meter_run *first, void *first_data, meter_run *second, void *second_data, size_t pairs) {
    enum { WARM_UP = 3 };
    double *ours = calloc(pairs, sizeof *ours), *theirs = calloc(pairs, sizeof *theirs);
    for (size_t i = 0; i < pairs + WARM_UP; i++) {
        double one = first(first_data), other = second(second_data);
        if (i < WARM_UP)
            continue;
        ours[i - WARM_UP] = one;
        theirs[i - WARM_UP] = other;
    }
    struct medians medians = {meter_median(ours, pairs), meter_median(theirs, pairs)};
    free(ours);
    free(theirs);
    return medians;
}

static void print_limit(const char *name, double limit) {
    if (limit > 0)
        printf("  %s %8.6g", name, limit);
    else
        printf("  %s %8s", name, "-");
}

void meter_print(const char *what, double now, const char *unit, struct target target) {
    printf("%-66s now %9.5g %-8s", what, now, unit);
    print_limit("must", target.must);
    print_limit("aim", target.aim);
    printf("  %s\n", target.must <= 0 ? "" : now <= target.must ? "met" : "MISSED");
    fflush(stdout);
}

struct medians meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                             size_t pairs, struct target target) {
    struct medians medians = meter_pairs(first, first_data, second, second_data, pairs);
    meter_print(what, medians.first / medians.second, "x", target);
    printf("    %.1f us, against %.1f us\n", medians.first, medians.second);
    return medians;
}

void meter_print_parts(const char *title, const struct part *parts, size_t count) {
    double whole = 0;
    for (size_t i = 0; i < count; i++)
        whole += parts[i].us;
    printf("%s: %.0f us\n", title, whole);
    for (size_t i = 0; i < count; i++)
        printf("    %9.0f us  %4.0f %%  %s\n", parts[i].us, whole > 0 ? 100 * parts[i].us / whole : 0, parts[i].what);
    fflush(stdout);
}
