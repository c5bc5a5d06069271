/* The tables of a merge in the making: equal mappings, functions, locations, labels and stacks of several
 * profiles become one, numbered in the order in which samples ask for them (which -raw shows). */
#ifndef CPROF_PROFILE_MERGE_TABLES_H
#define CPROF_PROFILE_MERGE_TABLES_H

#include "base/hash.h"
#include "profile/merge_input.h"

struct merge_tables {
    struct arena *a;   /* strings, and at the end everything */
    struct arena work; /* growing tables and keys; merge_tables_release frees it */
    struct intern string;
    struct intern mapping_key, function_key, location_key; /* id == index */
    struct intern label_key, stack_key;                    /* label_id; stack of loc_ids, views into frame */
    VEC(struct profile_mapping) mapping;
    VEC(struct profile_function) function;
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
    VEC(struct profile_label) label;
    VEC(uint8_t) beside_base; /* per label: how its key stands to pprof::base, enum merge_beside */
    loc_id *frame;            /* of all distinct stacks, in `a`; room for every input's */
    uint64_t n_frames;

    /* the input at hand: its ids -> ours, PROFILE_NONE where not asked for yet. In `scratch`. */
    const struct merge_input *in;
    struct arena scratch;
    str_id *string_of;
    map_id *mapping_of;
    uint64_t *rebase; /* [map_id of the input]: what to add to addresses */
    func_id *function_of;
    loc_id *location_of;
    label_id *label_of;
    stack_id *stack_of;
    uint32_t *label_rank; /* labels with a smaller rank come first in a sample; equal keys have equal ranks */
    uint64_t *key;        /* room for the location with the most lines, as key */
};

/* All n inputs, so that tables are made in one size. */
void merge_tables_init(struct merge_tables *t, struct arena *a, const struct merge_input *in, uint32_t n);
void merge_tables_release(struct merge_tables *t);
/* Starts with an input. Its main mapping comes first if there is no other yet. */
void merge_tables_start(struct merge_tables *t, const struct merge_input *in);

str_id merge_string(struct merge_tables *t, str_id id);
stack_id merge_stack(struct merge_tables *t, stack_id id);
/* The row's labels, sorted as in profile_sorted_labels; with the base's label where the input is a base. out[] needs
 * room for one more than the row has. Returns how many. */
uint32_t merge_labels(struct merge_tables *t, uint32_t row, label_id *out);

/* Copies mappings, functions, locations, lines, labels, stacks and strings to `out`. */
void merge_tables_seal(struct merge_tables *t, struct profile *out);

#endif
