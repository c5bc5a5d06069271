/* What the decoders of the legacy formats share: reading lines, addresses and samples, and the way from
 * there to a profile. Each decoder fills a `struct legacy` and hands it to legacy_finish.
 *
 * The formats are those of pprof's profile/legacy_profile.go and legacy_java_profile.go; pprof.md 3.5 to 3.8.
 * Its patterns are unanchored regular expressions; here scanners take them apart by hand, each a single
 * forced walk (a comment says why where that is not plain). */
#ifndef CPROF_FORMATS_GPERFTOOLS_TEXT_H
#define CPROF_FORMATS_GPERFTOOLS_TEXT_H

#include "base/hash.h"
#include "formats/load.h"
#include "profile/build.h"

/* One per distinct address, in order of first use. */
struct legacy_location {
    uint64_t address;
    uint32_t function; /* number of a legacy.function, or PROFILE_NONE: not symbolized */
    int64_t line;
};

struct legacy_function {
    str name, file;
};

struct legacy_sample {
    size_t first; /* its frames: legacy.frame[first] … [first + n - 1], leaf first */
    uint32_t n;
    int64_t value[4];   /* legacy.n_types of them count */
    int64_t block_size; /* the label "bytes", when legacy.has_block_size */
};

struct legacy_mapping {
    uint64_t start, limit, offset;
    str file, build_id;
};

struct legacy_type {
    str type, unit;
};

/* A profile on its way. */
struct legacy {
    struct arena *arena;  /* the profile's: strings */
    struct arena scratch; /* everything else; released by legacy_finish and legacy_drop */
    struct legacy_type type[4], period_type;
    uint32_t n_types;
    int64_t period, duration_nanos;
    bool has_block_size;
    bool drop_second_leaf; /* a second frame one below the leaf's address repeats the leaf: remove it */
    bool hide_addresses;   /* the profile is to show none */
    struct u64map by_address;
    VEC(struct legacy_location) locations;
    VEC(struct legacy_function) functions;
    VEC(uint32_t) frame; /* numbers of locations */
    VEC(struct legacy_sample) samples;
    VEC(struct legacy_mapping) mappings;
};

void legacy_init(struct legacy *l, struct arena *a);
void legacy_drop(struct legacy *l);
/* Gives up on this input: releases `l`. */
enum load_verdict legacy_unrecognized(struct legacy *l);
enum load_verdict legacy_broken(struct legacy *l); /* the sentence is recorded already */

/* Starts a sample, whose frames are those added from then on. */
struct legacy_sample *legacy_sample(struct legacy *l);
void legacy_frame(struct legacy *l, uint64_t address);
/* Removes frame 1 of a sample of at least two frames. */
void legacy_remove_second(struct legacy *l, struct legacy_sample *s);
/* Adds a frame for each 0x… token of `text`, its address lowered by `lower` (lower_leaf for a sample's
 * first). False when one has more than 64 bits: it is put in *bad. */
bool legacy_frames(struct legacy *l, str text, unsigned lower_leaf, unsigned lower, str *bad);

/* Numbers locations, mappings and functions as pprof does, attaches locations to mappings, sets drop and
 * keep frames, and seals. Releases `l`. */
enum load_verdict legacy_finish(struct legacy *l, struct profile *out, struct err *e);

/* Lines as Go's bufio.Scanner cuts them: without the newline and one carriage return before it, none longer
 * than 65535 bytes. */
struct legacy_lines {
    str rest, line; /* line is empty before the first and after the last */
    bool too_long;  /* a longer line came, which ended the reading */
};
bool legacy_next_line(struct legacy_lines *r);
enum load_verdict legacy_line_too_long(struct legacy *l, struct err *e); /* the sentence for it */

bool legacy_is_comment(str line);      /* blank, or # first */
bool legacy_is_map_sentinel(str line); /* announces a memory map */

/* maps.c: skips to the sentinel (unless at it), then reads the memory map. */
bool legacy_skip_to_map(struct legacy *l, struct legacy_lines *r, struct err *e);
/* Reads all remaining lines as a memory map, then merges neighbours and moves the main binary to the front. */
bool legacy_read_map(struct legacy *l, struct legacy_lines *r, struct err *e);
/* attach.c: the mapping of each location in the list (a number in l->mappings, or
 * PROFILE_NONE for address 0); repairs mappings on the way, and adds a catch-all one when needed. */
uint32_t *legacy_attach(struct legacy *l, const uint32_t *location, uint32_t n);

/* heap.c: values of a sample of a heap profiler that samples every `rate` bytes, estimated back
 * to all allocations. */
void legacy_unsample(int64_t *count, int64_t *size, int64_t rate);
/* Go's conversion of a double: truncated, and INT64_MIN when it does not fit. */
int64_t legacy_int64(double v);
/* strconv.ParseInt's complaint: invalid syntax, or value out of range. */
const char *legacy_int_fault(str digits, int base);

/* Scanners: each takes something off the front of *s, or returns false and leaves it alone. */
bool legacy_take(str *s, str literal);
bool legacy_take_digits(str *s, str *digits);     /* the whole run, at least one */
void legacy_skip_spaces(str *s);                  /* blanks only, maybe none */
bool legacy_take_hex_token(str *s, str *token);   /* the next 0x[0-9a-f]+ anywhere; *s goes on after it */
bool legacy_parse_hex(str digits, uint64_t *out); /* hex digits of either case; false beyond 64 bits */
static inline bool legacy_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool legacy_is_lower_hex(char c) { return legacy_is_digit(c) || (c >= 'a' && c <= 'f'); }
static inline bool legacy_is_hex(char c) { return legacy_is_lower_hex(c) || (c >= 'A' && c <= 'F'); }
/* a regular expression's \s */
static inline bool legacy_is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

/* The decoders, one family per file. */
enum load_verdict decode_legacy_cpu(struct arena *a, str bytes, struct profile *out, struct err *e);
enum load_verdict decode_legacy_heap(struct arena *a, str bytes, struct profile *out, struct err *e);
enum load_verdict decode_legacy_go_count(struct arena *a, str bytes, struct profile *out, struct err *e);
enum load_verdict decode_legacy_threadz(struct arena *a, str bytes, struct profile *out, struct err *e);
enum load_verdict decode_legacy_contention(struct arena *a, str bytes, struct profile *out, struct err *e);
enum load_verdict decode_legacy_java(struct arena *a, str bytes, struct profile *out, struct err *e);
/* The location lines that end the Java formats, then all the rest of it. */
enum load_verdict legacy_finish_java(struct legacy *l, str lines, struct profile *out, struct err *e);

#endif
