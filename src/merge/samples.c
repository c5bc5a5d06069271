/* The samples of a merge. Stacks and labels are translated once each; each sample needs one look-up of (stack, labels)
 * in a table larger than any cache, so the slots of a batch of rows are prefetched. */
#include "merge/samples.h"

#include <string.h>

#include "base/pages.h"
#include "base/task.h"
#include "base/tuning.h"

void merge_samples_init(struct merge_samples *s, uint32_t n_types) {
    *s = (struct merge_samples){.n_types = n_types};
    s->value = arena_zero(&s->work, n_types, sizeof *s->value);
    slots_room(&s->slot, 1);
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

void merge_samples_room(struct merge_samples *s, struct merge_input *in, uint32_t n) {
    struct profile *first = &in[0].view;
    struct arena *from = s->stack.n == 0 && !first->row && !in[0].is_base ? in[0].consumed : NULL;
    uint64_t samples = 0, refs = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *v = &in[i].view;
        samples += v->n_samples;
        refs += (uint64_t)v->label_off[v->n_rows] + (in[i].is_base ? v->n_rows : 0);
    }
    size_t rows = first->n_rows, first_refs = first->label_off[rows];
    const int64_t **value = ARENA_ARRAY(&s->work, const int64_t *, s->n_types);
    for (uint32_t t = 0; t < s->n_types; t++) value[t] = first->value[t];
    for (uint32_t t = 0; t < s->n_types; t++) {
        const int64_t *old = value[t];
        MERGE_ROOM_IN(&s->value[t], samples, from, value[t], rows);
        for (uint32_t u = 0; value[t] != old && u < s->n_types; u++)
            if (value[u] == old) value[u] = value[t];
    }
    MERGE_ROOM_IN(&s->stack, samples, from, first->stack_of, rows);
    MERGE_ROOM_IN(&s->label_ref, refs, from, first->label_ref, first_refs);
    MERGE_ROOM_IN(&s->label_off, samples, from, first->label_off, rows + 1);
    first->value = value;
}

void merge_samples_expect(struct merge_samples *s, const struct profile *like, uint32_t n) {
    uint64_t rows = merge_expected(like->n_samples, n), refs = merge_expected(like->label_off[like->n_rows], n);
    MERGE_ROOM(&s->stack, rows);
    MERGE_ROOM(&s->label_off, rows);
    MERGE_ROOM(&s->label_ref, refs);
    for (uint32_t t = 0; t < s->n_types; t++) MERGE_ROOM(&s->value[t], rows);
    slots_room(&s->slot, rows);
}

/* The samples of a batch of an input, except the dropped ones. */
struct taken {
    uint32_t n;
    uint32_t row[TUNING_MERGE_BATCH];
    int64_t *value; /* [type * TUNING_MERGE_BATCH + i] */
};

/* A column of an input that is read for the last time: its pages return to the system behind the reader. */
struct read_column {
    const char *at;
    size_t item_size;
    struct pages_reader reader;
};

/* The state of adding an input: first its stacks are looked up, then its rows are added. */
struct adding {
    struct merge_samples *s;
    struct merge_tables *t;

    struct taken find;
    struct merge_stack_batch batch;
    stack_id next_stack; /* stacks below it have been looked up, the others not; PROFILE_NONE: they come in another
                            order */
    struct read_column frames;

    /* rows of the batch that is being added; their labels follow those of label_ref */
    struct taken add;
    uint32_t n_labels;
    uint32_t tag[TUNING_MERGE_BATCH], labels[TUNING_MERGE_BATCH]; /* labels: number per row */
    stack_id stack[TUNING_MERGE_BATCH];
    struct read_column *row_column, label_ref;
    uint32_t n_row_columns;
};

static struct read_column read_column(const void *at, size_t item_size) {
    return (struct read_column){at, item_size, pages_reader(at)};
}

/* Frees only the columns of consumed inputs; those of the first one may have become the result's. */
static void prepare_release(struct adding *b) {
    const struct profile *v = &b->t->in->view;
    if (!b->t->in->consumed || !b->s->stack.n) return;
    b->frames = read_column(v->frame, sizeof *v->frame);
    if (v->row) return;
    b->row_column = ARENA_ARRAY(&b->t->scratch, struct read_column, (size_t)v->n_types + 2);
    for (uint32_t t = 0; t < v->n_types; t++)
        b->row_column[b->n_row_columns++] = read_column(v->value[t], sizeof *v->value[t]);
    b->row_column[b->n_row_columns++] = read_column(v->stack_of, sizeof *v->stack_of);
    b->row_column[b->n_row_columns++] = read_column(v->label_off, sizeof *v->label_off);
    b->label_ref = read_column(v->label_ref, sizeof *v->label_ref);
}

