/* Merges profiles: samples with equal stacks and labels become one, in tables to which each input is added. */
#include "merge/merge.h"

#include "go/unit.h"
#include "merge/samples.h"

/* The numbers of a header, for which the order of merging matters in pprof. */
struct header_numbers {
    int64_t time_nanos, duration_nanos, period;
};

struct merger {
    struct merge_tables t;
    struct merge_samples s;
    bool canonical;
    struct profile header;                /* as in the result, except the numbers below */
    struct header_numbers numbers, group; /* group: of the inputs that were added since the last end_group */
    VEC(str_id) comment;
    struct u64map commented;
    struct arena arena; /* memory of the header that the result keeps */
    struct arena work;
};

static void add_numbers(struct header_numbers *all, const struct header_numbers *one) {
    /* a profile without a time resets the time so far, as in pprof */
    if (all->time_nanos == 0 || one->time_nanos < all->time_nanos) all->time_nanos = one->time_nanos;
    all->duration_nanos = (int64_t)((uint64_t)all->duration_nanos + (uint64_t)one->duration_nanos);
    if (all->period == 0 || all->period < one->period) all->period = one->period;
}

/* In any order and grouping: the earliest time and the largest period that are known. */
static void join_numbers(struct header_numbers *all, const struct header_numbers *one) {
    if (all->time_nanos == 0 || (one->time_nanos && one->time_nanos < all->time_nanos))
        all->time_nanos = one->time_nanos;
    all->duration_nanos = (int64_t)((uint64_t)all->duration_nanos + (uint64_t)one->duration_nanos);
    if (all->period == 0 || (one->period && one->period > all->period)) all->period = one->period;
}

static str_id header_string(struct merger *m, const struct profile *v, str_id id) {
    return merge_tables_string(&m->t, profile_str(v, id));
}

static str_id smaller_string(const struct merger *m, str_id x, str_id y) {
    if (!x || !y) return x ? x : y;
    return str_compare(m->t.string.at[x], m->t.string.at[y]) <= 0 ? x : y;
}

/* Merges comments, drop_frames and so on as pprof does; in a canonical merge so that the order does not matter. */
static void add_header(struct merger *m, const struct profile *v) {
    for (uint32_t c = 0; c < v->n_comments; c++) {
        str_id id = header_string(m, v, v->comment[c]);
        bool added;
        u64map_put(&m->commented, id, 0, &added);
        if (added) *VEC_PUSH(&m->arena, &m->comment) = id;
    }
    struct profile *h = &m->header;
    str_id default_type = header_string(m, v, v->default_type), doc_url = header_string(m, v, v->doc_url);
    if (m->canonical) {
        h->default_type = smaller_string(m, h->default_type, default_type);
        h->doc_url = smaller_string(m, h->doc_url, doc_url);
        if (header_string(m, v, v->drop_frames) != h->drop_frames ||
            header_string(m, v, v->keep_frames) != h->keep_frames)
            h->drop_frames = h->keep_frames = 0;
    } else {
        if (!h->default_type) h->default_type = default_type;
        if (!h->doc_url) h->doc_url = doc_url;
    }
    h->one_column &= v->one_column;
    h->shares_stacks |= v->shares_stacks;
}

/* Takes the fields that only the first header sets, and the types, which are the same in all. */
static void take_first_header(struct merger *m, const struct merge_input *in) {
    const struct profile *v = &in->view;
    struct profile_value_type *type = ARENA_ARRAY(&m->arena, struct profile_value_type, v->n_types);
    for (uint32_t t = 0; t < v->n_types; t++)
        type[t] =
            (struct profile_value_type){header_string(m, v, v->type[t].type), merge_tables_string(&m->t, in->unit[t])};
    m->header = (struct profile){
        .shown = {true, true, true, true, true, true},
        .type = type,
        .n_types = v->n_types,
        .period_type = {header_string(m, v, v->period_type.type), merge_tables_string(&m->t, in->period_unit)},
        .drop_frames = header_string(m, v, v->drop_frames),
        .keep_frames = header_string(m, v, v->keep_frames),
        .one_column = v->one_column,
        .shares_stacks = v->shares_stacks,
    };
}

