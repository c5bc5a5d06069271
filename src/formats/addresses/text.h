/* What the decoders of formats that record addresses and a memory map share: reading lines, addresses and samples, and
 * the way from there to a profile. Each decoder fills a `struct text_profile` and hands it to text_finish.
 *
 * The formats are those of pprof's profile/text_profile.go and text_java_profile.go; pprof.md 3.5 to 3.8.
 * Its patterns are unanchored regular expressions; here scanners take them apart by hand, each a single
 * forced walk (a comment says why where that is not plain). */
#ifndef CPROF_FORMATS_ADDRESSES_TEXT_H
#define CPROF_FORMATS_ADDRESSES_TEXT_H

#include "base/hash.h"
#include "formats/format.h"
#include "profile/build.h"

/* One per distinct address, in order of first use. */
struct text_location {
    uint64_t address;
    uint32_t function; /* number of a text_profile.function, or PROFILE_NONE: not symbolized */
    int64_t line;
};

struct text_function {
    str name, file;
};

struct text_sample {
    size_t first; /* its frames: text_profile.frame[first] … [first + n - 1], leaf first */
    uint32_t n;
    int64_t value[4];   /* text_profile.n_types of them count */
    int64_t block_size; /* the label "bytes", when text_profile.has_block_size */
    int64_t thread;     /* the label "thread", when text_profile.has_thread */
};

struct text_mapping {
    uint64_t start, limit, offset;
    str file, build_id;
};

struct text_type {
    str type, unit;
};

/* A profile on its way. */
struct text_profile {
    struct arena *arena;  /* the profile's: strings */
    struct arena scratch; /* everything else; released by text_finish and text_drop */
    struct text_type type[4], period_type;
    uint32_t n_types;
    int64_t period, duration_nanos;
    bool has_block_size;
    bool drop_second_leaf; /* a second frame one below the leaf's address repeats the leaf: remove it */
    bool hide_addresses;   /* the profile is to show none */
    bool has_thread;       /* samples have the label "thread" */
    struct u64map by_address;
    struct intern names; /* of functions; its numbers are those of `functions`, where text_name alone adds them */
    VEC(struct text_location) locations;
    VEC(struct text_function) functions;
    VEC(uint32_t) frame; /* numbers of locations */
    VEC(struct text_sample) samples;
    VEC(struct text_mapping) mappings;
};

void text_init(struct text_profile *t, struct arena *a);
void text_drop(struct text_profile *t);
/* Gives up on this input: releases `t`. */
enum format_verdict text_unrecognized(struct text_profile *t);
enum format_verdict text_broken(struct text_profile *t); /* the sentence is recorded already */

/* Starts a sample, whose frames are those added from then on. */
struct text_sample *text_sample(struct text_profile *t);
void text_frame(struct text_profile *t, uint64_t address);
/* Gives an address that samples have and that has no name yet one. `file` may be empty and `line` 0. */
void text_name(struct text_profile *t, uint64_t address, str name, str file, int64_t line);
/* The comments below a stack in Go's own text, "#\t0xADDR\tNAME+0xOFFSET\tFILE:LINE", name its addresses. Other lines
 * are left alone. */
void text_read_go_name(struct text_profile *t, str line);
/* Removes frame 1 of a sample of at least two frames. */
void text_remove_second(struct text_profile *t, struct text_sample *s);
/* Adds a frame for each 0x… token of `text`, its address lowered by `lower` (lower_leaf for a sample's
 * first). False when one has more than 64 bits: it is put in *bad. */
bool text_frames(struct text_profile *t, str text, unsigned lower_leaf, unsigned lower, str *bad);

/* Numbers locations, mappings and functions as pprof does, attaches locations to mappings, sets drop and
 * keep frames, and seals. Releases `t`. */
enum format_verdict text_finish(struct text_profile *t, struct profile *out, struct err *e);

/* Lines as Go's bufio.Scanner cuts them: without the newline and one carriage return before it, none longer
 * than 65535 bytes. */
struct text_lines {
    str rest, line; /* line is empty before the first and after the last */
    bool too_long;  /* a longer line came, which ended the reading */
};
bool text_next_line(struct text_lines *r);
enum format_verdict text_line_too_long(struct text_profile *t, struct err *e); /* the sentence for it */

/* Moves to the first line that is no comment; r->line is empty when there is none. */
void text_skip_comments(struct text_lines *r);
/* A sniff by the first line, or with skip_comments by the first that is no comment: SNIFF_MAYBE where it fits, or where
 * it is too long, which the decoder reports. */
enum sniff text_sniff(str start, bool is_all, bool skip_comments, bool (*fits)(str line));
/* Records that `bad` in this line is no address. */
bool text_bad_address(str line, str bad, struct err *e);

bool text_is_comment(str line);      /* blank, or # first */
bool text_is_map_sentinel(str line); /* announces a memory map */

/* maps.c: skips to the sentinel (unless at it), then reads the memory map. */
bool text_skip_to_map(struct text_profile *t, struct text_lines *r, struct err *e);
/* Reads all remaining lines as a memory map, then merges neighbours and moves the main binary to the front. */
bool text_read_map(struct text_profile *t, struct text_lines *r, struct err *e);
/* attach.c: the mapping of each location in the list (a number in t->mappings, or
 * PROFILE_NONE for address 0); repairs mappings on the way, and adds a catch-all one when needed. */
uint32_t *text_attach(struct text_profile *t, const uint32_t *location, uint32_t n);

/* heap.c: values of a sample of a heap profiler that samples every `rate` bytes, estimated back
 * to all allocations. */
void text_unsample(int64_t *count, int64_t *size, int64_t rate);
/* Go's conversion of a double: truncated, and INT64_MIN when it does not fit. */
int64_t text_int64(double v);
/* strconv.ParseInt's complaint: invalid syntax, or value out of range. */
const char *text_int_fault(str digits, int base);

/* Scanners: each takes something off the front of *s, or returns false and leaves it alone. */
bool text_take(str *s, str literal);
bool text_take_digits(str *s, str *digits);     /* the whole run, at least one */
void text_skip_spaces(str *s);                  /* blanks only, maybe none */
bool text_take_hex_token(str *s, str *token);   /* the next 0x[0-9a-f]+ anywhere; *s goes on after it */
bool text_parse_hex(str digits, uint64_t *out); /* hex digits of either case; false beyond 64 bits */
static inline bool text_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool text_is_lower_hex(char c) { return text_is_digit(c) || (c >= 'a' && c <= 'f'); }
static inline bool text_is_hex(char c) { return text_is_lower_hex(c) || (c >= 'A' && c <= 'F'); }
/* a regular expression's \s */
static inline bool text_is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

/* The location lines that end the Java formats, then all the rest of it. */
enum format_verdict text_finish_java(struct text_profile *t, str lines, struct profile *out, struct err *e);

#endif
