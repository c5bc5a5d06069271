#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* asprintf's failure leaves no text; err_text then still has a sentence */
static char *vformat(const char *format, va_list args) {
    char *text = NULL;
    return vasprintf(&text, format, args) < 0 ? NULL : text;
}

bool err_set(struct err *e, const char *format, ...) {
    if (!e) return false;
    va_list args;
    va_start(args, format);
    char *text = vformat(format, args);
    va_end(args);
    err_clear(e);
    e->text = text;
    return false;
}

bool err_prepend(struct err *e, const char *format, ...) {
    if (!e) return false;
    va_list args;
    va_start(args, format);
    char *context = vformat(format, args);
    va_end(args);
    char *text = NULL;
    if (asprintf(&text, "%s%s", context ? context : "", err_text(e)) < 0) text = NULL;
    free(context);
    err_clear(e);
    e->text = text;
    return false;
}

const char *err_text(const struct err *e) { return e->text ? e->text : "unknown error"; }

void err_clear(struct err *e) {
    if (!e) return;
    free(e->text);
    e->text = NULL;
}

void notes_add(struct notes *n, enum note_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = vformat(format, args);
    va_end(args);
    if (n->n == n->cap) n->at = arena_vec_grow(n->arena, n->at, &n->cap, sizeof *n->at);
    n->at[n->n++] = (struct note){kind, str_copy(n->arena, str_from(text))};
    free(text);
}
