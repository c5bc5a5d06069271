/* The functions and the source lines that the report list shows, for all that show them. */
#ifndef CPROF_REPORT_CODE_LIST_H
#define CPROF_REPORT_CODE_LIST_H

#include "report/report.h"

struct list_amounts {
    int64_t flat, cum; /* raw values of the selected type */
};
struct list_routine {
    str name;
    str file;  /* empty: the profile names none, and no line follows */
    str error; /* why the file cannot be read, and no line follows; empty: it can */
    struct list_amounts sum;
};
struct list_line {
    int64_t number;
    struct list_amounts sum;
    str text; /* without its line end, as in the file */
};
struct list_visitor {
    void *context;
    void (*routine)(void *context, const struct list_routine *r);
    void (*line)(void *context, const struct list_line *l); /* of the last routine */
};

struct list;
/* Finds the functions that in->regex matches. The list lives in in->arena. Fails with NULL if it matches none. */
struct list *list_open(const struct report_in *in, struct err *e);
/* Visits functions by name, each once per file, and their lines in order; then adds notes on the sources. */
void list_visit(struct list *l, const struct list_visitor *v);

#endif
