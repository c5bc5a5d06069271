/* The samples of a merge: those with equal stacks and labels become one, in order of first appearance. */
#ifndef CPROF_MERGE_SAMPLES_H
#define CPROF_MERGE_SAMPLES_H

#include "merge/tables.h"

struct merge_samples {
    uint32_t n_types;
    MERGE_COLUMN(stack_id) stack; /* per sample; its n is the number of samples */
    MERGE_COLUMN(uint32_t) label_off;
    MERGE_COLUMN(label_id) label_ref;
    MERGE_COLUMN(int64_t) * value; /* [type] */
    uint32_t n_zeros;              /* samples that cancelled out */
    struct slots slot;
    struct arena work;
};

/* The state that merge_samples_rewind restores. It includes the values, because later inputs add to them. */
struct merge_samples_mark {
    size_t n_rows, n_label_offs, n_label_refs;
    int64_t **value; /* [type] a copy */
};
void merge_samples_mark(const struct merge_samples *s, struct arena *a, struct merge_samples_mark *mark);
/* Afterwards the samples can only be sealed or released. */
void merge_samples_rewind(struct merge_samples *s, const struct merge_samples_mark *mark);

void merge_samples_init(struct merge_samples *s, uint32_t n_types);
void merge_samples_release(struct merge_samples *s);
/* Makes room for all samples of n inputs: pages that are not touched cost nothing. If the very first input is consumed,
 * its columns are taken over and rewritten in place. */
void merge_samples_room(struct merge_samples *s, struct merge_input *in, uint32_t n);
/* Makes room for the samples of n inputs like this one, up to TUNING_MERGE_EXPECTED_MOST. */
void merge_samples_expect(struct merge_samples *s, const struct profile *like, uint32_t n);
/* Adds the samples of the input with which t was started; there must be room for them. Samples that are all zero are
 * skipped. A base must come last. */
void merge_samples_add(struct merge_samples *s, struct merge_tables *t, const struct merge_input *in);
/* Moves the columns to `out`, and their memory to `a`. */
void merge_samples_seal(struct merge_samples *s, struct arena *a, struct profile *out);

#endif
