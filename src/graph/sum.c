/* Sums samples into stacks and stacks into nodes: reads each sample once and walks each stack once. */
#include "graph/sum.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

void graph_weigh(struct graph_work *w) {
    const struct profile *v = w->view;
    const struct graph_weights *to = &w->weights;
    for (uint32_t i = 0; i < v->n_samples; i++) {
        int64_t weight, divisor;
        uint32_t row = profile_row(v, i);
        if (!graph_sample_weight(w, row, &weight, &divisor)) continue;
        stack_id s = v->stack_of[row];
        to->active[s] = 1;
        to->weight[s] = graph_add(to->weight[s], weight);
        if (to->divisor) to->divisor[s] = graph_add(to->divisor[s], divisor);
    }
}

/* The accumulators of a worker. Sums wrap, so the order of additions does not matter. */
struct summer {
    struct arena arena;
    struct graph_visit *visit;
    int64_t *flat, *flat_div, *cum_div;
    uint32_t stack; /* number of the stack being walked; 0: none */
    uint32_t *seen; /* per location with many nodes: the last stack that had it */
    loc_id *frames; /* profile_frames_room */
    loc_id *picked; /* room for the frames of a stack; NULL: all nodes are kept */
};

struct summing {
    const struct graph_work *w;
    const uint8_t *kept;     /* per node */
    const uint8_t *has_kept; /* per location: some node of it is kept; NULL: all nodes are */
    bool has_long;           /* graph_has_long_locations */
    struct summer *worker;
};

/* The weights of the stack being walked. */
struct stack_weight {
    int64_t weight, divisor;
};

/* Gives the flat weight to the innermost line, unless it is not kept. */
static inline void add_flat(struct summer *s, const uint8_t *kept, uint32_t leaf, struct stack_weight l) {
    if (kept && !kept[leaf]) return;
    s->flat[leaf] = graph_add(s->flat[leaf], l.weight);
    if (s->flat_div) s->flat_div[leaf] = graph_add(s->flat_div[leaf], l.divisor);
}

/* Takes two nodes at a time, which is a sixth faster than the compiler's code for one at a time. */
static inline void visit_all(struct graph_visit *visit, uint32_t mark, const uint32_t *node, size_t n, int64_t weight) {
    size_t i = 0;
    for (; i + 1 < n; i += 2) {
        graph_visit_one(&visit[node[i]], mark, weight);
        graph_visit_one(&visit[node[i + 1]], mark, weight);
    }
    if (i < n) graph_visit_one(&visit[node[i]], mark, weight);
}

/* visit_all for means, or for only some nodes. */
static void visit_some(struct summer *s, const uint8_t *kept, const uint32_t *node, size_t n, struct stack_weight l) {
    for (size_t i = 0; i < n; i++) {
        struct graph_visit *v = &s->visit[node[i]];
        if (v->mark == s->stack || (kept && !kept[node[i]])) continue;
        v->mark = s->stack;
        v->cum = graph_add(v->cum, l.weight);
        if (s->cum_div) s->cum_div[node[i]] = graph_add(s->cum_div[node[i]], l.divisor);
    }
}

static inline void visit(struct summer *s, const uint8_t *kept, const uint32_t *node, size_t n, struct stack_weight l) {
    if (kept || s->cum_div)
        visit_some(s, kept, node, n, l);
    else
        visit_all(s->visit, s->stack, node, n, l.weight);
}

/* Copies the frames that have kept nodes. It has no branch, because they are unpredictable. */
static size_t pick_frames(const uint8_t *has_kept, const loc_id *frame, size_t n, loc_id *picked) {
    size_t n_picked = 0;
    for (size_t i = 0; i < n; i++) {
        picked[n_picked] = frame[i];
        n_picked += has_kept[frame[i]];
    }
    return n_picked;
}

/* Collects the nodes first. Few locations have more than TUNING_GRAPH_PADDING nodes, so the loop always copies that
 * many: this costs less than mispredicting their number. */
