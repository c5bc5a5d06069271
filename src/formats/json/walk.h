/* Following the structure of a JSON document: a table says which places there are, everything else is passed over. */
#ifndef CPROF_FORMATS_JSON_WALK_H
#define CPROF_FORMATS_JSON_WALK_H

#include "base/json.h"

enum { JSON_PLACE_NOWHERE, JSON_PLACE_DOCUMENT, JSON_PLACE_FIRST };

/* The member `key` of place `in`, or the items of the list that it is (key NULL), are place `to`. Rows of the same `in`
 * stand together, and the first rows are those of the document. */
struct json_step {
    uint8_t in;
    const char *key;
    uint8_t to;
};

/* What is told of the places. An open place is a map or a list, a value is neither; each may be NULL. Returning false,
 * with the error, stops the reading. */
struct json_plan {
    const struct json_step *step;
    size_t n_steps;
    bool (*open)(void *context, int place, enum json_kind kind, struct err *e);
    bool (*value)(void *context, int place, enum json_kind kind, str text, struct err *e);
    bool (*close)(void *context, int place, struct err *e);
};

struct json_walk {
    const struct json_plan *plan;
    void *context;
    struct arena arena;
    VEC(struct json_walk_level {
        uint8_t place;
        uint8_t item; /* the place of its items */
    })
    levels;
    uint8_t next; /* the place of the value that follows */
};

void json_walk_start(struct json_walk *w, const struct json_plan *plan, void *context);
/* For each event inside the document: from its first key to its end. */
bool json_walk_event(struct json_walk *w, enum json_kind kind, str text, struct err *e);
void json_walk_release(struct json_walk *w);

/* A value as a number, with the error that names it: "WHAT is not a whole number", "… not a number". */
bool json_walk_int(enum json_kind kind, str text, const char *what, int64_t *out, struct err *e);
bool json_walk_double(enum json_kind kind, str text, const char *what, double *out, struct err *e);

#endif
