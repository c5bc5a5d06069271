/* What the files that decode profile.proto share: decode.c (the walk over the top level, and putting it all
 * together), tables.c (header, strings, mappings, functions, locations), samples.c (the hot message)
 * and stacks.c (distinct location lists).
 *
 * The bytes come in pieces, which are gone once they were read: nothing here points into them afterwards. */
#ifndef CPROF_FORMATS_PPROF_PARTS_H
#define CPROF_FORMATS_PPROF_PARTS_H

#include "base/hash.h"
#include "base/slots.h"
#include "base/tuning.h"
#include "formats/wire.h"
#include "profile/profile.h"

/* Top-level field numbers of profile.proto. */
enum {
    F_SAMPLE_TYPE = 1,
    F_SAMPLE,
    F_MAPPING,
    F_LOCATION,
    F_FUNCTION,
    F_STRING,
    F_DROP_FRAMES,
    F_KEEP_FRAMES,
    F_TIME,
    F_DURATION,
    F_PERIOD_TYPE,
    F_PERIOD,
    F_COMMENT,
    F_DEFAULT_TYPE,
    F_DOC_URL,
    F_COUNT
};

/* --- stacks.c: distinct location lists, found by their bytes ----------------------------------------- */

struct decode_stacks {
    uint32_t n;
    struct arena off_arena, at_arena, bytes_arena; /* a column each */
    VEC(uint64_t) off;  /* per list, and one more: how many locations the lists before it have */
    VEC(uint64_t) at;   /* per list, and one more: where its bytes are */
    VEC(uint8_t) bytes; /* of all lists, one after the other */
    struct slots slot;
    bool malformed; /* some list ends within a number */

    /* lists that are not looked up yet: each look-up waits for memory three times, so a batch asks for all of one kind
     * before it needs the first */
    struct decode_pending {
        const uint8_t *bytes;
        size_t len;
        stack_id *to;
        uint32_t tag;
    } pending[TUNING_DECODE_BATCH];
    uint32_t n_pending;
};

void decode_stacks_init(struct decode_stacks *s);
void decode_stacks_release(struct decode_stacks *s);
/* Numbers equal lists alike, in the order of first use, and puts the number in *to: not before
 * decode_stacks_settle, until which both the bytes and *to stay where they are. */
void decode_stacks_add(struct decode_stacks *s, const uint8_t *bytes, size_t len, stack_id *to);
void decode_stacks_settle(struct decode_stacks *s);

/* Ids of the file -> index. They mostly count from 1: that takes no table; dense ones take a plain one, and a map
 * serves the others. */
struct decode_ids {
    uint64_t largest; /* of all, known before the first is put in */
    uint32_t n;       /* how many there are, all counting from 1 while `counting` */
    bool counting;
    uint32_t *dense; /* PROFILE_NONE: no such id */
    uint64_t n_dense;
    bool has_wide; /* some are in `rest` */
    struct u64map rest;
};
static inline uint32_t decode_find(const struct decode_ids *ids, uint64_t id) {
    if (ids->counting) return id - 1 < ids->n ? (uint32_t)(id - 1) : PROFILE_NONE;
    if (id < ids->n_dense) return ids->dense[id];
    uint32_t at;
    return u64map_get(&ids->rest, id, &at) ? at : PROFILE_NONE;
}

/* Decodes all lists into `out` (frames live in `a`), on several threads. False when one is malformed;
 * *nil_location: some list names a location that is not there, its frame is PROFILE_NONE. */
bool decode_stacks_finish(struct arena *a, struct decode_stacks *s, const struct decode_ids *location_of,
                          struct profile *out, bool *nil_location);

/* --- samples.c --------------------------------------------------------------------------------------- */

/* A label seen lately, by its whole message of at most 8 bytes; len 0: none. */
enum { DECODE_RECENT_BITS = 10 };
struct decode_recent {
    uint64_t word;
    uint32_t len;
    label_id label;
};

/* The fields of a label message, its strings still as the file's indices. */
struct decode_label {
    int64_t key, value, number, unit;
};

