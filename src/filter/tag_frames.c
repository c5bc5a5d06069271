/* tagroot and tagleaf: pseudo frames made of label values (pprof.md 5.5). A choice is the labels of a sample that have
 * these keys. Values are joined once per distinct choice; frames are made once per choice and stack. */
#include "filter/tag_frames.h"

#include "base/hash.h"
#include "filter/added_frames.h"
#include "go/unit.h"

struct tag_frames {
    struct arena scratch;
    struct profile *view;
    const struct options *options;
    struct added_frames *added;
    /* root keys from the last to the first, then leaf keys likewise: the order in which frames are made */
    VEC(str) key;
    uint32_t n_root;
    bool *relevant; /* [label_id]: true if it has one of the keys */
    /* choices: the relevant labels of a sample, in file order, as bytes */
    struct intern choices;
    uint32_t *single;  /* [label_id]: choice + 1 of this label alone */
    uint32_t none;     /* choice + 1 of no label */
    VEC(loc_id) frame; /* choice c has frames frame[c * key.n] … */
    bool root_matched, leaf_matched;
};

static void add_keys(struct tag_frames *t, str list) {
    VEC(str) found = {0};
    for (str part; str_cut(&list, ',', &part);)
        if (part.len) *VEC_PUSH(&t->scratch, &found) = part;
    while (found.n) *VEC_PUSH(&t->scratch, &t->key) = found.at[--found.n];
}

static void mark_relevant(struct tag_frames *t) {
    const struct profile *v = t->view;
    struct intern keys = {.arena = &t->scratch};
    for (size_t k = 0; k < t->key.n; k++) intern_id(&keys, t->key.at[k]);
    t->relevant = ARENA_ARRAY(&t->scratch, bool, v->n_labels);
    uint8_t *known = ARENA_ZERO(&t->scratch, uint8_t, v->n_strings);
    for (label_id l = 0; l < v->n_labels; l++) {
        str_id key = v->label[l].key;
        uint32_t id;
        if (!known[key]) known[key] = intern_find(&keys, profile_str(v, key), &id) ? 2 : 1;
        t->relevant[l] = known[key] == 2;
    }
}

/* Joins the values of one key among these labels: string values, then numeric ones. Returns false if it has no values.
 */
static bool join_values(struct tag_frames *t, str key, const label_id *label, uint32_t n, str *out) {
    const struct profile *v = t->view;
    VEC(str) value = {0};
    bool has_units = false;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile_label *l = &v->label[label[i]];
        if (!str_equal(profile_str(v, l->key), key)) continue;
        if (!l->numeric) *VEC_PUSH(&t->scratch, &value) = profile_str(v, l->value);
        has_units |= l->numeric && l->unit;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct profile_label *l = &v->label[label[i]];
        if (!l->numeric || !str_equal(profile_str(v, l->key), key)) continue;
        str to = has_units ? t->options->unit : STR_EMPTY;
        *VEC_PUSH(&t->scratch, &value) = unit_label(&t->scratch, l->number, profile_str(v, l->unit), to);
    }
    *out = value.n ? str_join(&t->scratch, value.at, value.n, STR(",")) : STR_EMPTY;
    return value.n > 0;
}

static void make_choice(struct tag_frames *t, const label_id *label, uint32_t n) {
    for (uint32_t k = 0; k < t->key.n; k++) {
        str key = t->key.at[k], name;
        bool matched = join_values(t, key, label, n, &name);
        if (k < t->n_root)
            t->root_matched |= matched;
        else
            t->leaf_matched |= matched;
        if (t->options->tag_keys)
            name = matched ? str_join(&t->scratch, (str[]){key, name}, 2, STR(":"))
                           : str_format(&t->scratch, "(no %.*s)", STR_ARG(key));
        *VEC_PUSH(&t->scratch, &t->frame) = added_frames_of(t->added, name, key);
    }
}

static uint32_t choice_of(struct tag_frames *t, uint32_t row, label_id *buffer) {
    const struct profile *v = t->view;
    uint32_t n = 0;
    for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
        buffer[n] = v->label_ref[k];
        n += t->relevant[v->label_ref[k]];
    }
    /* usually there is at most one, which needs no hashing */
    uint32_t *known = n == 0 ? &t->none : n == 1 ? &t->single[buffer[0]] : NULL;
    if (known && *known) return *known - 1;
    uint32_t before = t->choices.n;
    uint32_t c = intern_id(&t->choices, (str){(const char *)buffer, n * sizeof *buffer});
    if (c == before) make_choice(t, buffer, n);
    if (known) *known = c + 1;
    return c;
}

/* Puts the frames of its choice around each sample. */
static void add_frames(struct tag_frames *t) {
    const struct profile *v = t->view;
    uint32_t most = 0;
    for (uint32_t r = 0; r < v->n_rows; r++) {
        uint32_t n = v->label_off[r + 1] - v->label_off[r];
        if (n > most) most = n;
    }
    label_id *buffer = ARENA_ARRAY(&t->scratch, label_id, (size_t)most + 1);
    uint32_t *of = ARENA_ARRAY(&t->scratch, uint32_t, v->n_samples);
    for (uint32_t i = 0; i < v->n_samples; i++) of[i] = choice_of(t, profile_row(v, i), buffer);
    struct added_choice *choice = ARENA_ARRAY(&t->scratch, struct added_choice, t->choices.n);
    uint32_t n_keys = (uint32_t)t->key.n;
    for (uint32_t c = 0; c < t->choices.n; c++) {
        const loc_id *frame = t->frame.at + (size_t)c * n_keys;
        choice[c] = (struct added_choice){frame + t->n_root, frame, n_keys - t->n_root, t->n_root};
    }
    added_frames_finish(t->added, choice, of);
}

void filter_tag_frames(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                       struct notes *notes) {
    (void)units; /* here values have units of their own, not those of their keys */
    if (!o->tagroot.len && !o->tagleaf.len) return;
    struct tag_frames t = {.view = view, .options = o};
    t.choices = (struct intern){.arena = &t.scratch, .copy = true};
    add_keys(&t, o->tagroot);
    t.n_root = (uint32_t)t.key.n;
    add_keys(&t, o->tagleaf);
    if (t.key.n) {
        mark_relevant(&t);
        t.single = ARENA_ZERO(&t.scratch, uint32_t, view->n_labels);
        t.added = added_frames_new(a, &t.scratch, view);
        add_frames(&t);
    }
    if (o->tagroot.len && !t.root_matched)
        notes_add(notes, NOTE_FILTER_MISSED, "TagRoot expression matched no samples");
    if (o->tagleaf.len && !t.leaf_matched)
        notes_add(notes, NOTE_FILTER_MISSED, "TagLeaf expression matched no samples");
    arena_release(&t.scratch);
}
