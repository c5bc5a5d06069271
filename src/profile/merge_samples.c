/* What a sample needs from its profile is remapped once per distinct stack and label; per sample there is one look-up
 * of (stack, labels), in a table larger than any cache: a batch of rows asks for its slots before it needs the first.
 */
#include "profile/merge_samples.h"

#include <string.h>

void merge_samples_init(struct merge_samples *s, uint32_t n_types) {
    *s = (struct merge_samples){.n_types = n_types};
    s->value = arena_zero(&s->work, n_types, sizeof *s->value);
    merge_slots_room(&s->slot, 1);
    MERGE_ROOM(&s->label_off, 1);
    s->label_off.at[s->label_off.n++] = 0;
}

void merge_samples_release(struct merge_samples *s) {
    for (uint32_t t = 0; t < s->n_types; t++) arena_release(&s->value[t].arena);
    arena_release(&s->stack.arena);
    arena_release(&s->label_off.arena);
    arena_release(&s->label_ref.arena);
    arena_release(&s->slot.arena);
    arena_release(&s->work);
}

void merge_samples_room(struct merge_samples *s, const struct merge_input *in, uint32_t n) {
    uint64_t samples = 0, refs = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *v = &in[i].view;
        samples += v->n_samples;
        refs += (uint64_t)v->label_off[v->n_rows] + (in[i].is_base ? v->n_rows : 0);
    }
    MERGE_ROOM(&s->stack, samples);
    MERGE_ROOM(&s->label_off, samples);
    MERGE_ROOM(&s->label_ref, refs);
    for (uint32_t t = 0; t < s->n_types; t++) MERGE_ROOM(&s->value[t], samples);
}

void merge_samples_expect(struct merge_samples *s, const struct profile *like, uint32_t n) {
    uint64_t rows = merge_expected(like->n_samples, n), refs = merge_expected(like->label_off[like->n_rows], n);
    MERGE_ROOM(&s->stack, rows);
    MERGE_ROOM(&s->label_off, rows);
    MERGE_ROOM(&s->label_ref, refs);
    for (uint32_t t = 0; t < s->n_types; t++) MERGE_ROOM(&s->value[t], rows);
    merge_slots_room(&s->slot, rows);
}

/* Rows on their way into the table; their labels stand behind label_ref's. */
struct batch {
    uint32_t n, n_labels;
    uint32_t row[MERGE_BATCH], tag[MERGE_BATCH], labels[MERGE_BATCH]; /* labels: how many */
    stack_id stack[MERGE_BATCH];
    int64_t *value; /* [row of the batch][type] */
    struct merge_stacks asked;
};

/* The next rows that are samples, from sample *i on; their stacks are asked for. */
static void take_rows(const struct merge_samples *s, struct merge_tables *t, uint32_t *i, struct batch *b) {
    const struct profile *v = &t->in->view;
    for (b->n = 0; *i < v->n_samples && b->n < MERGE_BATCH; ++*i) {
        uint32_t row = profile_row(v, *i);
        if (!merge_scaled(t->in, row, b->value + (size_t)b->n * s->n_types)) continue;
        b->row[b->n++] = row;
        __builtin_prefetch(&t->stack_of[v->stack_of[row]]);
    }
    for (uint32_t k = 0; k < b->n; k++) {
        stack_id stack = v->stack_of[b->row[k]];
        if (t->stack_of[stack] == PROFILE_NONE) merge_stacks_ask(t, &b->asked, stack);
    }
}

static void translate_rows(struct merge_samples *s, struct merge_tables *t, struct batch *b) {
    merge_slots_room(&s->slot, b->n);
    b->n_labels = 0;
    for (uint32_t k = 0; k < b->n; k++) {
        b->stack[k] = t->stack_of[t->in->view.stack_of[b->row[k]]];
        label_id *label = s->label_ref.at + s->label_ref.n + b->n_labels;
        b->labels[k] = merge_labels(t, b->row[k], label);
        b->n_labels += b->labels[k];
        uint64_t h = hash_u64(b->stack[k]);
        for (uint32_t i = 0; i < b->labels[k]; i++) h = hash_more(h, label[i]);
        b->tag[k] = hash_tag(h);
        merge_slots_prefetch(&s->slot, b->tag[k]);
    }
}

