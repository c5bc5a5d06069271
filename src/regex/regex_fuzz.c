/* libFuzzer: both ways to match must agree on any pattern and text: regex_match tries PCRE2 first, regex_group uses
 * the simulation. The input is the pattern, a newline and the text. */
#include <stdlib.h>

#include "regex/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        if (found && (group.ptr < text.ptr || group.ptr + group.len > text.ptr + text.len)) abort();
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}
