/* Multiplies values by weights. */
#include "merge/weights.h"

#include <inttypes.h>

bool weights_parse(str text, uint64_t *weight) {
    const uint64_t most = WEIGHTS_MOST;
    uint64_t n = 0, unit = WEIGHTS_ONE;
    size_t point = str_find_char(text, '.');
    if (point == 0 || point + 1 == text.len) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (i == point) continue;
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        uint64_t digit = (uint64_t)(text.ptr[i] - '0');
        if (i < point) {
            if (n > most / 10) return false;
            n = n * 10 + digit * WEIGHTS_ONE;
        } else {
            if (unit == 1) return false; /* a tenth decimal */
            unit /= 10;
            n += digit * unit;
        }
        if (n > most) return false;
    }
    *weight = n;
    return text.len > 0;
}

int64_t weights_scale(int64_t value, uint64_t weight) {
    __extension__ typedef unsigned __int128 wide;
    wide size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, product = size * weight;
    wide whole = product / WEIGHTS_ONE, rest = product % WEIGHTS_ONE;
    if (rest * 2 > WEIGHTS_ONE || (rest * 2 == WEIGHTS_ONE && whole % 2)) whole++;
    if (value < 0) return whole > INT64_MAX ? INT64_MIN : -(int64_t)whole;
    return whole > INT64_MAX ? INT64_MAX : (int64_t)(uint64_t)whole;
}

/* Multiplies the values of each row by of_row[row], or where that is NULL by `weight`. */
static void multiply(struct arena *a, struct profile *view, const uint64_t *of_row, uint64_t weight) {
    const int64_t **value = ARENA_ARRAY(a, const int64_t *, view->n_types);
    for (uint32_t t = 0; t < view->n_types; t++) {
        int64_t *column = ARENA_ARRAY(a, int64_t, view->n_rows);
        for (uint32_t r = 0; r < view->n_rows; r++)
            column[r] = weights_scale(view->value[t][r], of_row ? of_row[r] : weight);
        value[t] = column;
    }
    view->value = value;
}

void weights_of_source(struct arena *a, struct profile *view, uint64_t weight) {
    if (weight != WEIGHTS_ONE) multiply(a, view, NULL, weight);
}

static bool weight_of_label(const struct profile *p, const struct profile_label *l, uint64_t *weight) {
    if (!l->numeric) return weights_parse(profile_str(p, l->value), weight);
    if (l->number < 0 || (uint64_t)l->number > WEIGHTS_MOST / WEIGHTS_ONE) return false;
    *weight = (uint64_t)l->number * WEIGHTS_ONE;
    return true;
}

bool weights_of_labels(struct arena *a, struct profile *view, str key, struct err *e) {
    str_id id;
    if (!profile_find_string(view, key, &id)) return true;
    uint64_t *of_row = ARENA_ARRAY(a, uint64_t, view->n_rows);
    bool any = false;
    for (uint32_t r = 0; r < view->n_rows; r++) {
        of_row[r] = WEIGHTS_ONE;
        uint32_t at = view->label_off[r], end = view->label_off[r + 1];
        while (at < end && view->label[view->label_ref[at]].key != id) at++;
        if (at == end) continue;
        const struct profile_label *l = &view->label[view->label_ref[at]];
        any = true;
        if (weight_of_label(view, l, &of_row[r])) continue;
        str number = str_format(a, "%" PRId64, l->number), value = l->numeric ? number : profile_str(view, l->value);
        return err_set(e, "the label %.*s is \"%.*s\" in a sample; a weight is " WEIGHTS_FORM, STR_ARG(key),
                       STR_ARG(value));
    }
    if (any) multiply(a, view, of_row, WEIGHTS_ONE);
    return true;
}
