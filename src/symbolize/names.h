/* Adds strings to a view: existing strings keep their ids, and equal strings share one id. */
#ifndef CPROF_SYMBOLIZE_NAMES_H
#define CPROF_SYMBOLIZE_NAMES_H

#include "base/hash.h"
#include "profile/profile.h"

struct names {
    struct arena *arena;
    struct profile *view;
    struct intern table; /* empty until the first string is added; most profiles add none */
};

/* Returns the id of a string, whose bytes must live as long as the arena. Updates the view's string columns. */
static inline str_id names_add(struct names *n, str s) {
    if (!n->table.n) {
        n->table.arena = n->arena;
        intern_reserve(&n->table, n->view->n_strings + n->view->n_functions);
        for (uint32_t i = 0; i < n->view->n_strings; i++) intern_id(&n->table, n->view->string[i]);
    }
    str_id id = intern_id(&n->table, s);
    n->view->string = n->table.key;
    n->view->n_strings = n->table.n;
    return id;
}

#endif
