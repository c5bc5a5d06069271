/* The samples of a merge in the making: those with equal stacks and labels become one, in the order in which they were
 * first met. */
#ifndef CPROF_MERGE_SAMPLES_H
#define CPROF_MERGE_SAMPLES_H

#include "merge/tables.h"

struct merge_samples {
    uint32_t n_types;
    MERGE_COLUMN(stack_id) stack; /* per sample; n is how many there are */
    MERGE_COLUMN(uint32_t) label_off;
    MERGE_COLUMN(label_id) label_ref;
    MERGE_COLUMN(int64_t) * value; /* [type] */
    uint32_t n_zeros;              /* samples that have cancelled out */
    struct slots slot;
    struct arena work;
};

/* How far the samples are, to come back to: with their values, to which later inputs add. */
struct merge_samples_mark {
    size_t n_rows, n_label_offs, n_label_refs;
    int64_t **value; /* [type] a copy */
};
void merge_samples_mark(const struct merge_samples *s, struct arena *a, struct merge_samples_mark *mark);
/* Afterwards they can only be sealed or released. */
void merge_samples_rewind(struct merge_samples *s, const struct merge_samples_mark *mark);

void merge_samples_init(struct merge_samples *s, uint32_t n_types);
void merge_samples_release(struct merge_samples *s);
/* Makes room for all samples of n inputs: pages that stay untouched cost nothing. If the first of all is
 * consumed, its columns are taken over and rewritten in place. */
void merge_samples_room(struct merge_samples *s, struct merge_input *in, uint32_t n);
/* Makes room, within bounds, for the samples of n inputs like this one. */
void merge_samples_expect(struct merge_samples *s, const struct profile *like, uint32_t n);
/* Adds those of an input that t has started with and there is room for; all zeros are no sample. A base comes last. */
void merge_samples_add(struct merge_samples *s, struct merge_tables *t, const struct merge_input *in);
/* Moves the columns to `out`, and their memory to `a`. */
void merge_samples_seal(struct merge_samples *s, struct arena *a, struct profile *out);

#endif
