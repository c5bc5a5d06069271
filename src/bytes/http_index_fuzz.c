/* libFuzzer: any bytes as a server's list of profiles. Names that are found are safe as words of a shell, and few. */
#include <assert.h>

#include "bytes/http_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    struct arena a = {0};
    struct http_index index;
    bool ok = http_index_read(&a, (str){(const char *)data, size}, &index);
    assert(index.entry.n <= HTTP_INDEX_MOST && (!ok || index.entry.n));
    for (size_t i = 0; i < index.entry.n; i++) {
        str name = index.entry.at[i].name, count = index.entry.at[i].count;
        assert(name.len && name.len <= HTTP_INDEX_NAME_MOST && name.ptr[0] != '-' && count.len <= 20);
        for (size_t k = 0; k < name.len; k++) assert(memchr(plain, name.ptr[k], sizeof plain - 1));
        for (size_t k = 0; k < count.len; k++) assert(count.ptr[k] >= '0' && count.ptr[k] <= '9');
    }
    arena_release(&a);
    return 0;
}
