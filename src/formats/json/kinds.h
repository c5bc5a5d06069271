/* The kinds of JSON that are read. json.c tells them apart and is the only caller; each has one file. */
#ifndef CPROF_FORMATS_JSON_KINDS_H
#define CPROF_FORMATS_JSON_KINDS_H

#include "base/json.h"
#include "profile/profile.h"

struct json_reader {
    bool many; /* documents may follow each other */
    /* Makes what the others take; the profile will be in `a`. */
    void *(*begin)(struct arena *a);
    /* An event inside a document, from a key of it that json.c knows, to the end of the document. */
    bool (*event)(void *reader, enum json_kind kind, str text, struct err *e);
    bool (*finish)(void *reader, struct profile *out, struct err *e); /* after the last document */
    void (*end)(void *reader);                                        /* in any case */
};

extern const struct json_reader json_reader_speedscope, json_reader_v8, json_reader_otlp;

#endif
