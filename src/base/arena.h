/* Bump allocation. Memory is taken from an arena and freed all at once by arena_rewind or arena_release, never singly.
 * Running out of memory ends the program (base/memory.h).
 *
 * Three lifetimes are in use: the session's arena (buffers, profiles), a command's arena (view, graph, report) and
 * scratch arenas that a function rewinds before it returns. An arena belongs to one thread. */
#ifndef CPROF_BASE_ARENA_H
#define CPROF_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
    struct arena_block *block; /* newest first; NULL before the first allocation */
    size_t used;               /* bytes taken from the newest block */
    size_t total;              /* bytes of all blocks: for -v and tests */
};

struct arena_mark {
    struct arena_block *block;
    size_t used;
};

/* All return memory aligned to 16 bytes. A size of 0 gives a valid pointer to nothing. */
void *arena_alloc(struct arena *a, size_t size);               /* contents undefined */
void *arena_zero(struct arena *a, size_t count, size_t size);  /* zeroed; count*size is checked for overflow */
void *arena_array(struct arena *a, size_t count, size_t size); /* undefined contents, checked */
/* An array of which only a part may be used, in an arena that is empty: pages of the rest take no memory, if it is not
 * small. */
void *arena_guess(struct arena *a, size_t count, size_t size);
/* Reserves one block for the next allocations, up to `size` bytes in all. An arena_mark that is set now keeps the
 * block. */
void arena_reserve(struct arena *a, size_t size);
/* Grows or shrinks the memory `old` of old_size bytes to new_size: in place if it is the newest allocation, else by
 * copying. The only allocation of an arena without marks moves without being copied, so a long column should grow in an
 * arena of its own and be adopted at the end. `old` may be NULL with old_size 0. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

#define ARENA_NEW(a, type) ((type *)arena_zero((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))
#define ARENA_ZERO(a, type, n) ((type *)arena_zero((a), (n), sizeof(type)))

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m); /* frees all allocations after the mark */
void arena_release(struct arena *a);                     /* frees everything; the arena is {0} again */
/* Frees everything except the newest block, which the next allocations use. */
void arena_reset(struct arena *a);
/* Moves every block of `from` into `into`, which keeps the memory alive; `from` is {0} again. */
void arena_adopt(struct arena *into, struct arena *from);
/* arena_adopt for an arena that holds one array and nothing else. arena_extract_array can remove a large array
 * again. */
void arena_adopt_array(struct arena *into, struct arena *own);
/* Moves an array of `size` bytes that `from` has adopted into an arena of its own, `own`, in which it can grow; `own`
 * is overwritten. Returns the array; NULL, with nothing changed, if `array` was not adopted as one or is small. */
void *arena_extract_array(struct arena *from, const void *array, size_t size, struct arena *own);

/* A growing array in an arena: VEC(type) v = {0}; *VEC_PUSH(a, &v) = x; v.at[i], v.n. */
#define VEC(type)                                                                                                      \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t n, cap;                                                                                                 \
    }
#define VEC_PUSH(a, v)                                                                                                 \
    ((v)->n == (v)->cap ? (void)((v)->at = arena_vec_grow((a), (v)->at, &(v)->cap, sizeof *(v)->at)) : (void)0,        \
     &(v)->at[(v)->n++])
/* Makes room for about n items in an array that has none, in an empty arena. */
#define VEC_GUESS(a, v, n) ((v)->at = arena_guess((a), (v)->cap = (n), sizeof *(v)->at))
void *arena_vec_grow(struct arena *a, void *at, size_t *cap, size_t item_size); /* VEC_PUSH's slow path */

#endif
