/* The kinds of JSON that have readers, one file each. json.c chooses the kind and is the only caller. */
#ifndef CPROF_FORMATS_JSON_KINDS_H
#define CPROF_FORMATS_JSON_KINDS_H

#include "base/json.h"
#include "formats/format.h"

struct json_reader {
    bool many; /* several documents may follow each other */
    /* Makes the reader that the other functions take. The profile will live in `a`. */
    void *(*begin)(struct arena *a, const struct load_options *options);
    /* Takes an event inside of a document, from the first key that json.c knows to the end of the document. */
    bool (*event)(void *reader, enum json_kind kind, str text, struct err *e);
    bool (*finish)(void *reader, struct profile *out, struct err *e); /* after the last document */
    void (*end)(void *reader);                                        /* always called, at the end */
};

extern const struct json_reader json_reader_speedscope, json_reader_v8, json_reader_otlp;

#endif
