/* The value of each function in each run, and the noise of that value. */
#ifndef CPROF_GATE_SUMS_H
#define CPROF_GATE_SUMS_H

#include "gate/gate.h"
#include "gate/own.h"

struct gate_cell {
    double value;         /* flat or cum, by -sort */
    double variance;      /* of the value, from the number of events behind it */
    double weight;        /* the sum of its samples' magnitudes */
    double seen, objects; /* GATE_ALLOCATIONS: number of objects sampled, and of objects they stand for */
};

/* The events (samples taken by the profiler) behind a value. A value of k events of equal weight has the sampling
 * noise value/sqrt(k), if events are independent (a Poisson process):
 *
 *  cpu and other profiles with a count column: k is the count;
 *  sampled heap: an object of s bytes is sampled with probability 1-exp(-s/rate) (runtime/mprof.go and
 *    gperftools describe the same scheme), so of n objects k = n * (1 - exp(-s/rate)) were sampled;
 *  contention with a sampling period: k is the count divided by the period.
 *
 * Profiles that count everything (columns of counts, period 1 in counts) have no sampling noise. */
struct gate_noise {
    enum gate_kind kind;
    uint32_t type;
    uint32_t count;   /* column of counts, or PROFILE_NONE */
    uint32_t bytes;   /* heap: column of bytes, or PROFILE_NONE */
    double rate;      /* heap: the sampling rate in bytes */
    double per_event; /* contention: counts per event; without a count column: value per event */
};

struct gate_sums {
    uint32_t n_runs, n_nodes;
    struct gate_cell *cell;  /* cell[run * n_nodes + node] */
    struct gate_cell *total; /* indexed by run */
    struct gate_noise noise;
    bool cum; /* a node's value is the sum of all stacks that contain it; if false, of those whose leaf it is */
    const struct own_leaf *leaf; /* per stack: the frame it is attributed to; deeper frames are left out */
    const struct graph_names *names;
};

/* Sums the values. The leaf of a stack is its innermost line; profiles that show where something waits or was made
 * (GATE_EXACT, GATE_CONTENTIONS) always have the same function of the runtime there, so their leaf is the deepest
 * line of own code. */
struct gate_sums *gate_sum(struct arena *a, const struct gate_in *in, bool cum);

#endif
