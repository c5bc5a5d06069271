/* Reading JSON: events as the text is parsed, for documents of any size, and a tree for small ones. json.c is the only
 * file that knows yajl. Writing JSON is emit.h's. */
#ifndef CPROF_BASE_JSON_H
#define CPROF_BASE_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum json_kind {
    JSON_NULL,
    JSON_BOOL,   /* text is "true" or "false" */
    JSON_NUMBER, /* text is the number as it is written */
    JSON_STRING, /* text is unescaped; bytes that are not UTF-8 are refused */
    JSON_KEY,    /* a member's name; its value follows */
    JSON_MAP,    /* { */
    JSON_LIST,   /* [ */
    JSON_END     /* } or ] */
};

/* Levels of maps and lists that a document may have. Deeper ones are refused: trees of calls are recursive in some
 * formats, and 6,000 frames occur in real files. */
enum { JSON_MOST_DEPTH = 200000 };

/* Called for each event, in the order of the text. `depth` is the number of maps and lists around it: 0 for the
 * document itself; that of JSON_END equals that of its JSON_MAP or JSON_LIST. `text` lives until the call returns.
 * Returning false stops the reading; *e is then the reader's error. */
typedef bool json_handler(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e);

/* A reader. Memory comes from malloc and is freed by json_free. */
struct json;
/* `many`: several documents may follow each other (JSON lines), else text after the document is an error. */
struct json *json_new(json_handler *handle, void *context, bool many);
/* Parses the next piece of the text, cut anywhere. Errors name the line: "line 3: invalid character inside string". */
bool json_feed(struct json *j, str piece, struct err *e);
bool json_finish(struct json *j, struct err *e); /* at the end of the text: false where it is cut off, or empty */
void json_free(struct json *j);                  /* NULL is allowed */

/* A node of a document in memory. */
struct json_node {
    enum json_kind kind; /* never JSON_KEY or JSON_END */
    str key;             /* of a map's member, else empty */
    str text;            /* as in an event */
    struct json_node *child, *next;
};
/* The whole of one document. Everything lives in `a`, about 100 bytes a node, so callers bound the size of `text`. */
bool json_parse(struct arena *a, str text, struct json_node **out, struct err *e);
/* The member of a map by its key, the first one of several; NULL where there is none or `map` is not a map. */
const struct json_node *json_member(const struct json_node *map, str key);

/* The number as an integer: digits with an optional minus, a fraction of zeros or an exponent that leave it whole are
 * understood. False where it is not whole or needs more than 63 bits. */
bool json_int(str number, int64_t *out);
double json_double(str number); /* the nearest double; infinite where the number is too large */

#endif
