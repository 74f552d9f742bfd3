/*
 * Measuring: two things in turns, many times, in one run; only the ratio of the medians counts, since absolute times
 * drift with whatever else the machine does.
 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stddef.h>

/* One measurement; returns microseconds. */
typedef double meter_run(void *data);

/* A figure to reach: it must not be more than @must, and @aim is what it could be. 0: there is none. */
struct target {
    double must, aim;
};

/* Prints a figure and its target: "F1 what: now 0.60 x, must 1.05, aim 0.50". @unit: " x", " ms". */
void meter_print(const char *what, double now, const char *unit, struct target target);
/* Prints the ratio of the first's median to the second's, and both. */
void meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                   size_t pairs, struct target target);

double meter_median(double *values, size_t count);
double meter_now_us(void);

#endif