static bool same_sample(const struct merge_samples *s, uint32_t there, stack_id stack, const label_id *label,
                        uint32_t n) {
    const uint32_t *off = s->label_off.at + there;
    return s->stack.at[there] == stack && off[1] - off[0] == n &&
           (n == 0 || memcmp(s->label_ref.at + off[0], label, n * sizeof *label) == 0);
}

static void append(struct merge_samples *s, stack_id stack, const label_id *label, uint32_t n, const int64_t *value) {
    for (uint32_t t = 0; t < s->n_types; t++) s->value[t].at[s->value[t].n++] = value[t];
    if (n) memmove(s->label_ref.at + s->label_ref.n, label, n * sizeof *label);
    s->label_ref.n += n;
    s->label_off.at[s->label_off.n++] = (uint32_t)s->label_ref.n;
    s->stack.at[s->stack.n++] = stack;
}

static void add_rows(struct merge_samples *s, const struct batch *b) {
    const label_id *label = s->label_ref.at + s->label_ref.n;
    for (uint32_t k = 0; k < b->n; k++) {
        const int64_t *value = b->value + (size_t)k * s->n_types;
        uint32_t at = merge_slots_start(&s->slot, b->tag[k]), there;
        do there = merge_slots_next(&s->slot, b->tag[k], &at);
        while (there != PROFILE_NONE && !same_sample(s, there, b->stack[k], label, b->labels[k]));
        if (there == PROFILE_NONE) {
            merge_slots_put(&s->slot, at, b->tag[k], (uint32_t)s->stack.n);
            append(s, b->stack[k], label, b->labels[k], value);
        } else {
            for (uint32_t t = 0; t < s->n_types; t++)
                s->value[t].at[there] = (int64_t)((uint64_t)s->value[t].at[there] + (uint64_t)value[t]);
        }
        label += b->labels[k];
    }
}

void merge_samples_add(struct merge_samples *s, struct merge_tables *t, const struct merge_input *in) {
    /* a label that no sample so far has sets all of a base's apart: no need to look for them among those */
    if (in->is_base && !t->has_base_key && s->stack.n) merge_slots_clear(&s->slot);
    if (s->slot.n == 0) merge_slots_room(&s->slot, in->view.n_samples);
    struct batch b = {0};
    b.value = ARENA_ARRAY(&t->scratch, int64_t, (size_t)MERGE_BATCH * s->n_types);
    for (uint32_t i = 0; i < in->view.n_samples;) {
        take_rows(s, t, &i, &b);
        merge_stacks_answer(t, &b.asked);
        translate_rows(s, t, &b);
        add_rows(s, &b);
    }
}

bool merge_samples_any_zero(const struct merge_samples *s) {
    for (size_t i = 0; i < s->stack.n; i++) {
        bool zero = true;
        for (uint32_t t = 0; t < s->n_types; t++) zero &= s->value[t].at[i] == 0;
        if (zero) return true;
    }
    return false;
}

void merge_samples_seal(struct merge_samples *s, struct arena *a, struct profile *out) {
    const int64_t **value = ARENA_ARRAY(a, const int64_t *, s->n_types);
    for (uint32_t t = 0; t < s->n_types; t++) {
        arena_adopt(a, &s->value[t].arena);
        value[t] = s->value[t].at;
    }
    arena_adopt(a, &s->stack.arena);
    arena_adopt(a, &s->label_off.arena);
    arena_adopt(a, &s->label_ref.arena);
    out->n_samples = out->n_rows = (uint32_t)s->stack.n;
    out->stack_of = s->stack.at;
    out->value = value;
    out->label_off = s->label_off.at;
    out->label_ref = s->label_ref.at;
}