static void release_to(struct read_column *c, uint64_t done) {
    if (c->at) pages_release_behind(&c->reader, c->at + done * c->item_size);
}

/* Takes a batch of samples from sample `from` on. Returns the sample after it. */
static uint32_t take_samples(const struct adding *b, struct taken *to, uint32_t from, uint32_t end) {
    const struct merge_input *in = b->t->in;
    uint32_t n = end - from < TUNING_MERGE_BATCH ? end - from : TUNING_MERGE_BATCH;
    to->n = merge_take_samples(in, from, n, to->row, to->value);
    for (uint32_t i = 0; i < to->n; i++) __builtin_prefetch(&b->t->stack_of[in->view.stack_of[to->row[i]]]);
    return from + n;
}

static void add_to_batch(struct adding *b, stack_id stack) {
    if (stack >= b->next_stack) b->next_stack = stack == b->next_stack ? stack + 1 : PROFILE_NONE;
    if (b->batch.n == TUNING_MERGE_BATCH) merge_batch_find(b->t, &b->batch);
    if (b->t->stack_of[stack] == PROFILE_NONE) merge_batch_add(b->t, &b->batch, stack);
}

/* Looks up the stacks of a range of samples. */
static void find_stacks(void *context, uint32_t from, uint32_t to) {
    struct adding *b = context;
    const struct profile *v = &b->t->in->view;
    while (from < to) {
        from = take_samples(b, &b->find, from, to);
        for (uint32_t i = 0; i < b->find.n; i++) add_to_batch(b, v->stack_of[b->find.row[i]]);
    }
    merge_batch_find(b->t, &b->batch);
    if (b->next_stack != PROFILE_NONE) release_to(&b->frames, v->stack_off[b->next_stack]);
}

static void translate_rows(struct adding *b) {
    struct merge_samples *s = b->s;
    struct merge_tables *t = b->t;
    slots_room(&s->slot, b->add.n);
    b->n_labels = 0;
    for (uint32_t k = 0; k < b->add.n; k++) {
        b->stack[k] = t->stack_of[t->in->view.stack_of[b->add.row[k]]];
        label_id *label = s->label_ref.at + s->label_ref.n + b->n_labels;
        b->labels[k] = merge_labels(t, b->add.row[k], label);
        b->n_labels += b->labels[k];
        uint64_t h = hash_u64(b->stack[k]);
        for (uint32_t i = 0; i < b->labels[k]; i++) h = hash_more(h, label[i]);
        b->tag[k] = hash_tag(h);
        slots_prefetch(&s->slot, b->tag[k]);
    }
}

static bool same_sample(const struct merge_samples *s, uint32_t there, stack_id stack, const label_id *label,
                        uint32_t n) {
    const uint32_t *off = s->label_off.at + there;
    return s->stack.at[there] == stack && off[1] - off[0] == n &&
           (n == 0 || memcmp(s->label_ref.at + off[0], label, n * sizeof *label) == 0);
}

/* value[]: one per type, TUNING_MERGE_BATCH apart. */
static void append(struct merge_samples *s, stack_id stack, const label_id *label, uint32_t n, const int64_t *value) {
    for (uint32_t t = 0; t < s->n_types; t++) s->value[t].at[s->value[t].n++] = value[t * TUNING_MERGE_BATCH];
    if (n) memmove(s->label_ref.at + s->label_ref.n, label, n * sizeof *label);
    s->label_ref.n += n;
    s->label_off.at[s->label_off.n++] = (uint32_t)s->label_ref.n;
    s->stack.at[s->stack.n++] = stack;
}

static bool is_zero(const struct merge_samples *s, uint32_t sample) {
    bool zero = true;
    for (uint32_t t = 0; t < s->n_types; t++) zero &= s->value[t].at[sample] == 0;
    return zero;
}

