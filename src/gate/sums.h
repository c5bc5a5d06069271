/* What each run spends in each function, and how noisy that is. */
#ifndef CPROF_GATE_SUMS_H
#define CPROF_GATE_SUMS_H

#include "gate/gate.h"

struct gate_cell {
    double value;    /* flat or cum, by -sort */
    double variance; /* of the value, from the number of events behind it */
};

struct gate_sums {
    uint32_t n_runs, n_nodes;
    struct gate_cell *cell;  /* cell[run * n_nodes + node] */
    struct gate_cell *total; /* per run */
    const struct graph_names *names;
};

/* The events (samples taken by the profiler) behind a row's value. The sampling noise of a value that k events
 * of equal weight make up is value/sqrt(k), for events that come independently (a Poisson process):
 *   cpu and other profiles with a count column: k is the count;
 *   sampled heap: an object of s bytes is sampled with probability 1-exp(-s/rate) (runtime/mprof.go and
 *     gperftools describe the same scheme), so of n objects k = n * (1 - exp(-s/rate)) were seen;
 *   contention with a sampling period: k is the count divided by the period. */
struct gate_noise {
    uint32_t type;
    uint32_t count;   /* column of counts, or PROFILE_NONE */
    uint32_t bytes;   /* heap: column of bytes, or PROFILE_NONE */
    double rate;      /* heap: the sampling rate in bytes */
    double per_event; /* contention: counts per event; values per event where there is no count column */
};
struct gate_noise gate_noise_of(const struct profile *p, uint32_t type);
double gate_events(const struct gate_noise *n, const struct profile *p, uint32_t row);

struct gate_sums *gate_sum(struct arena *a, const struct gate_in *in);

#endif