enum { DECODE_SAMPLE_VALUE = 2 }; /* field of a sample */

struct decode_samples {
    struct arena *arena; /* small columns */
    uint32_t n, cap;
    uint32_t n_types;
    struct decode_column {
        struct arena arena; /* of a long one */
        void *at;
    } * value, stack_of, label_off; /* n_types, 1 and 1 of them, `cap` long */
    struct arena label_ref_arena;
    VEC(label_id) label_ref;
    struct decode_stacks stacks;

    struct intern label_bytes; /* distinct label messages */
    VEC(label_id) label_of;    /* per message; PROFILE_NONE: it says nothing and vanishes */
    VEC(struct decode_label) label;
    struct decode_recent *recent;

    struct arena repacked; /* location lists that were not one packed run, until they are settled */
    uint32_t mismatch;     /* number of the first sample with a wrong count of values; PROFILE_NONE: none */
    uint64_t n_mismatch;   /* how many it has */
};

/* Lives in `a`; to be released. `n_types` columns of values are made. */
void decode_samples_init(struct decode_samples *s, struct arena *a, uint32_t n_types);
void decode_samples_release(struct decode_samples *s);
/* Appends one sample. `limit`: how far may be read beyond the message. False: malformed. Keeps pointing at the bytes
 * until decode_samples_settle. */
bool decode_sample(struct decode_samples *s, struct wire message, const uint8_t *limit);
void decode_samples_settle(struct decode_samples *s);
/* Hands the columns of samples and labels to `out`; stacks and the table of labels are not among them. */
void decode_samples_seal(struct decode_samples *s, struct profile *out);

/* --- tables.c ---------------------------------------------------------------------------------------- */

/* While they are read, the tables' rows refer to strings by the file's numbers and to mappings and functions by its
 * ids: all that is looked up in place when everything is there. Ids that do not fit wait in a list. */
typedef VEC(uint64_t) decode_wide_ids;

struct decode_tables {
    struct arena *arena; /* of the profile */
    struct arena scratch, pb_scratch;
    /* a table or column each */
    struct arena string_arena, string_of_arena, function_arena, location_arena, line_arena;
    bool bytes_stay;       /* what is fed */
    struct intern string;  /* its keys' bytes live there, or else in the profile's arena */
    VEC(str_id) string_of; /* string number in the file -> str_id */
    VEC(struct profile_value_type) type;
    struct profile_value_type period_type;
    VEC(struct profile_mapping) mapping;
    VEC(struct profile_function) function;
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
    decode_wide_ids wide_mapping, wide_function; /* of locations and lines, in their order */
    VEC(uint64_t) comment;
    int64_t scalar[F_COUNT];
    bool seen[F_COUNT];

    /* once they are looked up */
    struct decode_ids function_of, mapping_of, location_of;
    bool malformed;
    struct decode_fault {           /* the first broken rule of the tables, in pprof's order */
        const char *before, *after; /* the sentence, around the id; before is NULL while all is well */
        uint64_t id;
    } fault;
};

void decode_tables_init(struct decode_tables *t, struct arena *a);
/* About so many bytes will be fed. */
void decode_tables_expect(struct decode_tables *t, size_t size);
void decode_tables_release(struct decode_tables *t);
/* Takes a field of the top level that is no sample. False: malformed. */
bool decode_tables_field(struct decode_tables *t, const struct wire_field *f);
/* The same for one that is known to be what it is. */
bool decode_tables_location(struct decode_tables *t, struct wire message);
bool decode_tables_function(struct decode_tables *t, struct wire message);
bool decode_tables_string(struct decode_tables *t, struct wire message);
/* Looks everything up and makes the tables of `out`; sets t->malformed or t->fault where something is wrong. */
void decode_tables_finish(struct decode_tables *t, struct profile *out);
/* The string a file's index means; an index out of range sets t->malformed and gives "". */
str_id decode_string_at(struct decode_tables *t, int64_t index);

#endif
