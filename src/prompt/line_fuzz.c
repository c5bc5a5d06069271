/* libFuzzer: any bytes as a line of the prompt; takes it apart, reads it, completes it and makes it safe for a
 * terminal. What is completed never becomes a command of the shell or a file. */
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
    build_type(&b, build_string(&b, STR("t|sh")), build_string(&b, STR(" |u")));
    build_type(&b, build_string(&b, STR("!t")), build_string(&b, STR(">u")));
    static const char *const names[] = {
        "main.(*T).Do [x] \\d", "1>f", "5|g", "!h", "| i", "> j", "k| l", "m\\", "n' |o", "p\" |q"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str_id name = build_string(&b, str_from(names[i])), key = build_string(&b, STR("k v"));
        build_function(&b, (struct profile_function){.id = i + 1, .name = name});
        build_label(&b, (struct profile_label){.key = key, .value = name});
        build_label(&b, (struct profile_label){.key = name, .value = key});
        build_label(&b, (struct profile_label){.key = key, .unit = name, .number = 1, .numeric = true});
    }
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

static bool is_plain(const struct words_line *l) { return !l->shell.ptr && !l->file.ptr && !l->program.ptr; }

/* Completes a word. A line without a file or a program has none with a candidate either, but for one that the user
 * began: `word` starts with the sign. */
static void complete(struct arena *a, const struct profile *p, str before, str word) {
    struct words_line typed, done;
    struct complete_list list = complete_word(a, p, before, word);
    str line = str_join(a, (str[]){before, word, STR("x")}, 3, STR_EMPTY);
    if (!words_parse(a, line, &typed, NULL) || !is_plain(&typed)) return;
    for (size_t i = 0; i < list.at.n; i++) {
        line = str_join(a, (str[]){before, list.at.at[i]}, 2, STR_EMPTY);
        if (words_parse(a, line, &done, NULL) && !is_plain(&done)) abort();
    }
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
        complete(&a, &p, str_slice(line, 0, word), str_from_offset(line, word));
        take_apart(&a, line);
        unsigned n = command_expand(&a, &p, line, expanded);
        for (unsigned i = 0; i < n; i++) read_one(&a, &p, expanded[i], &settings);
    }
    arena_release(&a);
    return 0;
}
