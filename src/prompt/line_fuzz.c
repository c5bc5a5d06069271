/* libFuzzer: any bytes as a line of the prompt; takes it apart, reads it, completes it and makes it safe for a
 * terminal. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "cli/command.h"
#include "out/message.h"
#include "profile/build.h"
#include "prompt/complete.h"
#include "prompt/words.h"

static void make_profile(struct arena *a, struct profile *p) {
    struct build b;
    struct err e = {0};
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    build_function(&b, (struct profile_function){.name = build_string(&b, STR("main.(*T).Do [x] \\d"))});
    build_label(&b, (struct profile_label){.key = build_string(&b, STR("k v")), .value = build_string(&b, STR("v"))});
    if (!build_seal(&b, p, &e)) abort();
}

static void read_one(struct arena *a, const struct profile *p, str line, struct options *settings) {
    struct err e = {0};
    struct command c;
    const struct command_place place = {a, p, settings};
    enum command_kind kind = command_read(a, &place, line, &c, &e);
    if (kind == COMMAND_FAILED && !e.text) abort();
    if (kind == COMMAND_REPORT && !c.report) abort();
    if (kind == COMMAND_REPORT && c.report->has_param != (c.pattern.len > 0)) abort();
    err_clear(&e);
}

static void take_apart(struct arena *a, str text) {
    struct words_line line;
    struct err e = {0};
    str rest = text, word;
    bool ok = words_parse(a, text, &line, &e);
    if (!ok && !e.text) abort();
    if (ok && line.shell.ptr && (line.command.len || line.file.ptr || line.program.ptr)) abort();
    if (ok && line.file.ptr && (line.program.ptr || !line.file.len)) abort();
    if (ok && line.command.len > text.len) abort();
    err_clear(&e);
    while (words_next(a, &rest, &word, &e)) continue;
    if (!e.text && str_trim(rest).len) abort();
    err_clear(&e);
}

static void check_safe(struct arena *a, str text) {
    str safe = message_safe(a, text);
    for (size_t i = 0; i < safe.len; i++) {
        unsigned char c = (unsigned char)safe.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct profile p;
    struct options settings;
    make_profile(&a, &p);
    options_defaults(&settings);
    str rest = {(const char *)data, size}, line, expanded[COMMAND_LINES];
    check_safe(&a, rest);
    while (size && str_cut(&rest, '\n', &line)) {
        size_t space = str_find_last_char(line, ' ');
        size_t word = space < line.len ? space + 1 : 0;
        complete_word(&a, &p, str_slice(line, 0, word), str_from_offset(line, word));
        take_apart(&a, line);
        unsigned n = command_expand(&a, &p, line, expanded);
        for (unsigned i = 0; i < n; i++) read_one(&a, &p, expanded[i], &settings);
    }
    arena_release(&a);
    return 0;
}
