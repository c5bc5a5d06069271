/* Sums each run's values per function, and estimates their noise from the events behind them. */
#include "gate/sums.h"

#include <math.h>

static bool has_unit(const struct profile *p, uint32_t type, str unit) {
    return type < p->n_types && str_equal(profile_str(p, p->type[type].unit), unit);
}

/* Finds the count column and the bytes column of a heap profile: alloc_space belongs to alloc_objects, inuse_space
 * to inuse_objects, space to objects, each right after it. */
static bool heap_pair(const struct profile *p, uint32_t type, uint32_t *count, uint32_t *bytes) {
    if (has_unit(p, type, STR("bytes")) && type > 0 && has_unit(p, type - 1, STR("count"))) {
        *count = type - 1;
        *bytes = type;
        return true;
    }
    if (has_unit(p, type, STR("count")) && has_unit(p, type + 1, STR("bytes"))) {
        *count = type;
        *bytes = type + 1;
        return true;
    }
    return false;
}

/* True if the profile counts everything: all columns are counts, and the period is 1 in counts. */
static bool is_exact(const struct profile *p) {
    if (p->period != 1 || !str_equal(profile_str(p, p->period_type.unit), STR("count"))) return false;
    for (uint32_t t = 0; t < p->n_types; t++)
        if (!has_unit(p, t, STR("count"))) return false;
    return true;
}

/* The value of one event if no column counts events: the period, or the smallest sample if that is less. */
static double value_per_event(const struct profile *p, uint32_t type) {
    double least = (double)p->period;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        double value = fabs((double)p->value[type][r]);
        if (value > 0 && value < least) least = value;
    }
    return least;
}

static struct gate_noise noise_of(const struct profile *p, uint32_t type) {
    struct gate_noise n = {.type = type, .count = PROFILE_NONE, .bytes = PROFILE_NONE, .per_event = 1};
    str period_unit = profile_str(p, p->period_type.unit);
    bool sampled_bytes = str_equal(period_unit, STR("bytes")) && p->period > 1;
    if (sampled_bytes && heap_pair(p, type, &n.count, &n.bytes)) {
        n.kind = GATE_ALLOCATIONS;
        n.rate = (double)p->period;
        return n;
    }
    if (is_exact(p)) {
        n.kind = GATE_EXACT;
        return n;
    }
    if (str_equal(profile_str(p, p->period_type.type), STR("contentions"))) n.kind = GATE_CONTENTIONS;
    if (has_unit(p, type, STR("count")))
        n.count = type;
    else if (has_unit(p, 0, STR("count")))
        n.count = 0;
    bool counted_period = str_equal(period_unit, STR("count")) && p->period > 1;
    if (n.count != PROFILE_NONE && counted_period) n.per_event = (double)p->period;
    bool same_unit = has_unit(p, type, period_unit) && p->period > 0;
    if (n.count == PROFILE_NONE && same_unit) n.per_event = value_per_event(p, type);
    return n;
}

/* The number of events behind a row; *objects_out is set to the number of objects they stand for, 0 if unknown. */
static double events(const struct gate_noise *n, const struct profile *p, uint32_t row, double *objects_out) {
    *objects_out = 0;
    if (n->bytes != PROFILE_NONE) {
        double objects = fabs((double)p->value[n->count][row]), bytes = fabs((double)p->value[n->bytes][row]);
        if (!(objects > 0) || !(bytes > 0)) return 0;
        *objects_out = objects;
        return objects * -expm1(-(bytes / objects) / n->rate);
    }
    uint32_t column = n->count != PROFILE_NONE ? n->count : n->type;
    return fabs((double)p->value[column][row]) / n->per_event;
}

/* A run's samples, summed per distinct stack. */
struct per_stack {
    struct gate_cell *cell;
    stack_id *active;
    uint32_t n_active;
    unsigned char *seen;
};

static void add(struct gate_cell *c, const struct gate_cell *more) {
    c->value += more->value;
    c->variance += more->variance;
    c->weight += more->weight;
    c->seen += more->seen;
    c->objects += more->objects;
}

static void sum_stacks(const struct gate_in *in, const struct gate_noise *noise, uint32_t run, struct per_stack *s,
                       struct gate_cell *total) {
    const struct profile *v = in->view;
    s->n_active = 0;
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        if (in->runs->run_of_row[row] != run) continue;
        double value = (double)v->value[in->value.type][row];
        if (!(fabs(value) > 0)) continue;
        struct gate_cell one = {.value = value, .weight = fabs(value)};
        one.seen = noise->kind == GATE_EXACT ? 0 : events(noise, v, row, &one.objects);
        one.variance = one.seen > 0 ? value * value / one.seen : 0;
        stack_id stack = v->stack_of[row];
        if (!s->seen[stack]) {
            s->seen[stack] = 1;
            s->active[s->n_active++] = stack;
            s->cell[stack] = (struct gate_cell){0};
        }
        add(&s->cell[stack], &one);
        add(total, &one);
    }
    for (uint32_t i = 0; i < s->n_active; i++) s->seen[s->active[i]] = 0;
}

