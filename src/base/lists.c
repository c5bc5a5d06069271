/* Lists of items that share a number. */
#include "base/lists.h"

#include <string.h>

struct lists lists_of(struct arena *a, const uint32_t *number, uint32_t n, uint32_t n_lists) {
    struct lists l = {ARENA_ARRAY(a, uint32_t, n_lists), ARENA_ARRAY(a, uint32_t, n)};
    memset(l.first, 0xff, n_lists * sizeof *l.first);
    for (uint32_t i = n; i-- > 0;) {
        if (number[i] == LISTS_END) continue;
        l.next[i] = l.first[number[i]];
        l.first[number[i]] = i;
    }
    return l;
}
