/* The listed nodes that a stack visits: these get the tags of the stack's samples. */
#include "graph/visits.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

struct visit_finder {
    struct arena arena;
    uint32_t *mark, *found; /* per node; the distinct nodes of the stack being walked */
    uint32_t *seen;         /* per location with many nodes: the last stack that had it */
    uint32_t stack;
    uint32_t *room, *room_end;
};

struct visit_search {
    const struct graph_work *w;
    const struct graph *g;
    const uint32_t *part;
    const uint8_t *needed; /* per stack */
    bool has_long;         /* graph_has_long_locations */
    struct graph_visits *visits;
    struct visit_finder *worker;
};

static const uint32_t *keep(struct visit_finder *f, uint32_t n) {
    if (!n) return NULL;
    if ((size_t)(f->room_end - f->room) < n) {
        size_t size = n > TUNING_VISITS_BLOCK ? n : TUNING_VISITS_BLOCK;
        f->room = ARENA_ARRAY(&f->arena, uint32_t, size);
        f->room_end = f->room + size;
    }
    uint32_t *at = f->room;
    memcpy(at, f->found, n * sizeof *at);
    f->room += n;
    return at;
}

static void find_visits(struct visit_finder *f, const struct visit_search *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_table *t = &all->w->table;
    struct graph_visits *to = &all->visits[stack];
    uint32_t n = 0;
    f->stack++;
    to->leaf = GRAPH_NONE;
    for (uint64_t at = v->stack_off[stack]; at < v->stack_off[stack + 1]; at++) {
        loc_id l = v->frame[at];
        if (t->first[l + 1] - t->first[l] > TUNING_GRAPH_PADDING) {
            if (f->seen[l] == f->stack) continue;
            f->seen[l] = f->stack;
        }
        for (uint32_t i = t->first[l]; i < t->first[l + 1]; i++) {
            uint32_t node = all->part[t->node_of[i]];
            if (node == GRAPH_NONE || !all->w->listed[node] || f->mark[node] == f->stack) continue;
            if (at == v->stack_off[stack] && i == t->first[l]) to->leaf = node;
            f->mark[node] = f->stack;
            f->found[n++] = node;
        }
    }
    to->n = n;
    to->node = keep(f, n);
}

static void start_finder(void *context, int worker) {
    struct visit_search *all = context;
    struct visit_finder *f = &all->worker[worker];
    f->mark = ARENA_ZERO(&f->arena, uint32_t, all->g->n_all);
    f->found = ARENA_ARRAY(&f->arena, uint32_t, all->g->n_all);
    if (all->has_long) f->seen = ARENA_ZERO(&f->arena, uint32_t, all->w->view->n_locations);
}

static void find_all_visits(void *context, int worker, stack_id from, stack_id to) {
    struct visit_search *all = context;
    for (stack_id i = from; i < to; i++)
        if (all->needed[i]) find_visits(&all->worker[worker], all, i);
}

const struct graph_visits *graph_find_visits(struct graph_work *w, const struct graph *g, const uint8_t *needed) {
    int workers = graph_workers(w->view, g->n_all * 2 * sizeof(uint32_t));
    struct visit_search all = {
        .w = w, .g = g, .part = graph_part_of(w, g), .needed = needed, .has_long = graph_has_long_locations(&w->table)};
    all.visits = ARENA_ARRAY(w->arena, struct graph_visits, w->view->n_stacks);
    all.worker = ARENA_ZERO(w->arena, struct visit_finder, (size_t)workers);
    workers = task_chunks((struct task_chunks){start_finder, find_all_visits, &all, w->view->n_stacks,
                                               TUNING_GRAPH_CHUNK, workers, false});
    for (int i = 0; i < workers; i++) arena_adopt(w->arena, &all.worker[i].arena);
    return all.visits;
}
