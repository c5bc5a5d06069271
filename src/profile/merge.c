/* Merging: samples with equal stacks and labels become one. What a sample needs from its profile is remapped
 * once per distinct stack and label; per sample there is one look-up of (stack, labels). Columns are made at once
 * in the size of all inputs together: pages that stay untouched cost nothing. */
#include "profile/merge.h"

#include <string.h>

#include "profile/merge_tables.h"

struct merger {
    struct merge_tables t;
    const struct merge_input *in;
    uint32_t n_in, n_types;
    struct arena work;
    /* the samples so far, in the result's arena, with room for all inputs' */
    uint32_t n_samples;
    stack_id *stack_of;
    uint32_t *label_off;
    label_id *label_ref;
    int64_t **value;
    uint32_t *slot; /* sample + 1 by hash of stack and labels; 0: free */
    uint32_t mask;
};

static bool is_zero(const struct profile *v, uint32_t row) {
    for (uint32_t t = 0; t < v->n_types; t++)
        if (v->value[t][row]) return false;
    return true;
}

static bool same_sample(const struct merger *m, uint32_t s, stack_id stack, const label_id *label, uint32_t n) {
    return m->stack_of[s] == stack && m->label_off[s + 1] - m->label_off[s] == n &&
           (n == 0 || memcmp(m->label_ref + m->label_off[s], label, n * sizeof *label) == 0);
}

/* A row whose stack and labels are known, on its way into the table. */
struct pending {
    uint32_t row, n_labels, hash;
    stack_id stack;
    label_id *label;
};

static void add_pending(struct merger *m, const struct profile *v, const struct pending *p) {
    uint32_t s = m->n_samples, at = p->hash & m->mask;
    while (m->slot[at] && !same_sample(m, m->slot[at] - 1, p->stack, p->label, p->n_labels)) at = (at + 1) & m->mask;
    if (m->slot[at]) {
        s = m->slot[at] - 1;
        for (uint32_t t = 0; t < m->n_types; t++)
            m->value[t][s] = (int64_t)((uint64_t)m->value[t][s] + (uint64_t)v->value[t][p->row]);
        return;
    }
    m->slot[at] = s + 1;
    m->stack_of[s] = p->stack;
    label_id *label = m->label_ref + m->label_off[s];
    if (p->n_labels) memmove(label, p->label, p->n_labels * sizeof *label);
    m->label_off[s + 1] = m->label_off[s] + p->n_labels;
    for (uint32_t t = 0; t < m->n_types; t++) m->value[t][s] = v->value[t][p->row];
    m->n_samples++;
}

static void look_up(struct merger *m, const struct profile *v, uint32_t row, struct pending *p) {
    p->row = row;
    p->stack = merge_stack(&m->t, v->stack_of[row]);
    p->n_labels = merge_labels(&m->t, row, p->label);
    p->hash = (uint32_t)(hash_bytes(p->label, p->n_labels * sizeof *p->label) ^ hash_u64(p->stack));
    __builtin_prefetch(&m->slot[p->hash & m->mask]);
}

enum { BATCH = 16, FEW_LABELS = 16 };

/* The table is larger than any cache: a batch of rows asks for its slots before it needs the first. */
static void add_rows(struct merger *m, const struct profile *v) {
    label_id room[BATCH][FEW_LABELS + 1];
    struct pending batch[BATCH];
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        if (is_zero(v, row)) continue;
        bool few = v->label_off[row + 1] - v->label_off[row] <= FEW_LABELS;
        if (n == BATCH || !few) {
            for (uint32_t k = 0; k < n; k++) add_pending(m, v, &batch[k]);
            n = 0;
        }
        batch[n].label = few ? room[n] : m->label_ref + m->label_off[m->n_samples];
        look_up(m, v, row, &batch[n]);
        if (few)
            n++;
        else
            add_pending(m, v, &batch[n]);
    }
    for (uint32_t k = 0; k < n; k++) add_pending(m, v, &batch[k]);
}

