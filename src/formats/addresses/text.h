/* Shared parts of the decoders of formats with addresses and a memory map: they read lines, addresses and samples, and
 * make a profile of them. Each decoder fills a `struct text_profile` and passes it to text_finish.
 *
 * The formats are those of pprof's profile/text_profile.go and text_java_profile.go; pprof.md 3.5 to 3.8. pprof uses
 * unanchored regular expressions; the scanners here match them by hand, each in a single forced walk (a comment gives
 * the reason where it is not obvious). */
#ifndef CPROF_FORMATS_ADDRESSES_TEXT_H
#define CPROF_FORMATS_ADDRESSES_TEXT_H

#include "base/hash.h"
#include "formats/format.h"
#include "profile/build.h"

/* A distinct address; numbered in order of first use. */
struct text_location {
    uint64_t address;
    uint32_t function; /* number of a text_profile.function; PROFILE_NONE: not symbolized */
    int64_t line;
};

struct text_function {
    str name, file;
};

struct text_sample {
    size_t first; /* its frames: text_profile.frame[first] … [first + n - 1], leaf first */
    uint32_t n;
    int64_t value[4];   /* the first text_profile.n_types are used */
    int64_t block_size; /* the label "bytes", if text_profile.has_block_size */
    int64_t thread;     /* the label "thread", if text_profile.has_thread */
};

struct text_mapping {
    uint64_t start, limit, offset;
    str file, build_id;
};

struct text_type {
    str type, unit;
};

/* A profile that is being decoded. */
struct text_profile {
    struct arena *arena;  /* of the profile: strings */
    struct arena scratch; /* all other memory; text_finish and text_drop free it */
    struct text_type type[4], period_type;
    uint32_t n_types;
    int64_t period, duration_nanos;
    bool has_block_size;
    bool drop_second_leaf; /* if the second frame is one below the leaf's address, it repeats the leaf: remove it */
    bool hide_addresses;   /* the profile has no addresses */
    bool has_thread;       /* samples have the label "thread" */
    struct u64map by_address;
    struct intern names; /* of functions; its ids are the numbers of `functions` if all come from comments of Go */
    VEC(struct text_location) locations;
    VEC(struct text_function) functions;
    VEC(uint32_t) frame; /* numbers of locations */
    VEC(struct text_sample) samples;
    VEC(struct text_mapping) mappings;
};

void text_init(struct text_profile *t, struct arena *a);
void text_drop(struct text_profile *t);
/* Gives up on this input, and releases `t`. */
enum format_verdict text_unrecognized(struct text_profile *t);
enum format_verdict text_broken(struct text_profile *t); /* the error is recorded already */

/* Starts a sample. Its frames are those that are added until the next one. */
struct text_sample *text_sample(struct text_profile *t);
void text_frame(struct text_profile *t, uint64_t address);
/* Called for a line that makes no sense, with the number of samples before it: drops those that it began. Otherwise as
 * format_skip. */
bool text_skip(struct text_profile *t, size_t n_samples, const struct load_options *options, struct err *e);
/* Names the address of a comment below a stack in Go's own text, "#\t0xADDR\tNAME+0xOFFSET\tFILE:LINE". Ignores other
 * lines. */
void text_read_go_name(struct text_profile *t, str line);
/* Removes frame 1 of a sample with at least two frames. */
void text_remove_second(struct text_profile *t, struct text_sample *s);
/* Adds a frame for each 0x… token of `text`, with its address reduced by `lower` (by lower_leaf for the first of a
 * sample). Returns false if one has more than 64 bits, which is put into *bad. */
bool text_frames(struct text_profile *t, str text, unsigned lower_leaf, unsigned lower, str *bad);

/* Numbers locations, mappings and functions as pprof does, attaches locations to mappings, sets drop and keep frames,
 * and seals. Releases `t`. */
enum format_verdict text_finish(struct text_profile *t, struct profile *out, struct err *e);

/* Reads lines as Go's bufio.Scanner does: without the newline and one carriage return before it, and at most 65535
 * bytes long. */
struct text_lines {
    str rest, line; /* line is empty before the first and after the last */
    bool too_long;  /* a longer line ended the reading */
};
bool text_next_line(struct text_lines *r);
enum format_verdict text_line_too_long(struct text_profile *t, struct err *e); /* records that error */
/* The same of the line that would name the format: the input may have a format with longer lines. */
enum format_verdict text_first_line_too_long(struct text_profile *t, struct err *e);

/* Moves to the first line that is not a comment; r->line is empty if not found. */
void text_skip_comments(struct text_lines *r);
/* Sniffs by the first line, or with skip_comments by the first that is not a comment: SNIFF_MAYBE if it fits, or if it
 * is too long, which the decoder reports. */
enum sniff text_sniff(str start, bool is_all, bool skip_comments, bool (*fits)(str line));
/* Records that `bad` in this line is not an address. */
bool text_bad_address(str line, str bad, struct err *e);

bool text_is_comment(str line);      /* blank, or starting with # */
bool text_is_map_sentinel(str line); /* announces a memory map */

/* In maps.c: skips to the sentinel, unless it is the current line, then reads the memory map. */
bool text_skip_to_map(struct text_profile *t, struct text_lines *r, struct err *e);
/* Reads all remaining lines as a memory map, then merges neighbours and moves the main binary to the front. */
bool text_read_map(struct text_profile *t, struct text_lines *r, struct err *e);
/* In attach.c: returns the mapping of each location in the list (a number in t->mappings, or PROFILE_NONE for address
 * 0). Repairs mappings, and adds a catch-all one if needed. */
uint32_t *text_attach(struct text_profile *t, const uint32_t *location, uint32_t n);

/* In heap.c: estimates all allocations from the values of a sample, for a heap profiler that samples every `rate`
 * bytes. */
void text_unsample(int64_t *count, int64_t *size, int64_t rate);
/* Go's conversion of a double: truncates; INT64_MIN if it does not fit. */
int64_t text_int64(double v);
/* The error of strconv.ParseInt: invalid syntax, or value out of range. */
const char *text_int_fault(str digits, int base);

/* Scanners: each takes a text off the front of *s, or returns false and leaves *s alone. */
bool text_take(str *s, str literal);
bool text_take_digits(str *s, str *digits);     /* the whole run, at least one digit */
void text_skip_spaces(str *s);                  /* only blanks, maybe none */
bool text_parse_hex(str digits, uint64_t *out); /* hex digits of either case; false beyond 64 bits */
static inline bool text_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool text_is_lower_hex(char c) { return text_is_digit(c) || (c >= 'a' && c <= 'f'); }
static inline bool text_is_hex(char c) { return text_is_lower_hex(c) || (c >= 'A' && c <= 'F'); }
/* \s of a regular expression */
static inline bool text_is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

/* Reads the location lines at the end of the Java formats, and finishes the profile. */
enum format_verdict text_finish_java(struct text_profile *t, str lines, struct profile *out, struct err *e);

#endif
