/* libFuzzer: both ways to match must agree on any pattern and text: regex_match tries PCRE2 first, regex_group uses
 * the simulation. So must the pattern with a bound. The input is the pattern, a newline and the text. */
#include <stdlib.h>

#include "regex/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_bounded(struct arena *a, str pattern, str text, bool matches) {
    const struct regex *enough = regex_compile_bounded(a, pattern, 10 * 1000 * 1000, NULL);
    const struct regex *little = regex_compile_bounded(a, pattern, 100, NULL);
    if (!enough || !little) abort();
    if (regex_match(enough, text) != matches && !regex_overran(enough)) abort();
    for (int i = 0; i < 3; i++)
        if (regex_match(little, text) != matches && !regex_overran(little)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    str text = {(const char *)data, size}, pattern, group;
    if (!str_cut(&text, '\n', &pattern)) return 0;
    if (!text.ptr) text = STR_EMPTY;
    const struct regex *r = regex_compile(&a, pattern, &e);
    if (r) {
        bool matches = regex_match(r, text), found = regex_group(r, text, 0, &group);
        if (matches != found && !regex_overran(r)) abort();
        if (!regex_overran(r)) check_bounded(&a, pattern, text, matches);
        if (found && (group.ptr < text.ptr || group.ptr + group.len > text.ptr + text.len)) abort();
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}
