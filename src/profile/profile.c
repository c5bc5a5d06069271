/* The columns of a profile: order of labels, look-ups of strings and sample types. */
#include "profile/profile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nearest.h"
#include "base/tuning.h"
#include "go/gotext.h"
#include "out/message.h"

uint64_t profile_longest_stack(const struct profile *p) {
    uint64_t most = 0;
    for (stack_id s = 0; s < p->n_stacks; s++)
        if (most < p->stack_off[s + 1] - p->stack_off[s]) most = p->stack_off[s + 1] - p->stack_off[s];
    return most;
}

loc_id *profile_frames_room(const struct profile *p, struct arena *a) {
    return p->narrow_frame ? ARENA_ARRAY(a, loc_id, profile_longest_stack(p) + PROFILE_NARROW_PADDING) : NULL;
}

void profile_fill_empty(struct profile *p) {
    static const uint64_t nothing[8];
    if (!p->stack_of) p->stack_of = (const stack_id *)nothing;
    if (!p->label_ref) p->label_ref = (const label_id *)nothing;
    if (!p->frame && !p->narrow_frame) p->frame = (const loc_id *)nothing;
    if (!p->location) p->location = (const struct profile_location *)nothing;
    if (!p->line) p->line = (const struct profile_line *)nothing;
}

void profile_widen(struct profile *p, struct arena *a) {
    if (!p->narrow_frame) return;
    uint64_t n = p->n_stacks ? p->stack_off[p->n_stacks] : 0;
    loc_id *frame = ARENA_ARRAY(a, loc_id, n);
    for (uint64_t i = 0; i < n; i++) frame[i] = p->narrow_frame[i];
    p->frame = frame;
    p->narrow_frame = NULL;
}

/* Samples have few labels: insertion sort keeps file order among equal keys. */
static int compare_labels(const struct profile *p, const struct profile_label *a, const struct profile_label *b) {
    if (a->numeric != b->numeric) return a->numeric ? 1 : -1;
    return a->key == b->key ? 0 : str_compare(profile_str(p, a->key), profile_str(p, b->key));
}

static void sort_labels(const struct profile *p, label_id *at, uint32_t n, label_id *spare) {
    if (n < 2) return;
    if (n <= 16) {
        for (uint32_t i = 1; i < n; i++) {
            label_id l = at[i];
            uint32_t k = i;
            for (; k > 0 && compare_labels(p, &p->label[at[k - 1]], &p->label[l]) > 0; k--) at[k] = at[k - 1];
            at[k] = l;
        }
        return;
    }
    uint32_t half = n / 2;
    sort_labels(p, at, half, spare);
    sort_labels(p, at + half, n - half, spare);
    memcpy(spare, at, half * sizeof *at);
    for (uint32_t i = 0, k = half, to = 0; i < half;)
        at[to++] = k < n && compare_labels(p, &p->label[spare[i]], &p->label[at[k]]) > 0 ? at[k++] : spare[i++];
}

uint32_t profile_sorted_labels(const struct profile *p, uint32_t row, label_id *out) {
    uint32_t n = p->label_off[row + 1] - p->label_off[row];
    if (n == 0) return 0;
    memmove(out, p->label_ref + p->label_off[row], n * sizeof *out);
    struct arena scratch = {0};
    label_id *spare = n > 16 ? ARENA_ARRAY(&scratch, label_id, n) : NULL;
    sort_labels(p, out, n, spare);
    arena_release(&scratch);
    return n;
}

/* The key by which samples sort their labels. */
struct label_kind {
    bool numeric;
    str key;
    uint32_t number; /* in order of first appearance */
};

static int compare_kinds(const void *x, const void *y) {
    const struct label_kind *a = x, *b = y;
    return a->numeric != b->numeric ? a->numeric - b->numeric : str_compare(a->key, b->key);
}

uint32_t *profile_label_ranks(const struct profile *p, struct arena *a) {
    VEC(struct label_kind) kinds = {0};
    struct u64map known = {.arena = a};
    uint32_t *rank = ARENA_ARRAY(a, uint32_t, p->n_labels);
    for (label_id l = 0; l < p->n_labels; l++) {
        const struct profile_label *label = &p->label[l];
        uint32_t n = (uint32_t)kinds.n;
        bool added;
        rank[l] = u64map_put(&known, (uint64_t)label->key << 1 | label->numeric, n, &added);
        if (added) *VEC_PUSH(a, &kinds) = (struct label_kind){label->numeric, profile_str(p, label->key), n};
    }
    if (kinds.n < 2) return rank;
    qsort(kinds.at, kinds.n, sizeof *kinds.at, compare_kinds);
    uint32_t *place = ARENA_ARRAY(a, uint32_t, kinds.n);
    for (uint32_t i = 0; i < kinds.n; i++) place[kinds.at[i].number] = i;
    for (label_id l = 0; l < p->n_labels; l++) rank[l] = place[rank[l]];
    return rank;
}

