/* OTLP profiles: each message is read into tables, from protobuf (wire.c) or JSON (formats/json/otlp.c), then added to
 * the profile. */
#ifndef CPROF_FORMATS_OTLP_OTLP_H
#define CPROF_FORMATS_OTLP_OTLP_H

#include "base/hash.h"
#include "formats/format.h"
#include "profile/build.h"

/* A range of otlp_message.indices. */
struct otlp_slice {
    uint32_t first, n;
};

struct otlp_type {
    int64_t type, unit; /* indices of strings */
};

/* The value of an attribute, whose key is a string of the table or a text. */
struct otlp_attribute {
    str key_text;
    int64_t key, unit; /* indices of strings; key_text is the key if `key` is 0 */
    enum otlp_kind { OTLP_OTHER, OTLP_TEXT, OTLP_STRING, OTLP_BOOL, OTLP_INT, OTLP_DOUBLE } kind;
    str text;
    int64_t number; /* OTLP_INT and OTLP_BOOL: the value; OTLP_STRING: index of a string */
    double real;
};

struct otlp_mapping {
    int64_t start, limit, offset, file;
    struct otlp_slice attributes;
};

struct otlp_function {
    int64_t name, system_name, file, start_line;
};

struct otlp_line {
    int64_t function, line, column;
};

struct otlp_location {
    int64_t mapping, address;
    uint32_t first_line, n_lines;
};

struct otlp_link {
    str trace, span;
};

struct otlp_resource {
    VEC(struct otlp_attribute) attributes;
};

struct otlp_profile {
    uint32_t resource; /* index into `resources` */
    struct otlp_type type, period_type;
    int64_t time, duration, period;
    struct otlp_slice attributes;
    uint32_t first_sample, n_samples;
};

struct otlp_sample {
    int64_t stack, link;
    struct otlp_slice attributes, values;
    uint32_t n_times;
};

/* A message. Strings, mappings and so on are indices into its tables, 0 for a missing one; they are checked when the
 * message is added. */
struct otlp_message {
    struct arena arena;
    VEC(str) strings;
    VEC(struct otlp_mapping)
    mappings;
    VEC(struct otlp_function) functions;
    VEC(struct otlp_line) lines;
    VEC(struct otlp_location)
    locations;
    VEC(struct otlp_link) links; /* in hex; empty: missing */
    VEC(struct otlp_attribute) attributes;
    VEC(struct otlp_slice) stacks; /* indices of locations */
    VEC(int64_t) indices;
    VEC(struct otlp_resource) resources;
    VEC(struct otlp_profile)
    profiles;
    VEC(struct otlp_sample)
    samples;
};

struct otlp_value {
    uint32_t row, type;
    int64_t value;
};

struct otlp {
    const struct load_options *options;
    struct arena arena;
    struct build build;
    struct otlp_message message; /* the message that is being read */
    struct intern mappings, functions, locations, rows;
    VEC(struct otlp_type) types; /* ids of their strings in the profile */
    VEC(struct otlp_value)
    values;
    uint64_t n_labels;  /* of all samples */
    int64_t start, end; /* over all profiles */
};

/* The profile will live in `a`. Must be released. */
void otlp_init(struct otlp *o, struct arena *a, const struct load_options *options);
void otlp_release(struct otlp *o);
/* Adds o->message, and empties it. */
bool otlp_add_message(struct otlp *o, struct err *e);
void otlp_drop_message(struct otlp *o);
bool otlp_finish(struct otlp *o, struct profile *out, struct err *e);

#endif
