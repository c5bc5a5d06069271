/* A profile in memory: columns and small tables in which all references are 32-bit indices.
 *
 * Invariant: once sealed (by a loader or a builder) a profile is never modified while anyone else can see it, and each
 * index in it is in range, so that the rest of the program trusts them without checks.
 *
 * A *view* is a `struct profile` too: a shallow copy that borrows columns, in which filters (src/filter) have replaced
 * those that had to change by columns of their own. Nothing behind the pointers is ever written. Reports take a `const
 * struct profile *` and cannot tell the difference.
 *
 * Equal strings have equal ids (ids are canonical), so names are compared by id. Equal stacks normally share one stack
 * id, so per-stack work is done once for all samples with the stack. */
#ifndef CPROF_PROFILE_PROFILE_H
#define CPROF_PROFILE_PROFILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef uint32_t str_id;   /* index into profile.string; 0 is "" */
typedef uint32_t loc_id;   /* index into profile.location */
typedef uint32_t func_id;  /* index into profile.function */
typedef uint32_t map_id;   /* index into profile.mapping, or PROFILE_NONE */
typedef uint32_t stack_id; /* index of a stack */
typedef uint32_t label_id; /* index into profile.label */
#define PROFILE_NONE UINT32_MAX

struct profile_value_type {
    str_id type, unit;
};

struct profile_mapping {
    uint64_t id; /* as in the file; never 0, unique */
    uint64_t start, limit, offset;
    str_id file, build_id;
    str_id kernel_symbol; /* "_text" or "_stext" after [kernel.kallsyms], else 0 */
    bool has_functions, has_filenames, has_line_numbers, has_inline_frames;
};

struct profile_function {
    uint64_t id; /* as in the file; never 0, unique */
    str_id name, system_name, file;
    int64_t start_line;
};

/* One source position of a location. A location's lines are contiguous, innermost (leafmost) first:
 * line[first_line] … line[first_line + n_lines - 1]; the last one is the outermost caller. */
struct profile_line {
    func_id function;
    int64_t line, column;
};

struct profile_location {
    uint64_t id; /* as in the file; never 0, unique */
    uint64_t address;
    map_id mapping; /* PROFILE_NONE: none */
    uint32_t first_line, n_lines;
    bool folded;
};

/* One distinct label; samples refer to it. */
struct profile_label {
    str_id key;
    str_id value; /* of a string label */
    str_id unit;  /* of a numeric label; 0 when the file has none */
    bool numeric;
    int64_t number;
};

struct profile {
    const str *string;
    uint32_t n_strings;
    const uint32_t *string_tag; /* hash_tag of the first n_string_tags strings */
    uint32_t n_string_tags;

    const struct profile_value_type *type;
    uint32_t n_types;
    struct profile_value_type period_type; /* both 0 when the file has none */
    int64_t period, time_nanos, duration_nanos;
    str_id drop_frames, keep_frames, default_type, doc_url;
    const str_id *comment;
    uint32_t n_comments;
    bool one_column;    /* read from collapsed stacks with one number a line: a negative value is not one of a base */
    bool shares_stacks; /* its file names the stacks of samples by their numbers in a table, as OTLP's do */

    /* Samples. `row` picks and orders them in a view: sample i is row row[i] of the columns below
     * (all rows in order when row is NULL: use profile_row). */
    uint32_t n_samples;
    const uint32_t *row;
    const int64_t *const *value; /* value[type][row] */
    const stack_id *stack_of;    /* stack_of[row] */
    const uint32_t *label_off; /* the labels of a row are label_ref[label_off[row]] … label_ref[label_off[row+1]-1], in
                                  file order */
    const label_id *label_ref;
    uint32_t n_rows; /* length of the columns (label_off has one more) */

    /* Stacks: frame[stack_off[s]] … frame[stack_off[s+1]-1], leaf first. A stack may be empty. */
    uint32_t n_stacks;
    const uint64_t *stack_off;
    const loc_id *frame;
    /* NULL, or in place of `frame`, which is NULL: the frames in half of the memory, and PROFILE_NARROW_PADDING
     * elements more. A loader makes it only on request (load_options.narrow). */
    const uint16_t *narrow_frame;