static void add_values(struct merge_samples *s, uint32_t to, const int64_t *value) {
    s->n_zeros -= is_zero(s, to);
    for (uint32_t t = 0; t < s->n_types; t++)
        s->value[t].at[to] = (int64_t)((uint64_t)s->value[t].at[to] + (uint64_t)value[t * TUNING_MERGE_BATCH]);
    s->n_zeros += is_zero(s, to);
}

static void add_rows(const struct adding *b) {
    struct merge_samples *s = b->s;
    const label_id *label = s->label_ref.at + s->label_ref.n;
    for (uint32_t k = 0; k < b->add.n; k++) {
        const int64_t *value = b->add.value + k;
        uint32_t at = slots_start(&s->slot, b->tag[k]), there;
        do there = slots_next(&s->slot, b->tag[k], &at);
        while (there != PROFILE_NONE && !same_sample(s, there, b->stack[k], label, b->labels[k]));
        if (there == PROFILE_NONE) {
            slots_put(&s->slot, at, b->tag[k], (uint32_t)s->stack.n);
            append(s, b->stack[k], label, b->labels[k], value);
        } else {
            add_values(s, there, value);
        }
        label += b->labels[k];
    }
}

/* Adds samples whose stacks have been looked up. */
static void add_samples(void *context, uint32_t from, uint32_t to) {
    struct adding *b = context;
    while (from < to) {
        from = take_samples(b, &b->add, from, to);
        translate_rows(b);
        add_rows(b);
    }
    release_to(&b->label_ref, b->t->in->view.label_off[to]);
    for (uint32_t c = 0; c < b->n_row_columns; c++) release_to(&b->row_column[c], to);
}

void merge_samples_add(struct merge_samples *s, struct merge_tables *t, const struct merge_input *in) {
    uint32_t n = in->view.n_samples;
    /* no sample so far has the base's label, so the base's samples equal none of them: empty the table */
    if (in->is_base && !t->has_base_key && s->stack.n) slots_clear(&s->slot);
    if (s->slot.n == 0) slots_room(&s->slot, n);
    struct adding *b = ARENA_NEW(&t->scratch, struct adding);
    b->s = s;
    b->t = t;
    b->find.value = ARENA_ARRAY(&t->scratch, int64_t, (size_t)s->n_types * TUNING_MERGE_BATCH);
    b->add.value = ARENA_ARRAY(&t->scratch, int64_t, (size_t)s->n_types * TUNING_MERGE_BATCH);
    prepare_release(b);
    task_pipeline((struct task_pipeline){find_stacks, add_samples, b, n,
                                         n < TUNING_MERGE_THREADED_FROM ? n : TUNING_MERGE_HANDED_OVER});
}

void merge_samples_mark(const struct merge_samples *s, struct arena *a, struct merge_samples_mark *mark) {
    *mark =
        (struct merge_samples_mark){s->stack.n, s->label_off.n, s->label_ref.n, ARENA_ARRAY(a, int64_t *, s->n_types)};
    for (uint32_t t = 0; t < s->n_types; t++) {
        mark->value[t] = ARENA_ARRAY(a, int64_t, s->stack.n);
        if (s->stack.n) memcpy(mark->value[t], s->value[t].at, s->stack.n * sizeof *mark->value[t]);
    }
}

void merge_samples_rewind(struct merge_samples *s, const struct merge_samples_mark *mark) {
    s->stack.n = mark->n_rows;
    s->label_off.n = mark->n_label_offs;
    s->label_ref.n = mark->n_label_refs;
    for (uint32_t t = 0; t < s->n_types; t++) {
        s->value[t].n = mark->n_rows;
        if (mark->n_rows) memcpy(s->value[t].at, mark->value[t], mark->n_rows * sizeof *mark->value[t]);
    }
}

void merge_samples_seal(struct merge_samples *s, struct arena *a, struct profile *out) {
    const int64_t **value = ARENA_ARRAY(a, const int64_t *, s->n_types);
    for (uint32_t t = 0; t < s->n_types; t++) {
        arena_adopt_array(a, &s->value[t].arena);
        value[t] = s->value[t].at;
    }
    arena_adopt_array(a, &s->stack.arena);
    arena_adopt_array(a, &s->label_off.arena);
    arena_adopt_array(a, &s->label_ref.arena);
    out->n_samples = out->n_rows = (uint32_t)s->stack.n;
    out->stack_of = s->stack.at;
    out->value = value;
    out->label_off = s->label_off.at;
    out->label_ref = s->label_ref.at;
}
