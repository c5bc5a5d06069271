/* For unit tests: reads and writes profiles as short texts.
 *
 *    types samples/count cpu/ms      (default: one type, samples/count)
 *    main;a@a.c+b;c 5 50 k=v n:9kb   (root first; a+b: b inlined into a; @: the file; values; labels)
 *
 * Functions are identified by name and file, locations by their text; all are numbered in order of use. There is
 * one mapping, /PROG. */
#ifndef CPROF_TESTING_SKETCH_H
#define CPROF_TESTING_SKETCH_H

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/build.h"

struct sketch {
    struct arena *a;
    struct build b;
    struct intern function, location;
};

static func_id sketch_function(struct sketch *s, str text) {
    uint32_t before = s->function.n;
    func_id id = intern_id(&s->function, text);
    if (id < before) return id;
    size_t at = str_find_char(text, '@');
    struct profile_function f = {.name = build_string(&s->b, str_slice(text, 0, at)),
                                 .file = build_string(&s->b, str_from_offset(text, at + 1))};
    return build_function(&s->b, f);
}

static loc_id sketch_location(struct sketch *s, str text) {
    uint32_t before = s->location.n;
    loc_id id = intern_id(&s->location, text);
    if (id < before) return id;
    struct profile_line line[8], swap;
    uint32_t n = 0;
    for (str part; str_cut(&text, '+', &part); n++) line[n] = (struct profile_line){sketch_function(s, part), 1, 0};
    for (uint32_t i = 0; i < n / 2; i++) {
        swap = line[i];
        line[i] = line[n - 1 - i];
        line[n - 1 - i] = swap;
    }
    return build_location(&s->b, (struct profile_location){.mapping = 0}, line, n);
}

static label_id sketch_label(struct sketch *s, str text) {
    size_t at = str_find_char(text, '=');
    struct profile_label l = {.numeric = at == text.len};
    if (l.numeric) at = str_find_last_char(text, ':');
    l.key = build_string(&s->b, str_slice(text, 0, at));
    str value = str_from_offset(text, at + 1);
    if (l.numeric) {
        char *end;
        l.number = strtoll(str_c(s->a, value), &end, 10);
        l.unit = build_string(&s->b, str_copy(s->a, str_from(end)));
    } else {
        l.value = build_string(&s->b, value);
    }
    return build_label(&s->b, l);
}

static void sketch_types(struct sketch *s, str words) {
    for (str word; str_next_word(&words, &word);) {
        size_t at = str_find_char(word, '/');
        build_type(&s->b, build_string(&s->b, str_slice(word, 0, at)),
                   build_string(&s->b, str_from_offset(word, at + 1)));
    }
}

static void sketch_sample(struct sketch *s, str line) {
    loc_id root_first[64] = {0}, frame[64];
    int64_t value[8] = {0};
    label_id label[16];
    size_t n = 0, n_values = 0, n_labels = 0;
    str stack, word;
    str_next_word(&line, &stack);
    if (str_equal(stack, STR("-"))) stack = STR_EMPTY; /* no frames */
    for (str part; str_cut(&stack, ';', &part);)
        if (part.len) root_first[n++] = sketch_location(s, part);
    for (size_t i = 0; i < n; i++) frame[i] = root_first[n - 1 - i];
    while (str_next_word(&line, &word)) {
        if (n_values < s->b.types.n)
            value[n_values++] = strtoll(str_c(s->a, word), NULL, 10);
        else
            label[n_labels++] = sketch_label(s, word);
    }
    build_sample(&s->b, frame, n, value, label, n_labels);
}

/* Parses `text`, which must live as long as `a`. Aborts on a syntax error. */
static inline struct profile sketch_profile(struct arena *a, const char *text) {
    struct sketch s = {.a = a, .function.arena = a, .location.arena = a};
    build_init(&s.b, a);
    build_mapping(&s.b, (struct profile_mapping){.limit = 4096, .file = build_string(&s.b, STR("/PROG"))});
    str rest = str_from(text), line;
    if (str_has_prefix(rest, STR("types "))) {
        str_cut(&rest, '\n', &line);
        sketch_types(&s, str_from_offset(line, 6));
    } else {
        sketch_types(&s, STR("samples/count"));
    }
    while (str_cut(&rest, '\n', &line))
        if (line.len) sketch_sample(&s, line);
    struct profile p;
    struct err e = {0};
    if (!build_seal(&s.b, &p, &e)) abort();
    return p;
}

/* Writes the samples of a view in the same form, one per line; files are left out. */
static inline str sketch_show(struct arena *a, const struct profile *v) {
    VEC(str) words = {0};
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        stack_id s = v->stack_of[row];
        for (uint64_t f = v->stack_off[s + 1]; f-- > v->stack_off[s];) {
            const struct profile_location *l = &v->location[v->frame[f]];
            for (uint32_t k = l->n_lines; k-- > 0;) {
                *VEC_PUSH(a, &words) = profile_str(v, v->function[v->line[l->first_line + k].function].name);
                if (k) *VEC_PUSH(a, &words) = STR("+");
            }
            if (f > v->stack_off[s]) *VEC_PUSH(a, &words) = STR(";");
        }
        if (v->stack_off[s] == v->stack_off[s + 1]) *VEC_PUSH(a, &words) = STR("-");
        for (uint32_t t = 0; t < v->n_types; t++) *VEC_PUSH(a, &words) = str_format(a, " %" PRId64, v->value[t][row]);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
            const struct profile_label *l = &v->label[v->label_ref[k]];
            str key = profile_str(v, l->key), unit = profile_str(v, l->unit), value = profile_str(v, l->value);
            *VEC_PUSH(a, &words) = l->numeric
                                       ? str_format(a, " %.*s:%" PRId64 "%.*s", STR_ARG(key), l->number, STR_ARG(unit))
                                       : str_format(a, " %.*s=%.*s", STR_ARG(key), STR_ARG(value));
        }
        *VEC_PUSH(a, &words) = STR("\n");
    }
    return str_copy(a, str_join(a, words.at, words.n, STR_EMPTY));
}

#endif
