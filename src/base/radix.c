/* Sorting by numbers: a pass for each byte in which keys differ, the lowest first. */
#include "base/radix.h"

#include <string.h>

#include "base/tuning.h"

enum { BYTES = 8, VALUES = 256 };

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
    uint32_t count[BYTES][VALUES] = {0};
    for (uint32_t i = 0; i < n; i++)
        for (int b = 0; b < BYTES; b++) count[b][item[i].key >> 8 * b & 0xff]++;
    for (int b = 0; b < BYTES; b++) {
        if (count[b][item[0].key >> 8 * b & 0xff] == n) continue; /* the same byte in all keys */
        uint32_t place[VALUES], next = 0;
        for (int v = 0; v < VALUES; v++) {
            place[v] = next;
            next += count[b][v];
        }
        for (uint32_t i = 0; i < n; i++) to[place[from[i].key >> 8 * b & 0xff]++] = from[i];
        struct radix_item *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != item) memcpy(item, from, n * sizeof *item);
    arena_rewind(a, mark);
}