static void make_room(struct merger *m, struct arena *a) {
    uint64_t samples = 0, refs = 0;
    for (uint32_t i = 0; i < m->n_in; i++) {
        const struct profile *v = &m->in[i].view;
        samples += v->n_samples;
        refs += (uint64_t)v->label_off[v->n_rows] + v->n_rows;
    }
    m->stack_of = ARENA_ARRAY(a, stack_id, samples);
    m->label_off = ARENA_ARRAY(a, uint32_t, samples + 1);
    m->label_off[0] = 0;
    m->label_ref = ARENA_ARRAY(a, label_id, refs + 1);
    m->value = ARENA_ARRAY(a, int64_t *, m->n_types);
    for (uint32_t t = 0; t < m->n_types; t++) m->value[t] = ARENA_ARRAY(a, int64_t, samples);
    uint32_t n_slots = 32;
    while (n_slots / 2 < samples && n_slots < 1u << 31) n_slots *= 2;
    m->slot = ARENA_ZERO(&m->work, uint32_t, n_slots);
    m->mask = n_slots - 1;
}

static void add_samples(struct merger *m, struct arena *a) {
    make_room(m, a);
    for (uint32_t i = 0; i < m->n_in; i++) {
        merge_tables_start(&m->t, &m->in[i]);
        add_rows(m, &m->in[i].view);
    }
}

/* --- the result */

static str_id header_string(struct merger *m, const struct profile *v, str_id id) {
    return intern_id(&m->t.string, profile_str(v, id));
}

/* Times, comments and such, taken together as pprof does. */
static void combine_headers(struct merger *m, struct arena *a, struct profile *out) {
    struct u64map seen = {.arena = &m->work};
    VEC(str_id) comment = {0};
    for (uint32_t i = 0; i < m->n_in; i++) {
        const struct profile *v = &m->in[i].view;
        /* so a profile without a time makes the result forget the time so far: pprof's behaviour */
        if (out->time_nanos == 0 || v->time_nanos < out->time_nanos) out->time_nanos = v->time_nanos;
        out->duration_nanos = (int64_t)((uint64_t)out->duration_nanos + (uint64_t)v->duration_nanos);
        if (out->period == 0 || out->period < v->period) out->period = v->period;
        for (uint32_t c = 0; c < v->n_comments; c++) {
            str_id id = header_string(m, v, v->comment[c]);
            bool added;
            u64map_put(&seen, id, 0, &added);
            if (added) *VEC_PUSH(a, &comment) = id;
        }
        if (!out->default_type) out->default_type = header_string(m, v, v->default_type);
        if (!out->doc_url) out->doc_url = header_string(m, v, v->doc_url);
    }
    out->comment = comment.at;
    out->n_comments = (uint32_t)comment.n;
}

/* What only the first one says, and the types, which all agree on. */
static void take_first_header(struct merger *m, struct arena *a, struct profile *out) {
    const struct merge_input *in = &m->in[0];
    const struct profile *v = &in->view;
    struct profile_value_type *type = ARENA_ARRAY(a, struct profile_value_type, m->n_types);
    for (uint32_t t = 0; t < m->n_types; t++)
        type[t] =
            (struct profile_value_type){header_string(m, v, v->type[t].type), intern_id(&m->t.string, in->unit[t])};
    out->type = type;
    out->n_types = m->n_types;
    out->period_type =
        (struct profile_value_type){header_string(m, v, v->period_type.type), intern_id(&m->t.string, in->period_unit)};
    out->drop_frames = header_string(m, v, v->drop_frames);
    out->keep_frames = header_string(m, v, v->keep_frames);
}

static void seal_samples(const struct merger *m, struct profile *out) {
    out->n_samples = out->n_rows = m->n_samples;
    out->stack_of = m->stack_of;
    out->value = (const int64_t *const *)m->value;
    out->label_off = m->label_off;
    out->label_ref = m->label_ref;
}

