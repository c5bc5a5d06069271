/* libFuzzer: any bytes as a file of headers. What is accepted has no byte that ends a line of a request, is within its
 * bounds, and is accepted again as it is. */
#include <assert.h>

#include "bytes/http_headers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    struct http_headers h = {0}, again = {0};
    bool ok = http_headers_add_lines(&a, &h, (str){(const char *)data, size}, &e);
    assert(ok == !e.text && h.line.n <= HTTP_HEADERS_MOST);
    for (size_t i = 0; i < h.line.n; i++) {
        str line = h.line.at[i];
        for (size_t k = 0; k < line.len; k++) assert(line.ptr[k] == '\t' || (unsigned char)line.ptr[k] >= 0x20);
        assert(line.ptr[line.len] == '\0' && http_headers_add(&a, &again, line, NULL));
        assert(str_equal(again.line.at[i], line));
    }
    http_headers_add_missing(&a, &again, &h);
    assert(again.line.n == h.line.n);
    err_clear(&e);
    arena_release(&a);
    return 0;
}
