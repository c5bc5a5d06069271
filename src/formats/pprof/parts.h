/* The parts of the decoder of profile.proto: decode.c (the walk over the top level, and the end), tables.c (header,
 * strings, mappings, functions, locations), samples.c (the hot message) and stacks.c (distinct location lists).
 *
 * The bytes come in pieces, which are freed once they were read: nothing here points into them afterwards. */
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

/* stacks.c: distinct location lists, found by their bytes. */

struct decode_stacks {
    uint32_t n;
    struct arena off_arena, frame_arena, at_arena, bytes_arena; /* a column each */
    struct arena list_arena, scratch;
    VEC(uint64_t) off;    /* per list, and one more: number of frames in the lists before it */
    VEC(loc_id) frame;    /* of all lists, one after the other: ids minus one, until decode_stacks_finish */
    VEC(uint16_t) narrow; /* the same, while is_narrow */
    bool is_narrow;
    VEC(loc_id) list; /* room for a list that is being decoded, while is_narrow */

    /* In large profiles, whose lists often occur again: their bytes, which are compared much faster than frames. */
    bool keeps_bytes;
    VEC(uint64_t) at;   /* per distinct list, and one more: start of its bytes */
    VEC(uint8_t) bytes; /* of all distinct lists, one after the other */

    uint32_t most;      /* the largest frame */
    struct u64map wide; /* ids that do not fit into a frame -> their number */
    VEC(uint64_t) wide_id;
    struct slots slot;
    bool malformed; /* some list has bytes that are no number */

    /* Lists that are not looked up yet. Each look-up waits for memory three times, so a batch prefetches all memory of
     * one step before it reads the first. */
    struct decode_pending {
        const uint8_t *bytes;
        size_t len;
        stack_id *to;
        uint32_t tag;
    } pending[TUNING_DECODE_BATCH];
    uint32_t n_pending;

    bool skipping;    /* set by the caller: lists are checked, but none is kept */
    uint32_t largest; /* id of all skipped lists, and the bytes that it takes */
    unsigned n_bytes;
    bool has_zero; /* some id is 0 */
};

/* Hint: samples and tables take about `size` bytes. Frames are narrow at first if `narrow` is set. */
void decode_stacks_init(struct decode_stacks *s, bool narrow, uint64_t size);
void decode_stacks_release(struct decode_stacks *s);
/* Numbers the distinct lists in order of first use; 0 each, while skipping. *to is written by decode_stacks_flush at
 * the latest; `to` and `bytes`, of which VARINTS_READ_AHEAD more may be read, must stay valid until then. */
void decode_stacks_add(struct decode_stacks *s, const uint8_t *bytes, size_t len, stack_id *to);
void decode_stacks_flush(struct decode_stacks *s);

/* Ids of the file -> index. Most files count ids from 1, which needs no table; a plain table serves dense ids, and a
 * map the others. */
struct decode_ids {
    uint64_t largest; /* of all ids; known before the first one is added */
    uint32_t n;       /* number of ids; while `counting`, these are 1 … n */
    bool counting;
    uint32_t *dense; /* PROFILE_NONE: no such id */
    uint64_t n_dense;
    bool has_wide; /* some ids are in `rest` */
    struct u64map rest;
};
static inline uint32_t decode_find(const struct decode_ids *ids, uint64_t id) {
    if (ids->counting) return id - 1 < ids->n ? (uint32_t)(id - 1) : PROFILE_NONE;
    if (id < ids->n_dense) return ids->dense[id];
    uint32_t at;
    return u64map_get(&ids->rest, id, &at) ? at : PROFILE_NONE;
}

/* Gives `out` an empty stack in place of the skipped ones, if all these are well-formed lists of ids from 1 to
 * n_locations. Otherwise returns false. */
bool decode_stacks_skipped(struct arena *a, const struct decode_stacks *s, uint32_t n_locations, struct profile *out);
/* Moves all lists to `out`, as frames; they live in `a`. Returns false if one is malformed. Sets *nil_location if some
 * list has an unknown location, whose frame is PROFILE_NONE. */