/* A merger for profiles with the types and units of `first`. Does not add `first`. */
static struct merger *new_merger(struct arena *a, const struct merge_input *first) {
    struct merger *m = ARENA_NEW(a, struct merger);
    m->canonical = first->canonical;
    merge_tables_init(&m->t, first->canonical);
    merge_samples_init(&m->s, first->view.n_types);
    m->commented.arena = &m->work;
    take_first_header(m, first);
    return m;
}

static void release_merger(struct merger *m) {
    merge_tables_release(&m->t);
    merge_samples_release(&m->s);
    arena_release(&m->arena);
    arena_release(&m->work);
}

/* Adds inputs with the types and units of the merger. Frees those that are consumed. */
static void add_inputs(struct merger *m, struct merge_input *in, uint32_t n) {
    merge_tables_room(&m->t, in, n);
    merge_samples_room(&m->s, in, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *v = &in[i].view;
        merge_tables_start(&m->t, &in[i]);
        merge_samples_add(&m->s, &m->t, &in[i]);
        add_header(m, v);
        struct header_numbers numbers = {v->time_nanos, v->duration_nanos, v->period};
        if (m->canonical)
            join_numbers(&m->numbers, &numbers);
        else
            add_numbers(&m->group, &numbers);
        if (in[i].consumed) arena_release(in[i].consumed);
    }
}

/* Counts the inputs that were added since the last call as one profile. */
static void end_group(struct merger *m) {
    if (m->canonical) return;
    add_numbers(&m->numbers, &m->group);
    m->group = (struct header_numbers){0};
}

static void seal_merger(struct merger *m, struct arena *a, struct profile *out) {
    *out = m->header;
    out->time_nanos = m->numbers.time_nanos;
    out->duration_nanos = m->numbers.duration_nanos;
    out->period = m->numbers.period;
    out->comment = m->comment.at;
    out->n_comments = (uint32_t)m->comment.n;
    merge_tables_join(&m->t);
    merge_samples_seal(&m->s, a, out);
    merge_tables_seal(&m->t, a, out);
    profile_fill_empty(out);
    arena_adopt(a, &m->arena);
    release_merger(m);
}

/* Removes samples that cancelled out, and everything that only they used. */
static struct merger *drop_zeros(struct arena *a, struct merger *m) {
    if (!m->s.n_zeros || m->canonical) return m;
    struct profile with_zeros;
    struct arena scratch = {0};
    seal_merger(m, &scratch, &with_zeros);
    struct merge_input again = merge_input_of(&scratch, &with_zeros);
    again.consumed = &scratch;
    m = new_merger(a, &again);
    add_inputs(m, &again, 1);
    end_group(m);
    arena_release(&scratch);
    return m;
}

/* Each row of the result is a row of one of the inputs, so the sum of their sizes bounds it. */
struct sizes {
    uint64_t rows, strings, functions, locations, lines, labels;
};

static void add_size(struct sizes *s, const struct merge_input *in) {
    const struct profile *v = &in->view;
    s->rows += v->n_rows;
    s->strings += (uint64_t)v->n_strings + v->n_types + 2;
    s->functions += v->n_functions;
    s->locations += v->n_locations;
    s->lines += v->n_lines;
    s->labels += (uint64_t)v->label_off[v->n_rows] + (in->is_base ? v->n_rows : 0);
}

static bool is_size_held(const struct sizes *s) {
    uint64_t most = PROFILE_NONE - 1;
    return s->rows <= most && s->strings <= most && s->functions <= most && s->locations <= most && s->lines <= most &&
           s->labels <= most;
}

