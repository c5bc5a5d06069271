/* Marks of rows, as labels. */
#include "profile/mark.h"

#include <string.h>

#define MARK_KEY STR("cprof::run")

struct profile mark_rows(struct arena *a, const struct profile *p, uint32_t number) {
    struct profile v = *p;
    str_id key = profile_add_string(&v, a, MARK_KEY);
    struct profile_label *label = ARENA_ARRAY(a, struct profile_label, (size_t)p->n_labels + 1);
    if (p->n_labels) memcpy(label, p->label, p->n_labels * sizeof *label);
    /* numbers start at 1, because a label column of zeros only does not exist */
    label[p->n_labels] = (struct profile_label){.key = key, .numeric = true, .number = (int64_t)number + 1};
    uint32_t n_refs = p->label_off[p->n_rows];
    uint32_t *off = ARENA_ARRAY(a, uint32_t, (size_t)p->n_rows + 1);
    label_id *ref = ARENA_ARRAY(a, label_id, (size_t)n_refs + p->n_rows);
    uint32_t at = 0;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        off[r] = at;
        for (uint32_t l = p->label_off[r]; l < p->label_off[r + 1]; l++) ref[at++] = p->label_ref[l];
        ref[at++] = p->n_labels;
    }
    off[p->n_rows] = at;
    v.label = label;
    v.n_labels = p->n_labels + 1;
    v.label_off = off;
    v.label_ref = ref;
    return v;
}

uint32_t *mark_take(struct arena *a, struct profile *p, uint32_t n) {
    str_id key = 0;
    bool any = profile_find_string(p, MARK_KEY, &key);
    uint32_t *mark = ARENA_ZERO(a, uint32_t, p->n_rows);
    uint32_t *off = ARENA_ARRAY(a, uint32_t, (size_t)p->n_rows + 1);
    label_id *ref = ARENA_ARRAY(a, label_id, p->n_rows ? p->label_off[p->n_rows] : 0);
    uint32_t at = 0;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        off[r] = at;
        for (uint32_t l = p->label_off[r]; l < p->label_off[r + 1]; l++) {
            const struct profile_label *label = &p->label[p->label_ref[l]];
            /* a profile may have such a label of its own */
            if (any && label->numeric && label->key == key && label->number > 0 && label->number <= n)
                mark[r] = (uint32_t)(label->number - 1);
            else
                ref[at++] = p->label_ref[l];
        }
    }
    off[p->n_rows] = at;
    p->label_off = off;
    p->label_ref = ref;
    return mark;
}