bool decode_stacks_finish(struct arena *a, struct decode_stacks *s, const struct decode_ids *location_of,
                          struct profile *out, bool *nil_location);

/* samples.c: sample messages. */

/* A label seen recently, by its whole message of at most 8 bytes; len 0: none. */
enum { DECODE_RECENT_BITS = 10 };
struct decode_recent {
    uint64_t word;
    uint32_t len;
    label_id label;
};

/* The fields of a label message; its strings are indices of the file. */
struct decode_label {
    int64_t key, value, number, unit;
};

enum { DECODE_SAMPLE_VALUE = 2 }; /* field of a sample */

struct decode_samples {
    struct arena *arena; /* memory of small columns */
    uint32_t n, cap, first_cap;
    uint32_t n_types;
    struct decode_column {
        struct arena arena; /* memory of a long column */
        void *at;
    } * value, stack_of, label_off; /* arrays of n_types, 1 and 1 columns, `cap` long */
    struct arena label_ref_arena;
    VEC(label_id) label_ref;
    struct decode_stacks stacks;

    struct intern label_bytes; /* distinct label messages */
    VEC(label_id) label_of;    /* per message; PROFILE_NONE: the label is empty and is dropped */
    VEC(struct decode_label) label;
    struct decode_recent *recent;

    struct arena repacked; /* copies of location lists, until the next flush */
    uint32_t mismatch;     /* number of the first sample with a wrong number of values; PROFILE_NONE: none */
    uint64_t n_mismatch;   /* its number of values */
};

/* Makes `n_types` columns of values in `a`; the caller starts `stacks`. Hint: samples and tables take about `size`
 * bytes. Must be released. */
void decode_samples_init(struct decode_samples *s, struct arena *a, uint32_t n_types, uint64_t size);
void decode_samples_release(struct decode_samples *s);
/* Appends one sample; returns false if it is malformed. Bytes up to `limit` may be read. The bytes must stay valid
 * until decode_samples_flush. */
bool decode_sample(struct decode_samples *s, struct wire message, const uint8_t *limit);
void decode_samples_flush(struct decode_samples *s);
/* Moves the columns of samples and labels to `out`, except stacks and the table of labels. */
void decode_samples_seal(struct decode_samples *s, struct profile *out);

/* tables.c: all other messages. */

/* While the tables are read, their rows refer to strings by the file's indices and to mappings and functions by its
 * ids. At the end these are looked up in place. Ids that do not fit into a row are kept in a list. */
typedef VEC(uint64_t) decode_wide_ids;

struct decode_tables {
    struct arena *arena; /* of the profile */
    struct arena scratch, pb_scratch;
    /* an arena per table or column */
    struct arena string_arena, string_of_arena, function_arena, location_arena, line_arena;
    bool input_outlives;   /* the input lives as long as the profile */
    struct intern string;  /* the bytes of its keys are in the input if that outlives the profile, else in `arena` */
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

    /* set at the end */
    struct decode_ids function_of, mapping_of, location_of;
    bool malformed;
    struct decode_fault {           /* the first broken rule of the tables, in pprof's order */
        const char *before, *after; /* the message before and after the id; `before` is NULL without a fault */
        uint64_t id;
    } fault;
};

void decode_tables_init(struct decode_tables *t, struct arena *a);
/* Hint: about `size` bytes will follow. */
void decode_tables_expect(struct decode_tables *t, size_t size);
void decode_tables_release(struct decode_tables *t);
/* Takes a top-level field other than a sample. Returns false if it is malformed. */
bool decode_tables_field(struct decode_tables *t, const struct wire_field *f);
/* Take a message that is known to be a location, a function or a string. */
bool decode_tables_location(struct decode_tables *t, struct wire message);
bool decode_tables_function(struct decode_tables *t, struct wire message);
bool decode_tables_string(struct decode_tables *t, struct wire message);
/* Looks up all references and makes the tables of `out`; sets t->malformed or t->fault on errors. */
void decode_tables_finish(struct decode_tables *t, struct profile *out);
/* The string of an index of the file. An index out of range sets t->malformed and gives "". */
str_id decode_string_at(struct decode_tables *t, int64_t index);

#endif
