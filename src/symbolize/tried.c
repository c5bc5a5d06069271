/* What files are, by path. */
#include "symbolize/tried.h"

struct tried_file tried_file(struct tried *t, str path) {
    if (t->n_asked >= TRIED_MOST) return (struct tried_file){.object = false};
    t->n_asked++;
    t->path.arena = t->arena;
    uint32_t known;
    if (intern_find(&t->path, path, &known)) return t->file.at[known];
    struct object o;
    struct tried_file f = {.build_id = STR_EMPTY};
    f.object = tried_open(t, &OBJECT_WHOLE(path), &o, NULL);
    if (f.object) f = (struct tried_file){true, o.elf, o.has_debug, o.build_id};
    intern_id(&t->path, str_copy(t->arena, path));
    *VEC_PUSH(t->arena, &t->file) = f;
    return f;
}

bool tried_open(struct tried *t, const struct object_mapping *m, struct object *out, struct err *e) {
    t->known.arena = t->arena;
    return object_open_known(&t->known, m, out, e);
}