static bool check_inputs(const struct merge_input *in, uint32_t n, struct err *e) {
    for (uint32_t i = 1; i < n; i++)
        if (!merge_check_compatible(&in[0], &in[i], e)) return false;
    struct sizes s = {0};
    for (uint32_t i = 0; i < n; i++) add_size(&s, &in[i]);
    return is_size_held(&s) || err_set(e, "too many rows: at most %u of a kind can be held", PROFILE_NONE - 1);
}

/* Unifies types and units, then merges; the merger is in `a`. Returns NULL if the inputs cannot be merged. */
static struct merger *combine(struct arena *a, struct merge_input *in, uint32_t n, struct err *e) {
    struct arena scratch = {0};
    struct merger *m = NULL;
    if (merge_unify_types(&scratch, in, n, e) && merge_unify_units(&scratch, in, n, e) && check_inputs(in, n, e)) {
        m = new_merger(a, &in[0]);
        add_inputs(m, in, n);
        end_group(m);
        m = drop_zeros(a, m);
    }
    arena_release(&scratch);
    return m;
}

static struct merge_input input_of(struct arena *a, struct merge_source source, bool canonical) {
    struct merge_input in = merge_input_of(a, source.profile);
    in.consumed = source.consumed;
    in.canonical = canonical;
    /* canonical merges reorder types, so the default must be named: without a name it is the last type */
    if (canonical && !in.view.default_type && in.view.n_types)
        in.view.default_type = in.view.type[in.view.n_types - 1].type;
    return in;
}

static struct merge_input *inputs_of(struct arena *a, const struct merge_source *in, uint32_t n, bool canonical) {
    struct merge_input *inputs = ARENA_ARRAY(a, struct merge_input, n);
    for (uint32_t i = 0; i < n; i++) inputs[i] = input_of(a, in[i], canonical);
    return inputs;
}

static bool pass_through(struct arena *a, const struct profile *p, bool canonical, struct profile *out, struct err *e) {
    struct merge_input only = input_of(a, (struct merge_source){p, NULL}, canonical);
    if (!merge_unify_types(a, &only, 1, e)) return false;
    *out = only.view;
    return true;
}

static bool merge_sources(struct arena *a, const struct merge_source *in, uint32_t n, bool canonical,
                          struct profile *out, struct err *e) {
    if (n == 1) return pass_through(a, in[0].profile, canonical, out, e);
    struct arena scratch = {0};
    struct merger *m = combine(&scratch, inputs_of(&scratch, in, n, canonical), n, e);
    if (m) seal_merger(m, a, out);
    arena_release(&scratch);
    return m != NULL;
}

bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    struct merge_source *source = ARENA_ZERO(&scratch, struct merge_source, n);
    for (uint32_t i = 0; i < n; i++) source[i].profile = in[i];
    bool ok = merge_sources(a, source, n, false, out, e);
    arena_release(&scratch);
    return ok;
}

bool merge_compact(struct arena *a, const struct profile *in, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    struct merge_input only = input_of(&scratch, (struct merge_source){in, NULL}, true);
    struct merger *m = combine(&scratch, &only, 1, e);
    if (m) seal_merger(m, a, out);
    arena_release(&scratch);
    return m != NULL;
}

/* Returns true if merging with `as` converts neither types nor units of the profile. (Conversion to a common type, unit
 * and total leaves it as it is.) */
static bool agrees(const struct merge_input *as, const struct merge_input *in) {
    bool same = merge_check_compatible(as, in, NULL);
    const struct profile *v = &in->view;
    double period = (double)v->period;
    return same && unit_scale(v->period, in->period_unit, in->period_unit).value == period && period < 0x1p63 &&
           (int64_t)period == v->period;
}

static bool names_a_type_twice(const struct profile *v) {
    for (uint32_t t = 0; t < v->n_types; t++)
        for (uint32_t u = 0; u < t; u++)
            if (str_equal(profile_str(v, v->type[t].type), profile_str(v, v->type[u].type))) return true;
    return false;
}

