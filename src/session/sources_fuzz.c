/* libFuzzer: any bytes as a list of sources, whose first byte chooses what ends names. */
#include <assert.h>
#include <string.h>

#include "session/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    sources_names name = {0};
    struct err e = {0};
    bool zeros = size && data[0] % 2;
    str text = {(const char *)data + (size ? 1 : 0), size ? size - 1 : 0};
    bool ok = sources_read_list(&a, STR("@list"), text, zeros, &name, &e);
    assert(ok == !e.text);
    assert(!ok || name.n);
    for (size_t i = 0; i < name.n; i++) {
        assert(name.at[i].len > 0 && name.at[i].len <= SOURCES_NAME_BYTES);
        assert(name.at[i].ptr >= text.ptr && name.at[i].ptr + name.at[i].len <= text.ptr + text.len);
        assert(!memchr(name.at[i].ptr, 0, name.at[i].len));
        assert(zeros || !memchr(name.at[i].ptr, '\n', name.at[i].len));
    }
    err_clear(&e);
    arena_release(&a);
    return 0;
}
