/* Sorting by numbers: a pass for each byte in which keys differ, the lowest first. */
#include "base/radix.h"

#include <string.h>

#include "base/tuning.h"

enum { VALUES = 256 }; /* of a byte */

static void sort_few(struct radix_item *item, uint32_t n) {
    for (uint32_t i = 1; i < n; i++) {
        struct radix_item moved = item[i];
        uint32_t to = i;
        for (; to > 0 && item[to - 1].key > moved.key; to--) item[to] = item[to - 1];
        item[to] = moved;
    }
}

void radix_sort(struct arena *a, struct radix_item *item, uint32_t n) {
    if (n <= TUNING_RADIX_FEW) {
        sort_few(item, n);
        return;
    }
    struct arena_mark mark = arena_mark(a);
    struct radix_item *from = item, *to = ARENA_ARRAY(a, struct radix_item, n);
    uint64_t differ = 0; /* bits in which keys differ */
    for (uint32_t i = 1; i < n; i++) differ |= item[i].key ^ item[0].key;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differ >> shift & 0xff)) continue;
        uint32_t place[VALUES] = {0}, next = 0;
        for (uint32_t i = 0; i < n; i++) place[from[i].key >> shift & 0xff]++;
        for (int v = 0; v < VALUES; v++) {
            uint32_t count = place[v];
            place[v] = next;
            next += count;
        }
        for (uint32_t i = 0; i < n; i++) to[place[from[i].key >> shift & 0xff]++] = from[i];
        struct radix_item *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != item) memcpy(item, from, n * sizeof *item);
    arena_rewind(a, mark);
}
