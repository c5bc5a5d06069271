/* The columns of a merge. They grow in arenas of their own, so that their old memory is freed at once.
 *
 *     MERGE_COLUMN(loc_id) c = {0}; MERGE_ROOM(&c, 2); c.at[c.n++] = … */
#ifndef CPROF_MERGE_COLUMNS_H
#define CPROF_MERGE_COLUMNS_H

#include "base/arena.h"
#include "base/tuning.h"

#define MERGE_COLUMN(type)                                                                                             \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t n, cap;                                                                                                 \
        struct arena arena;                                                                                            \
    }
/* Makes room for `more` items after the first n: exactly that many the first time, or one, at least twice the old room
 * later. */
#define MERGE_ROOM(c, more)                                                                                            \
    ((c)->n + (more) > (c)->cap || !(c)->at                                                                            \
         ? (void)((c)->at = merge_column_grow(&(c)->arena, (c)->at, &(c)->cap, (c)->n + (more), sizeof *(c)->at))      \
         : (void)0)
void *merge_column_grow(struct arena *own, void *at, size_t *cap, size_t need, size_t item_size);
/* Makes room in an empty column. If `array` of `count` items is a column in the arena `from`, it becomes the column,
 * with its items, and `array` is set to its new address. `from` may be NULL. */
#define MERGE_ROOM_IN(c, more, from, array, count)                                                                     \
    do {                                                                                                               \
        void *taken = merge_column_take(&(c)->arena, &(c)->cap, from, array, count, sizeof *(array));                  \
        if (taken) (c)->at = taken;                                                                                    \
        MERGE_ROOM(c, more);                                                                                           \
        if (taken) (array) = (c)->at;                                                                                  \
    } while (0)
void *merge_column_take(struct arena *own, size_t *cap, struct arena *from, const void *array, size_t count,
                        size_t item_size);

/* Estimates the items of n inputs from those of one, up to a bound. Unused room costs nothing while it is not touched,
 * but must be bounded. */
static inline uint64_t merge_expected(uint64_t of_one, uint32_t n) {
    return of_one < TUNING_MERGE_EXPECTED_MOST / n ? of_one * n
           : of_one < TUNING_MERGE_EXPECTED_MOST   ? TUNING_MERGE_EXPECTED_MOST
                                                   : of_one;
}

#endif
