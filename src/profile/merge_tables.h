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
    struct intern label_key, list_key, stack_key;          /* label_id; list of label_ids; stack of loc_ids */
    VEC(struct profile_mapping) mapping;
    VEC(struct profile_function) function;
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
    VEC(struct profile_label) label;
    uint64_t n_frames, n_list_labels; /* of all distinct stacks, lists */

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
    uint32_t *list_of_one, list_of_none; /* lists of a single label, and of no label */
    struct intern raw_lists;             /* other lists as the input has them */
    VEC(uint32_t) list_of_raw;
    loc_id *frames;   /* room for the input's longest stack */
    label_id *labels; /* … longest label list, and one more */
    uint64_t *key;    /* … location with the most lines, as key */
};

void merge_tables_init(struct merge_tables *t, struct arena *a);
void merge_tables_release(struct merge_tables *t);
/* Starts with an input. Its main mapping comes first if there is no other yet. */
void merge_tables_start(struct merge_tables *t, const struct merge_input *in);

str_id merge_string(struct merge_tables *t, str_id id);
stack_id merge_stack(struct merge_tables *t, stack_id id);
/* The number of the row's set of labels: rows with equal labels have equal numbers. */
uint32_t merge_label_list(struct merge_tables *t, uint32_t row);

/* Copies mappings, functions, locations, lines, labels, stacks and strings to `out`. */
void merge_tables_seal(struct merge_tables *t, struct profile *out);

#endif
