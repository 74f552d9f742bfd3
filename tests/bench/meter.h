/*
 * Measuring: two things in turns, many times, in one run; only the ratio of the medians counts, since absolute times
 * drift with whatever else the machine does. Each figure is printed with what it must not exceed and with its aim.
 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stddef.h>

/* One measurement; returns microseconds. */
typedef double meter_run(void *data);

/* What a figure must not exceed, and what is aimed at; 0 is none. */
struct target {
    double must, aim;
};

struct medians {
    double first, second; /* microseconds */
};

/* Run both in turns. */
struct medians meter_pairs(meter_run *first, void *first_data, meter_run *second, void *second_data, size_t pairs);

/* The same, and print the ratio of the first to the second as the figure @what. */
struct medians meter_compare(const char *what, meter_run *first, void *first_data, meter_run *second, void *second_data,
                             size_t pairs, struct target target);

/* Print a figure in @unit: now, must, aim, and whether it is met. */
void meter_print(const char *what, double now, const char *unit, struct target target);

/* The parts of a time, as a table: each is what the next larger measurement adds. */
struct part {
    const char *what;
    double us;
};
void meter_print_parts(const char *title, const struct part *parts, size_t count);

double meter_median(double *values, size_t count);
double meter_now_us(void);

#endif
