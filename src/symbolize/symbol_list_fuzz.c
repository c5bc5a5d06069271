/* libFuzzer: any bytes as the list of a process's own code (/tmp/perf-PID.map) and of the kernel's symbols. Entries are
 * in order, each once, and each is found at its start. */
#include "symbolize/symbol_list.h"

#include <assert.h>

#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static void check(struct arena *a, const struct symbol_list *l, str text) {
    for (size_t i = 0; i < l->n; i++) {
        const struct symbol_list_entry *e = &l->at[i];
        assert(e->start <= e->end && (!i || l->at[i - 1].start < e->start) && e->name.len > 0);
        assert(e->name.ptr >= text.ptr && e->name.ptr + e->name.len <= text.ptr + text.len);
        const uint64_t at[] = {e->start, e->end};
        struct lines_answer answer[2];
        symbol_list_ask(a, l, at, 2, answer);
        bool any = e->start < e->end;
        assert(answer[0].n == any && (!any || str_equal(answer[0].frame[0].function, e->name)));
        assert(answer[1].n <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str text = {(const char *)data, size};
    struct symbol_list map = symbol_list_parse_map(&a, text), kernel = symbol_list_parse_kernel(&a, text);
    check(&a, &map, text);
    check(&a, &kernel, text);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
