/* Internals of regex: the parsed pattern and the two ways to run it. Private to this folder.
 *
 *  text of the pattern -- regex_parse --> tree -- regex_emit --> PCRE2 pattern -- regex_jit --> yes, no, gave up
 *                                         tree -- regex_pike --> simulation in linear time: never gives up
 *                                                                on a name, knows groups and invalid UTF-8
 *
 * The tree has at most REGEX_HEIGHT levels, so walking it recursively is safe. */
#ifndef CPROF_REGEX_TREE_H
#define CPROF_REGEX_TREE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Go's limits: the height of the tree, and its size with all counted repetitions written out. */
enum { REGEX_HEIGHT = 1000, REGEX_SIZE = 3355443, REGEX_COPIES = 1000 };
#define REGEX_RUNE_MOST 0x10ffffu
#define REGEX_FOREVER (-1)

struct regex_jit;

struct regex_range {
    uint32_t first, last;
};

/* A set of code points: the union of ranges and properties, closed under case if `fold`, then complemented if
 * `negated`. */
struct regex_class {
    struct regex_range *range;
    size_t n_ranges, cap_ranges;
    struct regex_property {
        const char *name; /* in PCRE2's spelling */
        bool negated;
    } * property;
    size_t n_properties, cap_properties;
    bool fold, negated;
    struct regex_jit *probe; /* matches one code point of the class; NULL if no tables are needed */
    uint64_t ascii[2];       /* bit r: the code point r is in the class; valid if ascii_known, computed at first use */
    bool ascii_known;
};

enum regex_kind {
    REGEX_EMPTY, /* matches the empty string */
    REGEX_RUNE,  /* one code point */
    REGEX_CLASS, /* one code point of a class */
    REGEX_BEGIN_TEXT,
    REGEX_END_TEXT,
    REGEX_BEGIN_LINE,
    REGEX_END_LINE,
    REGEX_WORD_EDGE,
    REGEX_NO_WORD_EDGE,
    REGEX_SEQUENCE, /* two or more children */
    REGEX_CHOICE,   /* two or more children, the first is preferred */
    REGEX_REPEAT,   /* child[0] min to max times */
    REGEX_CAPTURE   /* child[0] */
};

struct regex_node {
    enum regex_kind kind;
    uint32_t rune; /* REGEX_RUNE: the code point; REGEX_CAPTURE: the group's number */
    int min, max;  /* REGEX_REPEAT; max may be REGEX_FOREVER */
    bool lazy;     /* REGEX_REPEAT: prefers fewer repetitions */
    bool nullable; /* can match the empty string */
    uint32_t height, copies;
    uint64_t size;
    struct regex_class *set; /* REGEX_CLASS */
    struct regex_node **child;
    size_t n;
};

struct regex_tree {
    struct regex_node *top;
    uint64_t id;       /* unique, for the caches */
    unsigned groups;   /* number of capturing groups */
    bool needs_tables; /* some class needs Unicode's tables, which only PCRE2 has */
};
bool regex_parse(struct arena *a, str pattern, struct regex_tree *out, struct err *e);

void regex_class_add(struct arena *a, struct regex_class *c, uint32_t first, uint32_t last);
/* Adds the class of an escape such as \d at the start of s; sets *used to the escape's length. */
bool regex_class_perl(struct arena *a, str s, struct regex_class *c, size_t *used);
bool regex_class_posix(struct arena *a, str name, struct regex_class *c); /* "[:alpha:]"; false: no such name */
bool regex_class_unicode(struct arena *a, str name, bool negated, struct regex_class *c); /* "Greek"; same */
/* Completes the class: to be called once, after the last addition. Returns true if it needs Unicode's tables. */
bool regex_class_finish(struct arena *a, struct regex_class *c);
bool regex_class_has(struct regex_class *c, uint32_t rune);
/* What regex_class_has will cost, in steps of the simulation. */
uint64_t regex_class_steps(const struct regex_class *c, uint32_t rune);

/* With `steps`, PCRE2 calls back wherever it can start to repeat work; *steps is the most that it does in between, in
 * steps of 16 comparisons of a code point, and at least 1. */
str regex_emit(struct arena *a, const struct regex_node *n, uint64_t *steps);
str regex_emit_class(struct arena *a, const struct regex_class *c);

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_GAVE_UP };
bool regex_jit_load(struct err *e);
/* The steps that all matches of a pattern may still take. */
struct regex_meter {
    uint64_t compiled, simulated; /* steps left of PCRE2's code, and of the simulation */
    uint64_t callback;            /* steps between two callbacks of PCRE2: see regex_emit */
};
/* Never fails: a pattern that PCRE2 cannot compile gives up on every text. `pattern` and `meter` must live as long as
 * `a`. With a meter, the pattern must have been written for one. */
struct regex_jit *regex_jit_new(struct arena *a, str pattern, struct regex_meter *meter);
/* `text` is valid UTF-8. Gives up if PCRE2 would backtrack for long, or the meter is at its end. */
enum regex_answer regex_jit_match(struct regex_jit *j, str text);
bool regex_jit_is_ready(const struct regex_jit *j); /* this thread has it compiled */

/* Both give up only if program times text exceeds hundreds of millions of steps, or what the meter has left; it may be
 * NULL. Text is any bytes. The tree must be as regex_parse left it: programs are cached by its id. */
enum regex_answer regex_pike_match(const struct regex_tree *t, str text, struct regex_meter *meter);
/* Sets the offsets of the group in the leftmost match, SIZE_MAX if it took no part. */
enum regex_answer regex_pike_group(const struct regex_tree *t, str text, unsigned group, size_t *from, size_t *to);

#endif