static void merge_into(struct arena *a, const struct merge_input *in, uint32_t n, struct profile *out) {
    struct merger m = {.in = in, .n_in = n, .n_types = in[0].view.n_types};
    merge_tables_init(&m.t, a, in, n);
    *out = (struct profile){.shown = {true, true, true, true, true, true}};
    add_samples(&m, a);
    take_first_header(&m, a, out);
    combine_headers(&m, a, out);
    seal_samples(&m, out);
    merge_tables_seal(&m.t, out);
    merge_tables_release(&m.t);
    arena_release(&m.work);
}

static bool has_zero_sample(const struct profile *p) {
    for (uint32_t row = 0; row < p->n_rows; row++)
        if (is_zero(p, row)) return true;
    return false;
}

/* Everything in the result is in a table of one of the inputs, so their sums bound it. */
static bool check_size(const struct merge_input *in, uint32_t n, struct err *e) {
    uint64_t rows = 0, strings = 0, functions = 0, locations = 0, lines = 0, labels = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *v = &in[i].view;
        rows += v->n_rows;
        strings += (uint64_t)v->n_strings + v->n_types + 2;
        functions += v->n_functions;
        locations += v->n_locations;
        lines += v->n_lines;
        labels += (uint64_t)v->label_off[v->n_rows] + (in[i].is_base ? v->n_rows : 0);
    }
    uint64_t most = PROFILE_NONE - 1;
    if (rows <= most && strings <= most && functions <= most && locations <= most && lines <= most && labels <= most)
        return true;
    return err_set(e, "too many rows: at most %u of a kind can be held", PROFILE_NONE - 1);
}

static bool merge_inputs(struct arena *a, const struct merge_input *in, uint32_t n, struct profile *out,
                         struct err *e) {
    for (uint32_t i = 1; i < n; i++)
        if (!merge_check_compatible(&in[0], &in[i], e)) return false;
    if (!check_size(in, n, e)) return false;
    struct arena first = {0};
    merge_into(&first, in, n, out);
    if (!has_zero_sample(out)) {
        arena_adopt(a, &first);
        return true;
    }
    /* samples that cancelled out go, with all that only they used */
    struct profile with_zeros = *out;
    struct merge_input again = merge_input_of(&first, &with_zeros);
    merge_into(a, &again, 1, out);
    arena_release(&first);
    return true;
}

/* Common types and units, then the merge. */
static bool combine(struct arena *a, struct arena *scratch, struct merge_input *in, uint32_t n, struct profile *out,
                    struct err *e) {
    return merge_unify_types(scratch, in, n, e) && merge_unify_units(scratch, in, n, e) &&
           merge_inputs(a, in, n, out, e);
}

bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e) {
    if (n == 1) {
        struct merge_input only = merge_input_of(a, in[0]);
        if (!merge_unify_types(a, &only, 1, e)) return false;
        *out = only.view;
        return true;
    }
    struct arena scratch = {0};
    struct merge_input *inputs = ARENA_ARRAY(&scratch, struct merge_input, n);
    for (uint32_t i = 0; i < n; i++) inputs[i] = merge_input_of(&scratch, in[i]);
    bool ok = combine(a, &scratch, inputs, n, out, e);
    arena_release(&scratch);
    return ok;
}

bool merge_base(struct arena *a, const struct profile *p, const struct profile *base, enum merge_base_kind kind,
                bool normalize, struct profile *out, struct err *e) {
    struct arena scratch = {0};
    struct merge_input in[2] = {merge_input_of(&scratch, p), merge_input_of(&scratch, base)};
    in[1].is_base = kind == MERGE_DIFF_BASE;
    bool ok = !normalize || merge_normalize(&scratch, &in[0], &in[1], e);
    if (ok) {
        double *minus = ARENA_ARRAY(&scratch, double, base->n_types);
        for (uint32_t t = 0; t < base->n_types; t++) minus[t] = -1;
        merge_scale(&scratch, &in[1], minus);
        ok = combine(a, &scratch, in, 2, out, e);
    }
    arena_release(&scratch);
    return ok;
}
