/* What a merge is made of: columns that grow in arenas of their own, so that outgrown room is given back at once.
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
/* Makes room for so many items behind the n there are: just so many the first time, later twice what there was. */
#define MERGE_ROOM(c, more)                                                                                            \
    ((c)->n + (more) > (c)->cap                                                                                        \
         ? (void)((c)->at = merge_column_grow(&(c)->arena, (c)->at, &(c)->cap, (c)->n + (more), sizeof *(c)->at))      \
         : (void)0)
void *merge_column_grow(struct arena *own, void *at, size_t *cap, size_t need, size_t item_size);
/* The same for a column without items, which becomes `array` of `count` items, what is in them included, if that is a
 * column in `from`. Then `array` is set to where it is now. from: may be NULL. */
#define MERGE_ROOM_IN(c, more, from, array, count)                                                                     \
    do {                                                                                                               \
        void *taken = merge_column_take(&(c)->arena, &(c)->cap, from, array, count, sizeof *(array));                  \
        if (taken) (c)->at = taken;                                                                                    \
        MERGE_ROOM(c, more);                                                                                           \
        if (taken) (array) = (c)->at;                                                                                  \
    } while (0)
void *merge_column_take(struct arena *own, size_t *cap, struct arena *from, const void *array, size_t count,
                        size_t item_size);

/* How many items n inputs have, where one has so many: room that is not needed costs nothing while it is not touched,
 * but it must not be without bounds. */
static inline uint64_t merge_expected(uint64_t of_one, uint32_t n) {
    return of_one < TUNING_MERGE_EXPECTED_MOST / n ? of_one * n
           : of_one < TUNING_MERGE_EXPECTED_MOST   ? TUNING_MERGE_EXPECTED_MOST
                                                   : of_one;
}

#endif
