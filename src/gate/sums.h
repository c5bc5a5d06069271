/* What each run spends in each function, and how noisy that is. */
#ifndef CPROF_GATE_SUMS_H
#define CPROF_GATE_SUMS_H

#include "gate/gate.h"
#include "gate/own.h"

struct gate_cell {
    double value;         /* flat or cum, by -sort */
    double variance;      /* of the value, from the number of events behind it */
    double weight;        /* the sum of its samples' magnitudes */
    double seen, objects; /* GATE_ALLOCATIONS: how many objects were sampled, of how many */
};

/* The events (samples taken by the profiler) behind a row's value. The sampling noise of a value that k events
 * of equal weight make up is value/sqrt(k), for events that come independently (a Poisson process):
 *   cpu and other profiles with a count column: k is the count;
 *   sampled heap: an object of s bytes is sampled with probability 1-exp(-s/rate) (runtime/mprof.go and
 *     gperftools describe the same scheme), so of n objects k = n * (1 - exp(-s/rate)) were seen;
 *   contention with a sampling period: k is the count divided by the period.
 * What only counts things that are there, every one of them (columns of counts, period 1 in counts), has none. */
struct gate_noise {
    enum gate_kind kind;
    uint32_t type;
    uint32_t count;   /* column of counts, or PROFILE_NONE */
    uint32_t bytes;   /* heap: column of bytes, or PROFILE_NONE */
    double rate;      /* heap: the sampling rate in bytes */
    double per_event; /* contention: counts per event; values per event where there is no count column */
};

struct gate_sums {
    uint32_t n_runs, n_nodes;
    struct gate_cell *cell;  /* cell[run * n_nodes + node] */
    struct gate_cell *total; /* per run */
    struct gate_noise noise;
    bool cum;                    /* a node's value is that of all stacks it is in; else of those it is the leaf of */
    const struct own_leaf *leaf; /* per stack: the frame that it counts for; what is deeper is left out */
    const struct graph_names *names;
};

struct gate_noise gate_noise_of(const struct profile *p, uint32_t type);
/* The events behind a row; *objects, which may be NULL, gets how many they stand for where that is known, else 0. */
double gate_events(const struct gate_noise *n, const struct profile *p, uint32_t row, double *objects);

/* The leaf of a stack is its innermost line; for profiles that say where something waits or was made (GATE_EXACT,
 * GATE_CONTENTIONS) that is always the same function of the runtime, so it is the deepest line of own code. */
struct gate_sums *gate_sum(struct arena *a, const struct gate_in *in, bool cum);

#endif
