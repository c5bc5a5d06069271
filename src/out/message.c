/* Messages for the user: colour on a terminal, control bytes spelled out. */
#include "out/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cells.h"
#include "base/memory.h"
#include "base/sink.h"

/* Prints a line that is not part of a report on standard output. */
static void print_output(str text) {
    struct arena scratch = {0};
    struct sink out;
    sink_to_fd(&out, STDOUT_FILENO);
    sink_str(&out, isatty(STDOUT_FILENO) == 1 ? message_one_line(&scratch, text) : text);
    sink_char(&out, '\n');
    sink_drop(&out);
    arena_release(&scratch);
}

bool message_on_terminal(void) { return isatty(STDERR_FILENO) == 1; }

static bool colourless;

void message_colour(bool red) { colourless = !red; }

static _Thread_local struct notes *collected;

void message_collect(struct notes *to) { collected = to; }

static void print(str text, bool warning, bool lines) {
    if (collected) {
        if (warning) notes_add(collected, NOTE_WARNING, "%.*s", STR_ARG(text));
        return;
    }
    struct arena scratch = {0};
    struct sink out;
    sink_to_fd(&out, STDERR_FILENO);
    bool terminal = message_on_terminal();
    const char *no_color = getenv("NO_COLOR");
    bool red = warning && terminal && !colourless && !(no_color && *no_color);
    if (red) sink_text(&out, "\033[0;31m");
    bool ended = text.len && text.ptr[text.len - 1] == '\n';
    text = str_slice(text, 0, text.len - ended);
    if (terminal) text = lines ? message_safe(&scratch, text) : message_one_line(&scratch, text);
    sink_str(&out, text);
    sink_char(&out, '\n');
    if (red) sink_text(&out, "\033[0m");
    /* if standard error cannot be written, the message is lost */
    sink_drop(&out);
    arena_release(&scratch);
}

bool message_as_pprof(void) { return strcmp(program_invocation_short_name, "pprof") == 0; }

void message_print(str text) { print(text, false, false); }
void message_lines(str text) { print(text, false, true); }
void message_program(str errors) {
    if (errors.len) message_lines(errors);
}
void message_warn(str text) { print(text, true, false); }

void message_warnf(const char *format, ...) {
    char *text;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) memory_exhausted(strlen(format));
    print((str){text, (size_t)n}, true, false);
    free(text);
}

void message_notes(struct notes *notes) {
    for (size_t i = 0; i < notes->n; i++) {
        if (notes->at[i].kind == NOTE_OUTPUT && !collected)
            print_output(notes->at[i].text);
        else
            print(notes->at[i].text, notes->at[i].kind != NOTE_MESSAGE, false);
    }
    notes->n = 0;
}

/* Number of bytes of the character at p if it may be printed unchanged; 0 if it may not. `blanks`: newlines and tabs
 * may. */
static size_t shown_length(const unsigned char *p, size_t n, bool blanks) {
    unsigned char c = p[0];
    if (c < 0x20) return blanks && (c == '\n' || c == '\t');
    if (c < 0x7F) return 1;
    if (c < 0xC2) return 0;
    size_t need = c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (need == 0 || need > n) return 0;
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 0;
    uint32_t rune = c & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        rune = rune << 6 | (p[i] & 0x3Fu);
    }
    return cells_are_unsafe(rune) ? 0 : need;
}

static str spelled_out(struct arena *a, str text, bool blanks) {
    const unsigned char *p = (const unsigned char *)text.ptr;
    size_t i = 0;
    for (size_t n; i < text.len && (n = shown_length(p + i, text.len - i, blanks)) > 0;) i += n;
    if (i == text.len) return text;
    if (text.len > SIZE_MAX / 8) return STR_EMPTY;
    char *out = arena_alloc(a, text.len * 4);
    size_t at = 0;
    for (i = 0; i < text.len;) {
        size_t n = shown_length(p + i, text.len - i, blanks);
        if (n) {
            memcpy(out + at, p + i, n);
            at += n;
            i += n;
        } else {
            static const char digit[] = "0123456789abcdef";
            unsigned char c = p[i++];
            out[at++] = '\\';
            out[at++] = 'x';
            out[at++] = digit[c >> 4];
            out[at++] = digit[c & 15];
        }
    }
    return (str){out, at};
}

str message_safe(struct arena *a, str text) { return spelled_out(a, text, true); }
str message_one_line(struct arena *a, str text) { return spelled_out(a, text, false); }

str message_errno(struct arena *a, int errnum) {
    char text[ERR_SYSTEM_MOST];
    return str_copy(a, str_from(err_system(errnum, text)));
}
