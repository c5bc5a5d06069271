/* Reads JSON: events as the text is parsed, for documents of any size, and a tree for small ones. json.c is the only
 * file that uses yajl. emit.h writes JSON. */
#ifndef CPROF_BASE_JSON_H
#define CPROF_BASE_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum json_kind {
    JSON_NULL,
    JSON_BOOL,   /* text is "true" or "false" */
    JSON_NUMBER, /* text is the number as written */
    JSON_STRING, /* text is unescaped; bytes that are not UTF-8 are an error */
    JSON_KEY,    /* a member's name; its value follows */
    JSON_MAP,    /* { */
    JSON_LIST,   /* [ */
    JSON_END     /* } or ] */
};

/* Maximum depth of maps and lists; deeper documents are an error. Some formats nest call trees, and 6,000 frames occur
 * in real files. */
enum { JSON_MOST_DEPTH = 200000 };

/* Called for each event, in the order of the text. `depth` is the number of maps and lists around it, 0 for the
 * document itself; JSON_END has the depth of its JSON_MAP or JSON_LIST. `text` lives until the call returns. Returning
 * false stops the reader, which then fails with *e. */
typedef bool json_handler(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e);

/* A reader. Its memory comes from malloc; json_free frees it. */
struct json;
/* `many`: several documents may follow each other (JSON lines), else text after the document is an error. */
struct json *json_new(json_handler *handle, void *context, bool many);
/* Parses the next piece of the text, cut anywhere. Errors name the line: "line 3: invalid character inside string". */
bool json_feed(struct json *j, str piece, struct err *e);
bool json_finish(struct json *j, struct err *e); /* call at the end of the text: false if it is cut off or empty */
void json_free(struct json *j);                  /* NULL is allowed */

/* Writes the name and the version of the library. */
struct sink;
void json_library(struct sink *out);

/* A node of a document in memory. */
struct json_node {
    enum json_kind kind; /* never JSON_KEY or JSON_END */
    str key;             /* of a map's member, else empty */
    str text;            /* as in an event */
    struct json_node *child, *next;
};
/* Parses one document into a tree in `a`, which takes about 100 bytes per node, so callers bound the size of `text`. */
bool json_parse(struct arena *a, str text, struct json_node **out, struct err *e);
/* The member of a map with this key, the first of several; NULL if it has none or `map` is not a map. */
const struct json_node *json_member(const struct json_node *map, str key);

/* A number as an integer: digits with an optional minus; a fraction of zeros or an exponent is allowed if the value is
 * whole. Returns false if it is not whole or needs more than 63 bits. */
bool json_int(str number, int64_t *out);
double json_double(str number); /* the nearest double, at any length; infinity if the number is too large */

#endif
