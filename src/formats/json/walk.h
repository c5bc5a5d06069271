/* Follows the structure of a JSON document: a table lists the places of interest, and all others are skipped. */
#ifndef CPROF_FORMATS_JSON_WALK_H
#define CPROF_FORMATS_JSON_WALK_H

#include "base/json.h"

enum { JSON_PLACE_NOWHERE, JSON_PLACE_DOCUMENT, JSON_PLACE_FIRST };

/* The member `key` of place `in`, or the items of that list (key NULL), are place `to`. Rows with the same `in` must be
 * adjacent, and those of the document must come first. */
struct json_step {
    uint8_t in;
    const char *key;
    uint8_t to;
};

/* Callbacks for places; each may be NULL. Maps and lists are opened and closed, other values are not. Returning false
 * with an error stops the reader. */
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
    uint8_t next; /* the place of the next value */
};

void json_walk_start(struct json_walk *w, const struct json_plan *plan, void *context);
/* Call it for each event inside of the document, from its first key to its end. */
bool json_walk_event(struct json_walk *w, enum json_kind kind, str text, struct err *e);
void json_walk_release(struct json_walk *w);

/* A value as a number, or an error that names it: "WHAT is not a whole number", "… not a number". */
bool json_walk_int(enum json_kind kind, str text, const char *what, int64_t *out, struct err *e);
bool json_walk_double(enum json_kind kind, str text, const char *what, double *out, struct err *e);

#endif
