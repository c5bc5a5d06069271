/* Builds a profile row by row: for decoders of all formats except profile.proto, for merging and for tests. Append
 * rows, then seal. Ids are dense indices in order of addition. */
#ifndef CPROF_PROFILE_BUILD_H
#define CPROF_PROFILE_BUILD_H

#include "base/hash.h"
#include "profile/profile.h"

struct build {
    struct arena *arena;   /* holds all rows and the sealed profile */
    struct intern strings; /* copies no bytes: callers keep bytes alive as long as the arena, or str_copy them first */
    struct intern stacks, labels;
    VEC(struct profile_value_type) types;
    VEC(struct profile_mapping) mappings;
    VEC(struct profile_location) locations;
    VEC(struct profile_line) lines;
    VEC(struct profile_function) functions;
    VEC(str_id) comments;
    VEC(struct profile_label) label_table;
    VEC(int64_t) values; /* n_types per sample, sample-major until sealed */
    VEC(stack_id) stack_of;
    VEC(uint32_t) label_off;
    VEC(label_id) label_ref;
    struct build_frames { /* the tables of build_named_frame */
        struct intern functions, locations;
        VEC(func_id) function; /* of each key of `functions` */
        VEC(loc_id) location;
        map_id mapping; /* valid once it was made */
        bool has_mapping;
    } named;
    struct profile header; /* the caller sets period, times, drop_frames … here */
};

void build_init(struct build *b, struct arena *a);
/* The bytes of `s` must live as long as the profile: as long as the arena, or as the input of a decoder. */
str_id build_string(struct build *b, str s);
str_id build_string_copy(struct build *b, str s); /* the same for bytes that go away: a new string is copied */
void build_type(struct build *b, str_id type, str_id unit);         /* all types before the first sample */
map_id build_mapping(struct build *b, struct profile_mapping m);    /* id 0: numbered index+1 */
func_id build_function(struct build *b, struct profile_function f); /* id 0: numbered index+1 */
/* n lines, innermost first; sets l.first_line and l.n_lines. id 0: numbered index+1. */
loc_id build_location(struct build *b, struct profile_location l, const struct profile_line *lines, uint32_t n);
/* The location of a frame with a name, for formats that have names in place of addresses. Equal frames give the same
 * location; equal name, file and start_line give the same function. Functions have no system name, so that demangling
 * skips them. */
struct build_frame {
    str_id name, file;
    int64_t start_line;   /* of the function */
    int64_t line, column; /* 0: not known */
    map_id mapping;       /* build_frames_mapping, for one */
};
loc_id build_frame(struct build *b, struct build_frame f);
/* A mapping without a file that has functions, file names and line numbers, so that symbolization skips it. The first
 * call makes it. */
map_id build_frames_mapping(struct build *b);
/* build_frame with that mapping. */
loc_id build_named_frame(struct build *b, str name, str file, int64_t line);
label_id build_label(struct build *b, struct profile_label l);
stack_id build_stack(struct build *b, const loc_id *frames, size_t n); /* leaf first; equal stacks have equal ids */
void build_row(struct build *b, stack_id stack, const int64_t *values, const label_id *labels, size_t n_labels);
/* Both. frames leaf first; values n_types long; labels in order. */
void build_sample(struct build *b, const loc_id *frames, size_t n_frames, const int64_t *values, const label_id *labels,
                  size_t n_labels);
/* Adds to the sample of the same stack, or makes it. For profiles whose samples are all added so, without labels. Sums
 * that do not fit are the caller's to avoid. */
void build_add(struct build *b, const loc_id *frames, size_t n_frames, const int64_t *values);
/* A bound for formats whose stacks are paths in a tree or a graph, and so can be longer together than their file by
 * far: the frames of all stacks. build_too_many_frames sets the error of a file that has more, and returns false. */
enum { BUILD_FRAMES_MOST = 1 << 27 };
bool build_too_many_frames(struct err *e);
/* Seals the profile; the builder must not be used afterwards. Fails if there are more than 2^32-2 rows of any kind. */
bool build_seal(struct build *b, struct profile *out, struct err *e);

#endif