uint32_t profile_labels_by_rank(const struct profile *p, const uint32_t *rank, uint32_t row, label_id *out) {
    const label_id *label = p->label_ref + p->label_off[row];
    uint32_t n = p->label_off[row + 1] - p->label_off[row];
    if (n > TUNING_FEW_LABELS) return profile_sorted_labels(p, row, out);
    for (uint32_t i = 0; i < n; i++) {
        label_id next = label[i];
        uint32_t k = i;
        for (; k > 0 && rank[out[k - 1]] > rank[next]; k--) out[k] = out[k - 1];
        out[k] = next;
    }
    return n;
}

bool profile_find_string(const struct profile *p, str s, str_id *id) {
    for (str_id i = 0; i < p->n_strings; i++) {
        if (!str_equal(p->string[i], s)) continue;
        *id = i;
        return true;
    }
    return false;
}

str_id profile_add_string(struct profile *view, struct arena *a, str s) {
    str_id id;
    if (profile_find_string(view, s, &id)) return id;
    str *strings = ARENA_ARRAY(a, str, (size_t)view->n_strings + 1);
    memcpy(strings, view->string, view->n_strings * sizeof *strings);
    strings[view->n_strings] = s;
    view->string = strings;
    return view->n_strings++;
}

void profile_replace_strings(struct profile *view, struct arena *a, str (*replace)(struct arena *a, str s)) {
    str *strings = NULL;
    for (str_id id = 0; id < view->n_strings; id++) {
        str before = view->string[id], after = replace(a, before);
        if (before.ptr == after.ptr) continue;
        if (!strings) {
            strings = ARENA_ARRAY(a, str, view->n_strings);
            memcpy(strings, view->string, view->n_strings * sizeof *strings);
        }
        strings[id] = after;
    }
    if (strings) view->string = strings;
}

static bool type_named(const struct profile *p, str name, uint32_t *index) {
    for (uint32_t t = 0; t < p->n_types; t++) {
        if (!str_equal(profile_str(p, p->type[t].type), name)) continue;
        *index = t;
        return true;
    }
    return false;
}

/* "samples cpu" */
static str type_list(struct arena *a, const struct profile *p) {
    str *names = ARENA_ARRAY(a, str, p->n_types);
    for (uint32_t t = 0; t < p->n_types; t++) names[t] = profile_str(p, p->type[t].type);
    return str_join(a, names, p->n_types, STR(" "));
}

bool profile_sample_index(const struct profile *p, str name, uint32_t *index, struct err *e) {
    if (p->n_types == 0) return err_set(e, "profile has no samples");
    if (name.len == 0) {
        *index = p->n_types - 1;
        if (p->default_type) type_named(p, profile_str(p, p->default_type), index);
        return true;
    }
    int64_t n;
    if (gotext_parse_int(name, 10, &n) == GOTEXT_OK) {
        if (n >= 0 && n < p->n_types) {
            *index = (uint32_t)n;
            return true;
        }
        return err_set(e, "sample_index %.*s is outside the range [0..%" PRIu32 "]", STR_ARG(name), p->n_types - 1);
    }
    /* Remove the inuse_ prefix to support legacy names: inuse_space finds space */
    str without = str_has_prefix(name, STR("inuse_")) ? str_from_offset(name, strlen("inuse_")) : name;
    for (uint32_t t = 0; t < p->n_types; t++) {
        str type = profile_str(p, p->type[t].type);
        if (!str_equal(type, name) && !str_equal(type, without)) continue;
        *index = t;
        return true;
    }
    struct arena scratch = {0};
    str types = type_list(&scratch, p);
    str quoted = gotext_quote(&scratch, name), meant = STR_EMPTY;
    struct nearest near;
    nearest_start(&near, name);
    for (uint32_t t = 0; t < p->n_types; t++) nearest_offer(&near, profile_str(p, p->type[t].type));
    if (near.best.ptr && !message_as_pprof()) meant = str_format(&scratch, " (did you mean %.*s?)", STR_ARG(near.best));
    err_set(e, "sample_index %.*s must be one of: [%.*s]%.*s", STR_ARG(quoted), STR_ARG(types), STR_ARG(meant));
    arena_release(&scratch);
    return false;
}
