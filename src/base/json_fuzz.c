/* libFuzzer: any bytes as JSON, whole as a tree and cut in two as events. */
#include <stdint.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool count(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e) {
    (void)kind;
    (void)text;
    (void)depth;
    (void)e;
    ++*(size_t *)context;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str text = {(const char *)data, size};
    struct json_node *root;
    bool parsed = json_parse(&a, text, &root, NULL);
    size_t n = 0;
    struct json *j = json_new(count, &n, false);
    bool fed = json_feed(j, str_slice(text, 0, size / 2), NULL) &&
               json_feed(j, str_from_offset(text, size / 2), NULL) && json_finish(j, NULL);
    json_free(j);
    if (fed != parsed) __builtin_trap();
    arena_release(&a);
    return 0;
}