/* The part of a merger's result that the next input is checked against. */
static struct profile outline(const struct merger *m) {
    struct profile p = m->header;
    p.period = m->numbers.period;
    p.string = m->t.string.at;
    p.n_strings = (uint32_t)m->t.string.n;
    p.n_functions = (uint32_t)m->t.function.n;
    p.n_locations = (uint32_t)m->t.location.n;
    p.n_lines = (uint32_t)m->t.line.n;
    p.n_rows = (uint32_t)m->s.stack.n;
    p.label_off = m->s.label_off.at;
    return p;
}

/* Returns true if adding n inputs one by one to `so_far` gives the same result as merging them with each other
 * first. */
static bool can_append(const struct merge_input *so_far, const struct merge_input *in, uint32_t n) {
    const struct profile *v = &so_far->view;
    if (names_a_type_twice(v) || !agrees(so_far, so_far)) return false;
    for (uint32_t t = 0; t < v->n_types; t++)
        if (unit_ratio(so_far->unit[t], so_far->unit[t]) != 1) return false;
    struct sizes s = {0};
    add_size(&s, so_far);
    for (uint32_t i = 0; i < n; i++) {
        if (!agrees(so_far, &in[i])) return false;
        add_size(&s, &in[i]);
    }
    return is_size_held(&s);
}

/* Adds inputs to the profiles so far. Returns false if these must be merged with each other first. `of_only` is the
 * arena of the single profile so far, or NULL. */
static bool append_sources(struct merge_groups *g, struct arena *of_only, const struct merge_source *in, uint32_t n) {
    struct arena scratch = {0};
    struct profile so_far = g->merger ? outline(g->merger) : g->only;
    struct merge_input first = input_of(&scratch, (struct merge_source){&so_far, NULL}, g->canonical);
    struct merge_input *inputs = inputs_of(&scratch, in, n, g->canonical);
    bool can = can_append(&first, inputs, n);
    first.consumed = of_only;
    if (can) {
        if (!g->merger) {
            g->merger = new_merger(&g->arena, &first);
            if (g->n_expected) {
                merge_tables_expect(&g->merger->t, &so_far, g->n_expected);
                merge_samples_expect(&g->merger->s, &so_far, g->n_expected);
            }
            add_inputs(g->merger, &first, 1);
            if (g->only_is_group) end_group(g->merger);
        }
        add_inputs(g->merger, inputs, n);
    }
    arena_release(&scratch);
    return can;
}

static void finish_group(struct merge_groups *g) {
    g->only_is_group = true;
    if (!g->merger) return;
    end_group(g->merger);
    g->merger = drop_zeros(&g->arena, g->merger);
}

static bool combine_first(struct merge_groups *g, const struct merge_source *in, uint32_t n, struct err *e) {
    struct arena scratch = {0};
    struct profile so_far = g->only, group;
    if (g->merger) seal_merger(g->merger, &scratch, &so_far);
    g->merger = NULL;
    if (merge_sources(&scratch, in, n, g->canonical, &group, e)) {
        /* a single profile passed through, so it is still in its own arena */
        const struct merge_source both[] = {{&so_far, NULL}, {&group, n == 1 ? in[0].consumed : NULL}};
        g->merger = combine(&g->arena, inputs_of(&scratch, both, 2, g->canonical), 2, e);
    }
    arena_release(&scratch);
    return g->merger != NULL;
}

bool merge_groups_add(struct merge_groups *g, const struct merge_source *in, uint32_t n, struct err *e) {
    uint32_t before = g->n;
    g->n += n;
    if (g->n == 1) {
        g->only_is_group = true;
        return pass_through(&g->arena, in[0].profile, g->canonical, &g->only, e);
    }
    if (before > 0 && !append_sources(g, NULL, in, n)) return combine_first(g, in, n, e);
    if (before > 0) {
        finish_group(g);
        return true;
    }
    struct arena scratch = {0};
    g->merger = combine(&g->arena, inputs_of(&scratch, in, n, g->canonical), n, e);
    arena_release(&scratch);
    return g->merger != NULL;
}

