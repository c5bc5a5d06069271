/* libFuzzer: any bytes as the query of a URL. An encoded query is decoded to the same pairs. */
#include <stdint.h>

#include "serve/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct options o;
    str text = {(const char *)data, size}, path;
    struct query q = query_parse(&a, text);
    str encoded = query_encode(&a, &q);
    struct query again = query_parse(&a, encoded);
    if (again.n != q.n || !str_equal(query_encode(&a, &again), encoded)) __builtin_trap();
    options_defaults(&o);
    bool changed;
    if (query_apply(&q, &o, NULL)) query_with_options(&a, &q, &o, &changed);
    query_options_key(&a, &o);
    query_decode(&a, text, false, &path);
    arena_release(&a);
    return 0;
}
