/* The two sides of a difference. */
#include "stacks/sides.h"

/* The label that marks samples of a -diff_base; PROFILE_NONE if not found. */
static label_id find_base_label(const struct profile *p) {
    for (label_id i = 0; i < p->n_labels; i++) {
        const struct profile_label *l = &p->label[i];
        if (profile_is_base_label(p, l)) return i;
    }
    return PROFILE_NONE;
}

static bool has_label(const struct profile *p, uint32_t row, label_id label) {
    for (uint32_t i = p->label_off[row]; i < p->label_off[row + 1]; i++)
        if (p->label_ref[i] == label) return true;
    return false;
}

bool sides_are_marked(const struct profile *p) { return find_base_label(p) != PROFILE_NONE; }

bool sides_are_two(const struct profile *p, uint32_t type) {
    if (sides_are_marked(p)) return true;
    for (uint32_t i = 0; i < p->n_samples; i++)
        if (p->value[type][profile_row(p, i)] < 0) return true;
    return false;
}

const bool *sides_of_rows(struct arena *a, const struct profile *p) {
    label_id base = find_base_label(p);
    bool *is_base = ARENA_ZERO(a, bool, p->n_rows);
    for (uint32_t row = 0; base != PROFILE_NONE && row < p->n_rows; row++) is_base[row] = has_label(p, row, base);
    return is_base;
}

int64_t sides_total(const struct profile *p, uint32_t type, bool mean) {
    struct {
        uint64_t value, divisor;
    } all = {0, 0}, base = {0, 0};
    const int64_t *column = p->value[type], *first = p->value[0];
    label_id base_label = find_base_label(p);
    for (uint32_t i = 0; i < p->n_samples; i++) {
        uint32_t row = profile_row(p, i);
        uint64_t v = sides_magnitude(column[row]), d = mean ? (uint64_t)first[row] : 0;
        all.value += v;
        all.divisor += d;
        if (base_label != PROFILE_NONE && has_label(p, row, base_label)) {
            base.value += v;
            base.divisor += d;
        }
    }
    if ((int64_t)base.value > 0) all = base;
    if (all.divisor == 0) return (int64_t)all.value;
    if ((int64_t)all.divisor == -1) return (int64_t)(0 - all.value); /* the only division that could overflow */
    return (int64_t)all.value / (int64_t)all.divisor;
}
