/*
 * Measuring: two things in turns, many times, in one run; only the ratio of the medians counts, since absolute times
 * drift with whatever else the machine does.
 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stddef.h>

/* One measurement; returns microseconds. */
typedef double meter_run(void *data);

/* Prints both medians and the ratio of the first to the second, with the figure it should not pass. */
void meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                   size_t pairs, double most);

double meter_median(double *values, size_t count);
double meter_now_us(void);

#endif
