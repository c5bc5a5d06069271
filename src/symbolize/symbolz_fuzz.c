/* libFuzzer: any bytes as the answer of a server of symbols; the first 8 are the distance of the mappings. Each name is
 * a part of the answer, and the same answer with other lines between its own has the same names. */
#include "symbolize/symbolz.h"

#include <assert.h>

#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { HEAD = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < HEAD) return 0;
    struct arena a = {0};
    struct err e = {0};
    struct symbolz_names names, again;
    uint64_t offset;
    memcpy(&offset, data, HEAD);
    str answer = {(const char *)data + HEAD, size - HEAD}, rest = answer, line;
    if (symbolz_read(&a, answer, offset, &names, &e)) {
        char *text = arena_alloc(&a, 2 * answer.len + 1);
        size_t len = 0;
        for (size_t i = 0; i < names.n; i++) {
            const struct symbolz_name *x = &names.at[i];
            assert(x->name.ptr >= answer.ptr && x->name.ptr + x->name.len <= answer.ptr + answer.len);
            assert(str_find_char(x->name, '\n') == x->name.len);
        }
        while (str_find_char(rest, '\n') < rest.len && str_cut(&rest, '\n', &line)) {
            memcpy(text + len, line.ptr, line.len);
            len += line.len;
            text[len++] = '\n';
            text[len++] = '\n';
        }
        assert(symbolz_read(&a, (str){text, len}, offset, &again, &e) && again.n == names.n);
        for (size_t i = 0; i < names.n; i++)
            assert(again.at[i].address == names.at[i].address && str_equal(again.at[i].name, names.at[i].name));
    } else {
        assert(e.text);
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    struct random r = {seed};
    size_t changed = 0;
    if (size > HEAD && max_size > HEAD && random_one_in(&r, 2))
        changed = mutate_lines(data + HEAD, size - HEAD, max_size - HEAD, &r);
    return changed ? HEAD + changed : LLVMFuzzerMutate(data, size, max_size);
}
