/* Errors and notes. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static char *vformat(const char *format, va_list args) {
    char *text;
    if (vasprintf(&text, format, args) < 0) memory_exhausted(strlen(format));
    return text;
}

static bool starts_character(char c) { return ((unsigned char)c & 0xC0) != 0x80; }

/* Cuts the middle out of a text that has more than ERR_TEXT_MOST bytes, between two characters if it is UTF-8. */
static void cut_middle(char *text) {
    static const char between[] = " [...] ";
    size_t n = strlen(text), head = ERR_TEXT_MOST / 4 * 3, tail = n - ERR_TEXT_MOST / 4 + sizeof between - 1;
    if (n <= ERR_TEXT_MOST) return;
    for (unsigned i = 0; i < 3 && !starts_character(text[head]); i++) head--;
    for (unsigned i = 0; i < 3 && !starts_character(text[tail]); i++) tail++;
    memcpy(text + head, between, sizeof between - 1);
    memmove(text + head + sizeof between - 1, text + tail, n + 1 - tail);
}

void err_record(struct err *e, const char *format, ...) {
    if (!e) return;
    va_list args;
    va_start(args, format);
    char *text = vformat(format, args);
    va_end(args);
    err_clear(e);
    cut_middle(text);
    e->text = text;
}

void err_record_before(struct err *e, const char *format, ...) {
    if (!e) return;
    va_list args;
    va_start(args, format);
    char *context = vformat(format, args);
    va_end(args);
    char *text;
    if (asprintf(&text, "%s%s", context, err_text(e)) < 0) memory_exhausted(strlen(context));
    free(context);
    err_clear(e);
    cut_middle(text);
    e->text = text;
}

const char *err_text(const struct err *e) { return e->text ? e->text : "unknown error"; }

const char *err_system(int errnum, char text[ERR_SYSTEM_MOST]) {
    char room[ERR_SYSTEM_MOST];
    snprintf(text, ERR_SYSTEM_MOST, "%s", strerror_r(errnum, room, sizeof room));
    if (text[0] >= 'A' && text[0] <= 'Z') text[0] = (char)(text[0] + ('a' - 'A'));
    return text;
}

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
    if (kind != NOTE_OUTPUT) cut_middle(text);
    if (n->n == n->cap) n->at = arena_vec_grow(n->arena, n->at, &n->cap, sizeof *n->at);
    n->at[n->n++] = (struct note){kind, str_copy(n->arena, str_from(text))};
    free(text);
}
