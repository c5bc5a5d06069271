/* Queries, after the "?" of a URL: decodes them as Go does, and applies them to options (pprof.md 10). */
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

enum { QUERY_PAIRS = 1000 }; /* further pairs are ignored */

/* Decodes the pairs, in order, without those that cannot be decoded or contain a ';'. The result lives in `a` or points
 * into `text`. */
struct query query_parse(struct arena *a, str text);
/* The first value of a name; empty if it has none. */
str query_get(const struct query *q, str name);
/* Applies the parameters to *o, which has the options of the command line. Values are not copied. Ignores empty and
 * unknown parameters. */
bool query_apply(const struct query *q, struct options *o, struct err *e);
/* Encodes the pairs as "a=b&c=d", sorted by name, as Go's Values.Encode does. */
str query_encode(struct arena *a, const struct query *q);
/* The query with the saved part of the options added (pprof.md 10): without defaults, and with booleans as "t" and "f".
 * *changed is true if the result differs from the query. */
str query_with_options(struct arena *a, const struct query *q, const struct options *o, bool *changed);
/* A text that is equal for equal options only. */
str query_options_key(struct arena *a, const struct options *o);

/* Decodes "%41" as "A", and with `plus` '+' as a blank. Returns false if two hexadecimal digits are missing after a
 * '%'. */
bool query_decode(struct arena *a, str text, bool plus, str *out);
/* Encodes a path for a URL: a browser reads what is not plain in it as a part of the path only. */
str query_encode_path(struct arena *a, str path);

#endif