/* Which nodes and which whole locations the stack of number `epoch` has had. */
struct marks {
    uint32_t *node, *location, epoch;
};

/* flat: adds to the leaf's node. cum: adds to every node of the stack, once. */
static void sum_nodes(const struct gate_sums *sums, const struct profile *v, const struct per_stack *s,
                      struct gate_cell *cell, struct marks *m) {
    const struct graph_names *names = sums->names;
    for (uint32_t i = 0; i < s->n_active; i++) {
        stack_id stack = s->active[i];
        uint64_t to = v->stack_off[stack + 1];
        struct own_leaf leaf = sums->leaf[stack];
        if (v->stack_off[stack] == to) continue;
        if (!sums->cum) {
            add(&cell[names->node_of[leaf.line]], &s->cell[stack]);
            continue;
        }
        m->epoch++;
        for (uint64_t f = leaf.frame; f < to; f++) {
            loc_id loc = v->frame[f];
            uint32_t first = f == leaf.frame ? leaf.line : names->first[loc];
            if (m->location[loc] == m->epoch) continue; /* a stack may repeat a location of many lines */
            if (first == names->first[loc]) m->location[loc] = m->epoch;
            for (uint32_t l = first; l < names->first[loc + 1]; l++) {
                uint32_t node = names->node_of[l];
                if (m->node[node] == m->epoch) continue;
                m->node[node] = m->epoch;
                add(&cell[node], &s->cell[stack]);
            }
        }
    }
}

static const struct own_leaf *innermost(struct arena *a, const struct profile *v, const struct graph_names *names) {
    struct own_leaf *leaf = ARENA_ARRAY(a, struct own_leaf, v->n_stacks);
    for (stack_id s = 0; s < v->n_stacks; s++) {
        uint64_t from = v->stack_off[s];
        leaf[s] = (struct own_leaf){from, from < v->stack_off[s + 1] ? names->first[v->frame[from]] : 0};
    }
    return leaf;
}

struct gate_sums *gate_sum(struct arena *a, const struct gate_in *in, bool cum) {
    const struct profile *v = in->view;
    struct gate_sums *out = ARENA_NEW(a, struct gate_sums);
    out->names = graph_names(a, v, in->options, false);
    out->n_runs = in->runs->n_base + in->runs->n_new;
    out->n_nodes = out->names->n_nodes;
    out->cell = ARENA_ZERO(a, struct gate_cell, (size_t)out->n_runs * out->n_nodes);
    out->total = ARENA_ZERO(a, struct gate_cell, out->n_runs);
    out->noise = noise_of(v, in->value.type);
    out->cum = cum;
    bool waits = out->noise.kind == GATE_EXACT || out->noise.kind == GATE_CONTENTIONS;
    out->leaf = waits ? own_leaves(a, v, out->names) : innermost(a, v, out->names);
    struct arena scratch = {0};
    struct per_stack s = {.cell = ARENA_ARRAY(&scratch, struct gate_cell, v->n_stacks),
                          .active = ARENA_ARRAY(&scratch, stack_id, v->n_stacks),
                          .seen = ARENA_ZERO(&scratch, unsigned char, v->n_stacks)};
    struct marks m = {.node = ARENA_ZERO(&scratch, uint32_t, out->n_nodes),
                      .location = ARENA_ZERO(&scratch, uint32_t, v->n_locations)};
    for (uint32_t run = 0; run < out->n_runs; run++) {
        sum_stacks(in, &out->noise, run, &s, &out->total[run]);
        sum_nodes(out, v, &s, out->cell + (size_t)run * out->n_nodes, &m);
    }
    arena_release(&scratch);
    return out;
}

const double *gate_run_totals(struct arena *a, const struct gate_runs *runs, const struct profile *p, uint32_t type) {
    double *total = ARENA_ZERO(a, double, runs->n_base + runs->n_new);
    for (uint32_t i = 0; i < p->n_samples; i++) {
        uint32_t row = profile_row(p, i);
        total[runs->run_of_row[row]] += fabs((double)p->value[type][row]);
    }
    return total;
}
