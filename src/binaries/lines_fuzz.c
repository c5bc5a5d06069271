/* libFuzzer: any bytes as what tools print: lines of llvm-symbolizer's JSON, and symbols of nm. */
#include <assert.h>

#include "binaries/lines.h"
#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str text = {(const char *)data, size}, rest = text, line;
    while (lines_next(&rest, &line)) {
        struct lines_answer answer = lines_parse_json(&a, line);
        for (uint32_t i = 0; i < answer.n; i++)
            assert(answer.frame[i].function.len <= line.len && answer.frame[i].file.len <= line.len);
    }
    struct lines_symbols symbols = lines_parse_nm(&a, text, 0x1000);
    for (size_t i = 0; i < symbols.n; i++) {
        const struct lines_symbol *s = &symbols.at[i], *found = lines_find_symbol(&symbols, s->address);
        assert(s->name.ptr >= text.ptr && s->name.ptr + s->name.len <= text.ptr + text.len);
        assert(!found || (found >= symbols.at && found < symbols.at + symbols.n));
    }
    assert(symbols.n || !lines_find_symbol(&symbols, 0x1000));
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct random r = {seed};
    size_t changed = 0;
    if (random_one_in(&r, 3)) changed = mutate_json(data, size, max_size, &r);
    if (!changed && random_one_in(&r, 2)) changed = mutate_lines(data, size, max_size, &r);
    return changed ? changed : LLVMFuzzerMutate(data, size, max_size);
}
