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

static void print_figure(const char *what, double now, const char *unit, struct target target) {
    printf("%-58s now %.4g%s", what, now, unit);
    if (target.must > 0)
        printf(", must %g", target.must);
    if (target.aim > 0)
        printf(", aim %g", target.aim);
    if (target.must > 0 && now > target.must)
        printf("  <-- MISSED");
}

void meter_print(const char *what, double now, const char *unit, struct target target) {
    print_figure(what, now, unit, target);
    printf("\n");
    fflush(stdout);
}

void meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                   size_t pairs, struct target target) {
    double *ours = calloc(pairs, sizeof *ours), *theirs = calloc(pairs, sizeof *theirs);
    for (size_t i = 0; i < pairs + 3; i++) { /* the first ones warm up */
        double one = first(first_data), other = second(second_data);
        if (i >= 3) {
            ours[i - 3] = one;
            theirs[i - 3] = other;
        }
    }
    double our_median = meter_median(ours, pairs), their_median = meter_median(theirs, pairs);
    print_figure(what, our_median / their_median, " x", target);
    printf(" (%.1f us against %.1f us)\n", our_median, their_median);
    fflush(stdout);
    free(ours);
    free(theirs);
}
