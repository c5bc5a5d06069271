/* Columns that grow in arenas of their own. */
#include "merge/columns.h"

void *merge_column_grow(struct arena *own, void *at, size_t *cap, size_t need, size_t item_size) {
    size_t grown = *cap > need / 2 ? *cap * 2 : need + !need;
    /* a column alone in its arena can move; arena_array checks the size of the first one */
    at = at ? arena_grow(own, at, *cap * item_size, grown * item_size) : arena_array(own, grown, item_size);
    *cap = grown;
    return at;
}

void *merge_column_take(struct arena *own, size_t *cap, struct arena *from, const void *array, size_t count,
                        size_t item_size) {
    struct arena taken;
    void *at = from ? arena_extract_array(from, array, count * item_size, &taken) : NULL;
    if (!at) return NULL;
    arena_release(own);
    *own = taken;
    *cap = count;
    return at;
}