static bool start_with(struct merge_groups *g, const struct profile *p) {
    bool ok = pass_through(&g->arena, p, g->canonical, &g->only, NULL);
    g->n = 1;
    g->only_is_group = false;
    return ok;
}

/* The state that merge_groups_rewind restores. */
struct merge_mark {
    struct merge_tables_mark t;
    struct merge_samples_mark s;
    struct profile header;
    struct header_numbers numbers;
    size_t n_comments;
    uint32_t n;
    bool has_merger;
};

static void mark_group(struct merge_groups *g) {
    const struct merger *m = g->merger;
    arena_release(&g->mark_arena);
    g->mark = ARENA_NEW(&g->mark_arena, struct merge_mark);
    g->mark->n = g->n;
    g->mark->has_merger = m != NULL;
    if (!m) return;
    g->mark->t = merge_tables_mark(&m->t, &g->mark_arena);
    merge_samples_mark(&m->s, &g->mark_arena, &g->mark->s);
    g->mark->header = m->header;
    g->mark->numbers = m->numbers;
    g->mark->n_comments = m->comment.n;
}

void merge_groups_rewind(struct merge_groups *g) {
    struct merger *m = g->merger;
    const struct merge_mark *mark = g->mark;
    if (!g->in_group) return;
    g->n = mark->n;
    g->in_group = false;
    g->merger = NULL;
    if (mark->has_merger) {
        merge_tables_rewind(&m->t, &mark->t);
        merge_samples_rewind(&m->s, &mark->s);
        m->header = mark->header;
        m->numbers = mark->numbers;
        m->comment.n = mark->n_comments;
        seal_merger(m, &g->arena, &g->only);
        g->only_is_group = true;
    } else if (m) {
        release_merger(m);
    }
    if (!g->n) g->only = (struct profile){0};
    arena_release(&g->mark_arena);
}

bool merge_groups_add_part(struct merge_groups *g, const struct merge_source *in, uint32_t n, bool is_last) {
    if (!g->in_group) mark_group(g);
    g->in_group = true;
    bool first = g->n == 0 && n > 0;
    uint32_t skip = first ? 1 : 0;
    if (first && !start_with(g, in[0].profile)) return false;
    if (n > skip) {
        if (!append_sources(g, first ? in[0].consumed : NULL, in + skip, n - skip)) return false;
        g->n += n - skip;
    }
    if (is_last) {
        finish_group(g);
        g->in_group = false;
    }
    return true;
}

void merge_groups_finish(struct merge_groups *g, struct arena *a, struct profile *out) {
    *out = g->only;
    if (g->merger) seal_merger(g->merger, a, out);
    arena_adopt(a, &g->arena);
    arena_release(&g->mark_arena);
    *g = (struct merge_groups){0};
}

void merge_groups_release(struct merge_groups *g) {
    if (g->merger) release_merger(g->merger);
    arena_release(&g->arena);
    arena_release(&g->mark_arena);
    *g = (struct merge_groups){0};
}

bool merge_base(struct arena *a, const struct merge_difference *d, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    struct merge_input in[2] = {input_of(&scratch, d->p, false), input_of(&scratch, d->base, false)};
    in[1].is_base = d->kind == MERGE_DIFF_BASE;
    struct merger *m = NULL;
    if (!d->normalize || merge_normalize(&scratch, &in[0], &in[1], e)) {
        uint32_t n_types = d->base.profile->n_types;
        double *minus = ARENA_ARRAY(&scratch, double, n_types);
        for (uint32_t t = 0; t < n_types; t++) minus[t] = -1;
        merge_scale(&scratch, &in[1], minus);
        m = combine(&scratch, in, 2, e);
    }
    if (m) {
        seal_merger(m, a, out);
        out->one_column = false;
    }
    arena_release(&scratch);
    return m != NULL;
}
