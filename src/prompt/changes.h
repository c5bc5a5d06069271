/* What a user did to the settings: undo, and the stack of filters. */
#ifndef CPROF_PROMPT_CHANGES_H
#define CPROF_PROMPT_CHANGES_H

#include "base/sink.h"
#include "options/options.h"

enum { CHANGES_KEPT = 100 }; /* of each kind: changes, and filters on the stack */

/* One level of the stack; the filters are those of `options`. */
struct changes_level {
    const struct changes_level *below;
    unsigned depth; /* 1 for the lowest */
    struct options options;
};

struct changes_state {
    struct options options;
    const struct changes_level *pushed; /* NULL: the stack is empty */
};

struct changes {
    struct arena *arena; /* keeps the levels */
    const struct changes_level *pushed;
    struct changes_state *before; /* a ring of CHANGES_KEPT */
    unsigned n, next;
};

bool changes_equal(const struct options *x, const struct options *y);

struct changes_state changes_now(const struct changes *c, const struct options *o);
/* Keeps `before` for undo if the settings or the stack have changed since. */
void changes_note(struct changes *c, const struct changes_state *before, const struct options *now);
/* Takes the last change back; fails without one. */
bool changes_undo(struct changes *c, struct options *o, struct err *e);

bool changes_push(struct changes *c, const struct options *o, struct err *e);
/* Gives *o the filters of the last push, which leaves the stack. */
bool changes_pop(struct changes *c, struct options *o, struct err *e);

#endif
