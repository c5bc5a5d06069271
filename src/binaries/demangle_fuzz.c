/* libFuzzer: any bytes as a symbol, in every mode. */
#include <assert.h>

#include "binaries/demangle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str s = {(const char *)data, size};
    for (int mode = DEMANGLE_DEFAULT; mode <= DEMANGLE_FULL; mode++) {
        str name = demangle_function(&a, s, (enum demangle_mode)mode);
        assert(name.len <= 2 * demangle_most(s) + 64);
    }
    arena_release(&a);
    return 0;
}
