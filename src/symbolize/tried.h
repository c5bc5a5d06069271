/* What files are, by path, so that each is opened once: a profile can have many mappings that lead to the same files.
 */
#ifndef CPROF_SYMBOLIZE_TRIED_H
#define CPROF_SYMBOLIZE_TRIED_H

#include "binaries/object_open.h"

struct tried_file {
    bool object; /* false: it cannot be opened, or is no binary; the rest is then unset */
    bool elf, has_debug;
    str build_id; /* may be empty */
};
struct tried {
    struct arena *arena;
    struct object_known known;
    struct intern path;
    VEC(struct tried_file) file;
    uint32_t n_asked;
};
/* The file's bytes are read at the first call only. After TRIED_MOST calls every file counts as no binary: nothing that
 * is not hostile comes near it. */
enum { TRIED_MOST = 1000000 };
struct tried_file tried_file(struct tried *t, str path);
/* The same as object_open; strings live in t->arena. */
bool tried_open(struct tried *t, const struct object_mapping *m, struct object *out, struct err *e);

#endif