    const struct profile_location *location;
    uint32_t n_locations;
    const struct profile_line *line;
    uint32_t n_lines;
    const struct profile_function *function;
    uint32_t n_functions;
    const struct profile_mapping *mapping;
    uint32_t n_mappings;
    const struct profile_label *label;
    uint32_t n_labels;

    /* The parts of a line that aggregation (filter/aggregate) leaves visible. All are true as loaded. Aggregation does
     * not rewrite columns: code that turns lines into names or nodes reads these flags. */
    struct profile_shown {
        bool function, file, line, column, address;
        bool raw; /* nothing was aggregated (the addresses granularity) */
    } shown;
};

static inline uint32_t profile_row(const struct profile *p, uint32_t sample) {
    return p->row ? p->row[sample] : sample;
}

/* The frames of a stack, whichever of the two arrays has them. `room` comes from profile_frames_room; it is
 * overwritten, and the result may be in it. */
enum { PROFILE_NARROW_PADDING = 8 };
static inline const loc_id *profile_frames(const struct profile *p, stack_id s, loc_id *room) {
    if (!p->narrow_frame) return p->frame + p->stack_off[s];
    const uint16_t *from = p->narrow_frame + p->stack_off[s];
    for (uint64_t n = p->stack_off[s + 1] - p->stack_off[s], i = 0; i < n; i += PROFILE_NARROW_PADDING)
        for (uint64_t k = 0; k < PROFILE_NARROW_PADDING; k++) room[i + k] = from[i + k];
    return room;
}
uint64_t profile_longest_stack(const struct profile *p); /* number of its frames */
/* Room for the frames of any stack; NULL if profile_frames needs none. */
loc_id *profile_frames_room(const struct profile *p, struct arena *a);
/* One frame: index `at` of the array. */
static inline loc_id profile_frame(const struct profile *p, uint64_t at) {
    return p->narrow_frame ? p->narrow_frame[at] : p->frame[at];
}
/* Gives empty arrays of samples and locations an address, once a profile is made: adding even 0 to NULL is
 * undefined. */
void profile_fill_empty(struct profile *p);
/* Makes p->frame of p->narrow_frame, if the profile has that. */
void profile_widen(struct profile *p, struct arena *a);

static inline str profile_str(const struct profile *p, str_id id) { return p->string[id]; }

/* The label pprof::base=true marks the samples of a base (-diff_base). */
#define PROFILE_BASE_KEY STR("pprof::base")
#define PROFILE_BASE_VALUE STR("true")
static inline bool profile_has_base_key(const struct profile *p, const struct profile_label *l) {
    return !l->numeric && str_equal(profile_str(p, l->key), PROFILE_BASE_KEY);
}
static inline bool profile_is_base_label(const struct profile *p, const struct profile_label *l) {
    return profile_has_base_key(p, l) && str_equal(profile_str(p, l->value), PROFILE_BASE_VALUE);
}

/* Sorts the labels of a row as reports show them: string labels before numeric ones, each by key (bytewise), equal keys
 * in file order. Fills out[], which has room for all of them, and returns their number. `out` may point at the row's
 * labels or before them. */
uint32_t profile_sorted_labels(const struct profile *p, uint32_t row, label_id *out);

/* The same order, usually without comparing keys. profile_label_ranks returns the rank of each label, in `a`: labels
 * with smaller ranks come first; labels of the same kind and key have the same rank. */
uint32_t *profile_label_ranks(const struct profile *p, struct arena *a);
uint32_t profile_labels_by_rank(const struct profile *p, const uint32_t *rank, uint32_t row, label_id *out);

/* Finds the id of a string in the profile. Returns false if the profile does not have it. Linear in n_strings. */
bool profile_find_string(const struct profile *p, str s, str_id *id);

/* Adds a string to a view and returns its id. Each call copies the string array once. */
str_id profile_add_string(struct profile *view, struct arena *a, str s);
/* Replaces the strings of a view by those that `replace` returns, which may be the same. Ids stay, so that equal
 * strings may have different ids afterwards. */
void profile_replace_strings(struct profile *view, struct arena *a, str (*replace)(struct arena *a, str s));

/* Finds the column that `name` means ("": the default), by pprof's rules and with its messages (pprof.md 5.8),
 * which, unless the program is called pprof, also name the nearest type. */
bool profile_sample_index(const struct profile *p, str name, uint32_t *index, struct err *e);

#endif