static void sum_stack(struct summer *s, const struct summing *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_weights *weights = &all->w->weights;
    const uint32_t *first = all->w->table.first, *node_of = all->w->table.node_of;
    const loc_id *frame = profile_frames(v, stack, s->frames);
    size_t n_frames = v->stack_off[stack + 1] - v->stack_off[stack];
    struct stack_weight l = {weights->weight[stack], weights->divisor ? weights->divisor[stack] : 0};
    uint32_t path[TUNING_GRAPH_PATH];
    if (!n_frames) return;
    s->stack++;
    add_flat(s, all->kept, node_of[first[*frame]], l);
    if (all->has_kept) {
        n_frames = pick_frames(all->has_kept, frame, n_frames, s->picked);
        frame = s->picked;
    }
    for (const loc_id *end = frame + n_frames; frame < end;) {
        const loc_id *until = end - frame > GRAPH_PATH_FRAMES ? frame + GRAPH_PATH_FRAMES : end;
        size_t n = 0;
        for (; frame < until; frame++) {
            uint32_t at = first[*frame], count = first[*frame + 1] - at;
            if (all->has_long && count > TUNING_GRAPH_PADDING) {
                if (s->seen[*frame] != s->stack) visit(s, all->kept, node_of + at, count, l);
                s->seen[*frame] = s->stack;
                continue;
            }
            memcpy(path + n, node_of + at, TUNING_GRAPH_PADDING * sizeof *path);
            n += count;
        }
        visit(s, all->kept, path, n, l);
    }
}

static void start_summer(void *context, int worker) {
    struct summing *all = context;
    struct summer *s = &all->worker[worker];
    uint32_t n_nodes = all->w->table.nodes.n;
    s->visit = ARENA_ZERO(&s->arena, struct graph_visit, n_nodes);
    s->flat = ARENA_ZERO(&s->arena, int64_t, n_nodes);
    s->frames = profile_frames_room(all->w->view, &s->arena);
    if (all->has_kept) s->picked = ARENA_ARRAY(&s->arena, loc_id, profile_longest_stack(all->w->view));
    if (all->has_long) s->seen = ARENA_ZERO(&s->arena, uint32_t, all->w->view->n_locations);
    if (all->w->weights.divisor) {
        s->flat_div = ARENA_ZERO(&s->arena, int64_t, n_nodes);
        s->cum_div = ARENA_ZERO(&s->arena, int64_t, n_nodes);
    }
}

static void sum_stacks(void *context, int worker, stack_id from, stack_id to) {
    struct summing *all = context;
    for (stack_id i = from; i < to; i++)
        if (all->w->weights.active[i]) sum_stack(&all->worker[worker], all, i);
}

static void add_up(const struct summer *s, struct graph_sums *out, uint32_t n_nodes) {
    for (uint32_t i = 0; i < n_nodes; i++) {
        out->cum[i] = graph_add(out->cum[i], s->visit[i].cum);
        out->flat[i] = graph_add(out->flat[i], s->flat[i]);
        out->reached[i] |= s->visit[i].mark != 0;
        if (!out->cum_div) continue;
        out->cum_div[i] = graph_add(out->cum_div[i], s->cum_div[i]);
        out->flat_div[i] = graph_add(out->flat_div[i], s->flat_div[i]);
    }
}

static const uint8_t *find_locations(const struct graph_work *w, const uint8_t *kept) {
    uint8_t *has_kept = ARENA_ZERO(w->arena, uint8_t, w->view->n_locations);
    for (loc_id l = 0; l < w->view->n_locations; l++)
        for (uint32_t i = w->table.first[l]; i < w->table.first[l + 1]; i++) has_kept[l] |= kept[w->table.node_of[i]];
    return has_kept;
}

void graph_sum_nodes(struct graph_work *w, const uint8_t *kept, struct graph_sums *out) {
    uint32_t n = w->table.nodes.n;
    bool mean = w->weights.divisor != NULL;
    int workers = graph_workers(w->view, n * (sizeof(struct graph_visit) + sizeof(int64_t)));
    struct summing all = {.w = w,
                          .kept = kept,
                          .has_kept = kept ? find_locations(w, kept) : NULL,
                          .has_long = graph_has_long_locations(&w->table),
                          .worker = ARENA_ZERO(w->arena, struct summer, (size_t)workers)};
    workers = task_chunks(
        (struct task_chunks){start_summer, sum_stacks, &all, w->view->n_stacks, TUNING_GRAPH_CHUNK, workers, true});
    *out = (struct graph_sums){.flat = ARENA_ZERO(w->arena, int64_t, n),
                               .cum = ARENA_ZERO(w->arena, int64_t, n),
                               .reached = ARENA_ZERO(w->arena, uint8_t, n)};
    if (mean) {
        out->flat_div = ARENA_ZERO(w->arena, int64_t, n);
        out->cum_div = ARENA_ZERO(w->arena, int64_t, n);
    }
    for (int i = 0; i < workers; i++) {
        add_up(&all.worker[i], out, n);
        arena_release(&all.worker[i].arena);
    }
}
