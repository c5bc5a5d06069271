/* Keeps earlier settings. */
#include "prompt/changes.h"

bool changes_equal(const struct options *x, const struct options *y) {
    struct arena scratch = {0};
    bool equal = true;
    for (unsigned i = 0; i < options_table_n && equal; i++)
        equal = str_equal(options_get(&scratch, &options_table[i], x), options_get(&scratch, &options_table[i], y));
    arena_release(&scratch);
    return equal;
}

struct changes_state changes_now(const struct changes *c, const struct options *o) {
    return (struct changes_state){*o, c->pushed};
}

void changes_note(struct changes *c, const struct changes_state *before, const struct options *now) {
    if (c->pushed == before->pushed && changes_equal(&before->options, now)) return;
    if (!c->before) c->before = ARENA_ARRAY(c->arena, struct changes_state, CHANGES_KEPT);
    c->before[c->next] = *before;
    c->next = (c->next + 1) % CHANGES_KEPT;
    if (c->n < CHANGES_KEPT) c->n++;
}

bool changes_undo(struct changes *c, struct options *o, struct err *e) {
    if (!c->n) return err_set(e, "there is no change to undo");
    c->next = (c->next + CHANGES_KEPT - 1) % CHANGES_KEPT;
    c->n--;
    *o = c->before[c->next].options;
    c->pushed = c->before[c->next].pushed;
    return true;
}

bool changes_push(struct changes *c, const struct options *o, struct err *e) {
    unsigned depth = c->pushed ? c->pushed->depth : 0;
    if (depth == CHANGES_KEPT) return err_set(e, "the stack of filters is full: %d", CHANGES_KEPT);
    struct changes_level *level = ARENA_NEW(c->arena, struct changes_level);
    *level = (struct changes_level){c->pushed, depth + 1, *o};
    c->pushed = level;
    return true;
}

bool changes_pop(struct changes *c, struct options *o, struct err *e) {
    if (!c->pushed) return err_set(e, "the stack of filters is empty");
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (options_is_filter(row))
            options_set(row, o, options_get(c->arena, row, &c->pushed->options), NULL); /* its own text is valid */
    }
    c->pushed = c->pushed->below;
    return true;
}
