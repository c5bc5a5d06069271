/* What follows the "?" of a URL: decoded as Go does, and made options (pprof.md 10). */
#ifndef CPROF_SERVE_QUERY_H
#define CPROF_SERVE_QUERY_H

#include "base/err.h"
#include "options/options.h"

struct query {
    struct query_pair {
        str name, value;
    } * at;
    uint32_t n;
};

enum { QUERY_PAIRS = 1000 }; /* further ones are not read */

/* Pairs in order, decoded; those that cannot be decoded and those with a ';' are left out. Lives in `a` or points into
 * `text`. */
struct query query_parse(struct arena *a, str text);
/* The first value of that name; empty where there is none. */
str query_get(const struct query *q, str name);
/* Sets what the parameters say in *o, which holds what the command line said. Values stay where they are. Parameters
 * that are empty or unknown are passed over. */
bool query_apply(const struct query *q, struct options *o, struct err *e);
/* The pairs as a query again, "a=b&c=d", encoded and sorted by name as Go's Values.Encode does. */
str query_encode(struct arena *a, const struct query *q);
/* The query with the options' saved part in it (pprof.md 10): defaults removed, booleans as "t" and "f". *changed says
 * whether that differs from what there was. */
str query_with_options(struct arena *a, const struct query *q, const struct options *o, bool *changed);
/* A text that is the same for equal options and for no others. */
str query_options_key(struct arena *a, const struct options *o);
/* Is the option part of a saved configuration? */
bool query_saves(const struct options_row *row);

/* "%41" as "A"; '+' is a blank. False where a '%' is not followed by two digits. */
bool query_decode(struct arena *a, str text, bool plus, str *out);

#endif
