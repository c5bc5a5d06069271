/* What the three files that decode profile.proto share: decode_pprof.c (the walk over the top level, and
 * putting it all together), decode_tables.c (header, strings, mappings, functions, locations) and
 * decode_samples.c (the hot message). */
#ifndef CPROF_LOAD_DECODE_PPROF_H
#define CPROF_LOAD_DECODE_PPROF_H

#include "base/hash.h"
#include "load/wire.h"
#include "profile/profile.h"

/* A run of top-level bytes holding `count` samples, the first of which is sample number `first`. Other
 * messages may stand between them. */
struct decode_span {
    struct wire bytes;
    uint32_t first, count;
};

/* A label seen lately, by its whole message of at most 8 bytes; len 0: none. */
enum { DECODE_RECENT_BITS = 10 };
struct decode_recent {
    uint64_t word;
    uint32_t len;
    label_id label;
};

/* One part's share of the samples: what it found, in arenas of its own. */
struct decode_part {
    struct arena arena;
    const struct decode_span *span;
    uint32_t n_spans;
    uint32_t first, count; /* sample numbers */
    struct intern labels;  /* distinct label messages, views into the profile's bytes */
    struct decode_recent *recent;
    VEC(label_id) label_ref;
    bool malformed;
    uint32_t mismatch;   /* number of the first sample with a wrong count of values; PROFILE_NONE: none */
    uint64_t n_mismatch; /* how many it has */
};

/* Where the samples' columns are put. */
struct decode_columns {
    uint32_t n_samples, n_types;
    bool store_values; /* false: some sample must have too few values, and is only to be found */
    int64_t **value;
    stack_id *stack_of;
    uint32_t *label_count; /* per sample; decode_samples_finish makes it label_off */
    /* temporary: a sample's location list as wire bytes; together, because they are looked at together */
    struct decode_key {
        const uint8_t *bytes;
        uint64_t hash;
        uint32_t len;
    } * key;
};

/* Reads one part's samples into the columns (stack keys and hashes, values, label counts, part-local labels). */
void decode_samples_part(struct decode_part *part, const struct decode_columns *c);

/* Numbers equal location lists alike, in the order of first use: fills stack_of, and *keys (views) with
 * *n_stacks distinct lists. False when there would be more than 2^32-2. */
void decode_stacks_number(struct arena *a, const struct decode_columns *c, str **keys, uint32_t *n_stacks);

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

/* Ids of the file -> index. They are mostly small and dense: a plain table serves those, a map the others. */
struct decode_ids {
    uint32_t *dense; /* PROFILE_NONE: no such id */
    uint64_t n_dense;
    struct u64map rest;
};
static inline uint32_t decode_find(const struct decode_ids *ids, uint64_t id) {
    if (id < ids->n_dense) return ids->dense[id];
    uint32_t at;
    return u64map_get(&ids->rest, id, &at) ? at : PROFILE_NONE;
}

typedef VEC(struct wire) wire_list;

struct decoder {
    struct arena *arena; /* of the profile */
    struct arena scratch;
    struct wire_field last[F_COUNT]; /* scalar fields: the last one wins; type WIRE_BYTES where absent */
    bool seen[F_COUNT];
    wire_list types, mappings, locations, functions;
    VEC(str) strings;
    VEC(uint64_t) comments;
    VEC(struct decode_span) spans;
    uint64_t n_samples, sample_bytes;
    bool concatenated;

    /* the tables, once decoded */
    const str_id *canonical; /* string number in the file -> str_id */
    struct profile *out;
    struct decode_ids function_of, mapping_of, location_of;
    struct profile_location *location;
    struct profile_line *line;
    uint32_t n_lines;
    struct fault {                  /* the first broken rule of the tables, in pprof's order */
        const char *before, *after; /* the sentence, around the id; before is NULL while all is well */
        uint64_t id;
    } fault;
    bool malformed;
    bool bad_line; /* some line names no function: a fault, but one that later checks come before */
    uint32_t n_parts;
    struct decode_part *part;
    struct decode_columns columns;
};

/* Decodes everything but samples into d->out; sets d->malformed or d->fault where something is wrong. */
void decode_tables(struct decoder *d);
/* The string a file's index means; an index out of range sets d->malformed and gives "". */
str_id decode_string_at(struct decoder *d, int64_t index);

#endif
