/* What files are, by path. */
#include "symbolize/tried.h"

#include "binaries/object_open.h"

struct tried_file tried_file(struct tried *t, str path) {
    if (t->n_asked >= TRIED_MOST) return (struct tried_file){.object = false};
    t->n_asked++;
    t->path.arena = t->arena;
    uint32_t known;
    if (intern_find(&t->path, path, &known)) return t->file.at[known];
    struct arena scratch = {0};
    struct object o;
    struct tried_file f = {.build_id = STR_EMPTY};
    f.object = object_open(&scratch, &OBJECT_WHOLE(path), &o, NULL);
    if (f.object) f = (struct tried_file){true, o.elf, o.has_debug, str_copy(t->arena, o.build_id)};
    intern_id(&t->path, str_copy(t->arena, path));
    *VEC_PUSH(t->arena, &t->file) = f;
    arena_release(&scratch);
    return f;
}
