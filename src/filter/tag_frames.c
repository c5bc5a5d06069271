/* tagroot and tagleaf: pseudo frames made of label values (pprof.md 5.5). A choice is the labels of a sample that have
 * these keys. Values are joined once per distinct choice; frames are made once per choice and stack. */
#include "filter/tag_frames.h"

#include <string.h>

#include "base/hash.h"
#include "filter/names.h"
#include "filter/stacks.h"
#include "go/unit.h"

struct tag_frames {
    struct arena *a, scratch;
    struct profile *view;
    const struct options *options;
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
    /* pseudo frames so far */
    struct intern strings; /* names and keys; their ids are translated into the view's at the end */
    struct u64map pseudo;  /* (name, key) -> location */
    VEC(struct profile_function) function;
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
    uint64_t function_id, location_id; /* for the next function and location */
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

static void next_ids(struct tag_frames *t) {
    for (loc_id l = 0; l < t->view->n_locations; l++)
        if (t->view->location[l].id > t->location_id) t->location_id = t->view->location[l].id;
    for (func_id f = 0; f < t->view->n_functions; f++)
        if (t->view->function[f].id > t->function_id) t->function_id = t->view->function[f].id;
    t->location_id++;
    t->function_id++;
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

/* The location of the function `name` in the file `key`, which is made at first use. */
static loc_id pseudo_frame(struct tag_frames *t, str name, str key) {
    uint32_t name_id = intern_id(&t->strings, name), key_id = intern_id(&t->strings, key);
    uint32_t fresh = t->view->n_locations + (uint32_t)t->location.n;
    bool added;
    loc_id l = u64map_put(&t->pseudo, (uint64_t)name_id << 32 | key_id, fresh, &added);
    if (!added) return l;
    *VEC_PUSH(&t->scratch, &t->line) = (struct profile_line){.function = t->view->n_functions + (func_id)t->function.n};
    *VEC_PUSH(&t->scratch, &t->function) =
        (struct profile_function){.id = t->function_id++, .name = name_id, .file = key_id};
    *VEC_PUSH(&t->scratch, &t->location) =
        (struct profile_location){.id = t->location_id++,
                                  .mapping = PROFILE_NONE,
                                  .first_line = t->view->n_lines + (uint32_t)t->line.n - 1,
                                  .n_lines = 1};
    return fresh;
}

static void make_choice(struct tag_frames *t, const label_id *label, uint32_t n) {
    for (uint32_t k = 0; k < t->key.n; k++) {
        str name;
        bool matched = join_values(t, t->key.at[k], label, n, &name);
        if (k < t->n_root)
            t->root_matched |= matched;
        else
            t->leaf_matched |= matched;
        *VEC_PUSH(&t->scratch, &t->frame) = pseudo_frame(t, name, t->key.at[k]);
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

/* A new stack: the frames of a choice around those of an old stack. */
struct tag_pair {
    uint32_t choice;
    stack_id stack;
};
struct tag_pairs {
    VEC(struct tag_pair) at;
    stack_id *stack_of; /* the new column */
};

static void pair_samples(struct tag_frames *t, struct tag_pairs *p) {
    const struct profile *v = t->view;
    uint32_t most = 0;
    for (uint32_t r = 0; r < v->n_rows; r++) {
        uint32_t n = v->label_off[r + 1] - v->label_off[r];
        if (n > most) most = n;
    }
    label_id *buffer = ARENA_ARRAY(&t->scratch, label_id, (size_t)most + 1);
    struct u64map known = {.arena = &t->scratch};
    p->stack_of = ARENA_ZERO(t->a, stack_id, v->n_rows);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        struct tag_pair pair = {choice_of(t, row, buffer), v->stack_of[row]};
        bool added;
        p->stack_of[row] = u64map_put(&known, (uint64_t)pair.choice << 32 | pair.stack, (uint32_t)p->at.n, &added);
        if (added) *VEC_PUSH(&t->scratch, &p->at) = pair;
    }
}

struct fill_job {
    const struct tag_frames *t;
    const struct tag_pair *pair;
    const struct profile *old;
    const uint64_t *off;
    loc_id *frame;
};

static void fill_stacks(void *context, stack_id from, stack_id to) {
    const struct fill_job *j = context;
    uint32_t n_keys = (uint32_t)j->t->key.n, n_root = j->t->n_root, n_leaf = n_keys - n_root;
    for (stack_id s = from; s < to; s++) {
        const loc_id *made = j->t->frame.at + (size_t)j->pair[s].choice * n_keys;
        stack_id of = j->pair[s].stack;
        size_t n = (size_t)(j->old->stack_off[of + 1] - j->old->stack_off[of]);
        loc_id *out = j->frame + j->off[s];
        memcpy(out, made + n_root, n_leaf * sizeof *out);
        if (n) memcpy(out + n_leaf, j->old->frame + j->old->stack_off[of], n * sizeof *out);
        memcpy(out + n_leaf + n, made, n_root * sizeof *out);
    }
}

static void make_stacks(struct tag_frames *t, struct tag_pairs *p) {
    struct profile *v = t->view, old = *v;
    uint32_t n = (uint32_t)p->at.n;
    uint32_t *size = ARENA_ARRAY(&t->scratch, uint32_t, n);
    for (uint32_t s = 0; s < n; s++) {
        stack_id of = p->at.at[s].stack;
        size[s] = (uint32_t)(old.stack_off[of + 1] - old.stack_off[of]) + (uint32_t)t->key.n;
    }
    struct fill_job j = {.t = t, .pair = p->at.at, .old = &old, .frame = filter_new_stacks(t->a, v, size, n)};
    j.off = v->stack_off;
    filter_visit_stacks(v, fill_stacks, &j);
    v->stack_of = p->stack_of;
}

/* Appends the strings to the view, except those that it already has, so that equal strings have equal ids. Returns the
 * id of each. */
static str_id *add_strings(struct tag_frames *t) {
    struct profile *v = t->view;
    uint32_t n = t->strings.n;
    str_id *to = ARENA_ARRAY(&t->scratch, str_id, n);
    for (uint32_t i = 0; i < n; i++) to[i] = PROFILE_NONE;
    for (str_id s = 0; s < v->n_strings; s++) {
        uint32_t i;
        if (intern_find(&t->strings, v->string[s], &i)) to[i] = s;
    }
    str *string = ARENA_ARRAY(t->a, str, (size_t)v->n_strings + n);
    if (v->n_strings) memcpy(string, v->string, v->n_strings * sizeof *string);
    for (uint32_t i = 0; i < n; i++) {
        if (to[i] != PROFILE_NONE) continue;
        to[i] = v->n_strings++;
        string[to[i]] = str_copy(t->a, t->strings.key[i]);
    }
    v->string = string;
    return to;
}

static void *append(struct arena *a, const void *old, size_t n_old, const void *more, size_t n_more, size_t size) {
    char *all = arena_array(a, n_old + n_more, size);
    if (n_old) memcpy(all, old, n_old * size);
    if (n_more) memcpy(all + n_old * size, more, n_more * size);
    return all;
}

static void add_tables(struct tag_frames *t) {
    struct profile *v = t->view;
    const str_id *string = add_strings(t);
    for (size_t i = 0; i < t->function.n; i++) {
        t->function.at[i].name = string[t->function.at[i].name];
        t->function.at[i].file = string[t->function.at[i].file];
    }
    uint32_t n = (uint32_t)t->location.n; /* equals the number of lines and of functions */
    v->function = append(t->a, v->function, v->n_functions, t->function.at, n, sizeof *v->function);
    v->location = append(t->a, v->location, v->n_locations, t->location.at, n, sizeof *v->location);
    v->line = append(t->a, v->line, v->n_lines, t->line.at, n, sizeof *v->line);
    v->n_functions += n;
    v->n_locations += n;
    v->n_lines += n;
}

void filter_tag_frames(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                       struct notes *notes) {
    (void)units; /* here values have units of their own, not those of their keys */
    if (!o->tagroot.len && !o->tagleaf.len) return;
    struct tag_frames t = {.a = a, .view = view, .options = o};
    t.choices = (struct intern){.arena = &t.scratch, .copy = true};
    t.strings.arena = t.pseudo.arena = &t.scratch;
    add_keys(&t, o->tagroot);
    t.n_root = (uint32_t)t.key.n;
    add_keys(&t, o->tagleaf);
    if (t.key.n) {
        mark_relevant(&t);
        next_ids(&t);
        t.single = ARENA_ZERO(&t.scratch, uint32_t, view->n_labels);
        struct tag_pairs pairs = {0};
        pair_samples(&t, &pairs);
        make_stacks(&t, &pairs);
        add_tables(&t);
    }
    if (o->tagroot.len && !t.root_matched)
        notes_add(notes, NOTE_FILTER_MISSED, "TagRoot expression matched no samples");
    if (o->tagleaf.len && !t.leaf_matched)
        notes_add(notes, NOTE_FILTER_MISSED, "TagLeaf expression matched no samples");
    arena_release(&t.scratch);
}
