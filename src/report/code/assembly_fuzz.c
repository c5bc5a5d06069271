/* libFuzzer: any bytes as what objdump and nm print. Texts are parts of the input, and symbols that nm prints in
 * order stay in it. */
#include "report/code/assembly.h"

#include <assert.h>

#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static bool is_inside(str part, str whole) {
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct regex *regex;
    static struct arena lasting;
    struct arena a = {0};
    str text = {(const char *)data, size};
    if (!regex) regex = regex_compile(&lasting, STR("a|f|::"), NULL);
    struct assembly code = assembly_parse(&a, text);
    for (size_t i = 0; i < code.n; i++) {
        assert(is_inside(code.at[i].text, text) && is_inside(code.at[i].function, text));
        assert(is_inside(code.at[i].file, text) && code.at[i].text.len > 0);
    }
    const uint64_t sampled[] = {0x10, 0x1126, 0x401000};
    const struct assembly_search all = {.match = regex, .address = 0x1126},
                                 some = {.match = regex, .sampled = sampled, .n_sampled = 3};
    const struct lines_list list = assembly_parse_symbols(&a, text);
    bool ordered = true;
    for (size_t i = 1; i < list.n; i++) ordered &= list.at[i - 1].address <= list.at[i].address;
    struct assembly_symbols kept = assembly_select_symbols(&a, list, &all),
                            few = assembly_select_symbols(&a, list, &some);
    for (size_t i = 0; ordered && i < kept.n; i++) {
        assert(kept.at[i].start <= kept.at[i].end);
        assert(!i || kept.at[i].start > kept.at[i - 1].end);
    }
    assert(few.n <= kept.n);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
