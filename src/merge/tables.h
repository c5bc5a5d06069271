/* The tables of a merge: equal mappings, functions, locations, labels and stacks of several profiles become one,
 * numbered in the order in which samples first use them (which -raw shows). */
#ifndef CPROF_MERGE_TABLES_H
#define CPROF_MERGE_TABLES_H

#include "base/hash.h"
#include "base/slots.h"
#include "merge/columns.h"
#include "merge/input.h"

struct merge_tables {
    struct arena text; /* bytes of the strings */
    struct arena work; /* until merge_tables_release */
    MERGE_COLUMN(str) string;
    MERGE_COLUMN(struct profile_mapping) mapping;
    MERGE_COLUMN(struct profile_function) function;
    MERGE_COLUMN(struct profile_location) location;
    MERGE_COLUMN(struct profile_line) line;
    MERGE_COLUMN(struct profile_label) label;
    MERGE_COLUMN(uint64_t) stack_off; /* of all distinct stacks; the last element is an end */
    MERGE_COLUMN(loc_id) frame;
    struct slots string_slot, function_slot, location_slot, stack_slot;
    struct intern mapping_key, label_key; /* id == index */
    struct arena label_work;              /* for label_key and key_order */
    VEC(uint8_t) key_order;               /* per label: its key is before or after pprof::base; enum merge_key_order */
    bool has_base_key;                    /* a label has that key */

    /* of a canonical merge: what equal mappings have in common, by the rules of canonical.h */
    bool canonical;
    MERGE_COLUMN(struct profile_mapping) joined; /* per mapping: of those that samples use */
    struct profile_mapping main;                 /* of the first mappings of all inputs */
    bool has_main;

    /* the current input: translates its ids into those of the tables, PROFILE_NONE where not looked up yet; in
     * `scratch` */
    const struct merge_input *in;
    struct arena scratch;
    str_id *string_of;
    map_id *mapping_of;
    uint64_t *rebase; /* [map_id of the input]: added to addresses */
    func_id *function_of;
    loc_id *location_of;
    label_id *label_of;
    uint8_t *key_order_of; /* key_order of the labels of the input */
    stack_id *stack_of;
    struct profile_label base; /* the label of a base */
    label_id base_label;       /* its id in the tables */
    uint32_t *label_rank;      /* profile_label_ranks */
};

/* The numbers of rows that merge_tables_rewind restores, and the joined mappings. */
struct merge_tables_mark {
    size_t string, mapping, function, location, line, label, stack_off, frame;
    struct profile_mapping *joined, main; /* [mapping] a copy */
    bool has_main;
};
struct merge_tables_mark merge_tables_mark(const struct merge_tables *t, struct arena *a);
/* Afterwards the tables can only be sealed or released. */
void merge_tables_rewind(struct merge_tables *t, const struct merge_tables_mark *mark);

void merge_tables_init(struct merge_tables *t, bool canonical);
/* Frees everything that merge_tables_seal has not moved. */
void merge_tables_release(struct merge_tables *t);
/* Makes room for all stacks of n inputs. If the very first input is consumed, its frames may be taken over:
 * merge_batch_add translates them in place. */
void merge_tables_room(struct merge_tables *t, struct merge_input *in, uint32_t n);
/* Makes room for the stacks of n inputs like this one, up to TUNING_MERGE_EXPECTED_MOST. */
void merge_tables_expect(struct merge_tables *t, const struct profile *like, uint32_t n);
/* Starts an input. Adds its main mapping first if the tables have no mapping yet; in a canonical merge all mappings
 * that its samples use. */
void merge_tables_start(struct merge_tables *t, const struct merge_input *in);

str_id merge_tables_string(struct merge_tables *t, str s);
/* One thread may look up the labels of rows while another looks up their stacks: they share only strings, and
 * merge_tables_start has looked up the strings of labels. */

/* Translates the labels of a row, sorted as in profile_sorted_labels, with the base's label if the input is a base.
 * out[] needs room for one more than the row has. Returns their number. */
uint32_t merge_labels(struct merge_tables *t, uint32_t row, label_id *out);

/* A batch of stacks to look up, whose memory is prefetched. merge_batch_find sets t->stack_of for the stacks that were
 * added since its last call. A stack whose stack_of is set need not be added. */
struct merge_stack_batch {
    uint32_t n;
    uint64_t n_frames;
    stack_id id[TUNING_MERGE_BATCH];
    uint32_t tag[TUNING_MERGE_BATCH], depth[TUNING_MERGE_BATCH];
};
void merge_batch_add(struct merge_tables *t, struct merge_stack_batch *b, stack_id id);
void merge_batch_find(struct merge_tables *t, struct merge_stack_batch *b);

/* In a canonical merge: gives mappings what they have in common, and makes the main mapping the first one. Before
 * merge_tables_seal. */
void merge_tables_join(struct merge_tables *t);
/* Moves mappings, functions, locations, lines, labels, stacks and strings to `out`, and their memory to `a`. */
void merge_tables_seal(struct merge_tables *t, struct arena *a, struct profile *out);

/* In batch.c: sets function_of and location_of for the functions and locations of the current input that are already in
 * the tables. The others stay PROFILE_NONE, and are looked up one by one. */
void merge_find_known(struct merge_tables *t);

/* Parts that merge_find_known shares with single look-ups. */
str_id merge_tagged_string(struct merge_tables *t, str s, uint32_t tag);
static inline uint32_t merge_string_tag(const struct profile *v, str_id id) {
    str s = profile_str(v, id);
    return id < v->n_string_tags ? v->string_tag[id] : hash_tag(hash_bytes(s.ptr, s.len));
}
map_id merge_tables_find_mapping(struct merge_tables *t, map_id id);
uint32_t merge_function_tag(const struct profile_function *f);
bool merge_function_equal(const struct profile_function *f, const struct profile_function *g);
/* The hash of `l`, which has the mapping and address of the tables but the lines of the input; their functions must
 * have been looked up. */
uint32_t merge_location_tag(const struct merge_tables *t, const struct profile_location *l);
bool merge_location_equal(const struct merge_tables *t, const struct profile_location *l, loc_id there);

#endif
