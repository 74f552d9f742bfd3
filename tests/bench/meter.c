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

void meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                   size_t pairs, double most) {
    double *ours = calloc(pairs, sizeof *ours), *theirs = calloc(pairs, sizeof *theirs);
    for (size_t i = 0; i < pairs + 3; i++) { /* the first ones warm up */
        double one = first(first_data), other = second(second_data);
        if (i >= 3) {
            ours[i - 3] = one;
            theirs[i - 3] = other;
        }
    }
    double our_median = meter_median(ours, pairs), their_median = meter_median(theirs, pairs);
    printf("%-62s %9.1f us, against %9.1f us: %5.2f x (at most %.2f)%s\n", what, our_median, their_median,
           our_median / their_median, most, our_median / their_median > most ? "  <-- MISSED" : "");
    fflush(stdout);
    free(ours);
    free(theirs);
}
