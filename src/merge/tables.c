/* The tables of a merge: equal mappings, functions, locations, labels and stacks of its inputs become one. */
#include "merge/tables.h"

#include <string.h>

enum merge_key_order { KEY_AFTER_BASE, KEY_BEFORE_BASE, KEY_IS_BASE };

void merge_tables_init(struct merge_tables *t, bool canonical) {
    *t = (struct merge_tables){.canonical = canonical};
    t->mapping_key = (struct intern){.arena = &t->work, .copy = true};
    t->label_key = (struct intern){.arena = &t->label_work, .copy = true};
    struct slots *slots[] = {&t->string_slot, &t->function_slot, &t->location_slot, &t->stack_slot};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) slots_room(slots[i], 1);
    merge_tables_string(t, STR_EMPTY);
    MERGE_ROOM(&t->stack_off, 1);
    t->stack_off.at[t->stack_off.n++] = 0;
}

void merge_tables_release(struct merge_tables *t) {
    struct arena *all[] = {&t->text,
                           &t->work,
                           &t->label_work,
                           &t->string.arena,
                           &t->mapping.arena,
                           &t->joined.arena,
                           &t->function.arena,
                           &t->location.arena,
                           &t->line.arena,
                           &t->label.arena,
                           &t->frame.arena,
                           &t->stack_off.arena,
                           &t->string_slot.arena,
                           &t->function_slot.arena,
                           &t->location_slot.arena,
                           &t->stack_slot.arena,
                           &t->scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) arena_release(all[i]);
}

/* Makes room for the first input only: how much later inputs share with it is not known yet. */
static void make_tables_room(struct merge_tables *t, const struct profile *v) {
    MERGE_ROOM(&t->string, v->n_strings);
    MERGE_ROOM(&t->function, v->n_functions);
    MERGE_ROOM(&t->location, v->n_locations);
    MERGE_ROOM(&t->line, v->n_lines);
    slots_room(&t->string_slot, v->n_strings);
    slots_room(&t->function_slot, v->n_functions);
    slots_room(&t->location_slot, v->n_locations);
    slots_room(&t->stack_slot, v->n_stacks);
}

/* Returns true if samples first use their stacks in index order; only then may frames be rewritten in place. */
static bool meets_stacks_in_order(struct merge_tables *t, const struct merge_input *in) {
    const struct profile *v = &in->view;
    struct arena_mark mark = arena_mark(&t->work);
    int64_t *value = ARENA_ARRAY(&t->work, int64_t, (size_t)v->n_types * TUNING_MERGE_BATCH);
    uint32_t row[TUNING_MERGE_BATCH];
    stack_id next = 0;
    for (uint32_t i = 0, n; i < v->n_samples && next != PROFILE_NONE; i += n) {
        n = v->n_samples - i < TUNING_MERGE_BATCH ? v->n_samples - i : TUNING_MERGE_BATCH;
        uint32_t taken = merge_take_samples(in, i, n, row, value);
        for (uint32_t k = 0; k < taken && next != PROFILE_NONE; k++)
            if (v->stack_of[row[k]] >= next) next = v->stack_of[row[k]] == next ? next + 1 : PROFILE_NONE;
    }
    arena_rewind(&t->work, mark);
    return next != PROFILE_NONE;
}

void merge_tables_room(struct merge_tables *t, struct merge_input *in, uint32_t n) {
    struct profile *first = &in[0].view;
    uint32_t first_stacks = first->n_stacks;
    uint64_t first_frames = first->stack_off[first_stacks];
    bool can_take = in[0].consumed && t->stack_off.n == 1 && meets_stacks_in_order(t, &in[0]);
    struct arena *from = can_take ? in[0].consumed : NULL;
    uint64_t stacks = 0, frames = 0;
    for (uint32_t i = 0; i < n; i++) {
        stacks += in[i].view.n_stacks;
        frames += in[i].view.stack_off[in[i].view.n_stacks];
    }
    MERGE_ROOM_IN(&t->stack_off, stacks, from, first->stack_off, (size_t)first_stacks + 1);
    MERGE_ROOM_IN(&t->frame, frames, from, first->frame, first_frames);
    if (t->location.n == 0) make_tables_room(t, &in[0].view);
}

void merge_tables_expect(struct merge_tables *t, const struct profile *like, uint32_t n) {
    uint64_t stacks = merge_expected(like->n_stacks, n);
    MERGE_ROOM(&t->stack_off, stacks);
    MERGE_ROOM(&t->frame, merge_expected(like->stack_off[like->n_stacks], n));
    slots_room(&t->stack_slot, stacks);
}

static uint32_t *none_of(struct merge_tables *t, uint32_t n) {
    uint32_t *map = ARENA_ARRAY(&t->scratch, uint32_t, n);
    memset(map, 0xff, n * sizeof *map);
    return map;
}

static map_id merge_mapping(struct merge_tables *t, map_id id);
static void join_mappings(struct merge_tables *t);
static void prepare_labels(struct merge_tables *t);

void merge_tables_start(struct merge_tables *t, const struct merge_input *in) {
    const struct profile *v = &in->view;
    arena_reset(&t->scratch);
    t->in = in;
    t->string_of = none_of(t, v->n_strings);
    t->mapping_of = none_of(t, v->n_mappings);
    t->rebase = ARENA_ZERO(&t->scratch, uint64_t, v->n_mappings);
    t->function_of = none_of(t, v->n_functions);
    t->location_of = none_of(t, v->n_locations);
    t->label_of = none_of(t, v->n_labels);
    t->stack_of = none_of(t, v->n_stacks);
    t->base_label = PROFILE_NONE;
    t->label_rank = profile_label_ranks(v, &t->scratch);
    /* the first mapping is that of the main binary */
    if (t->canonical)
        join_mappings(t);
    else if (t->mapping.n == 0 && v->n_mappings)
        merge_mapping(t, 0);
    merge_find_known(t);
    prepare_labels(t);
}

str_id merge_tagged_string(struct merge_tables *t, str s, uint32_t tag) {
    slots_room(&t->string_slot, 1);
    uint32_t at = slots_start(&t->string_slot, tag), id;
    do id = slots_next(&t->string_slot, tag, &at);
    while (id != PROFILE_NONE && !str_equal(t->string.at[id], s));
    if (id != PROFILE_NONE) return id;
    id = (str_id)t->string.n;
    MERGE_ROOM(&t->string, 1);
    t->string.at[t->string.n++] = str_copy(&t->text, s);
    slots_put(&t->string_slot, at, tag, id);
    return id;
}

str_id merge_tables_string(struct merge_tables *t, str s) {
    return merge_tagged_string(t, s, hash_tag(hash_bytes(s.ptr, s.len)));
}

static str_id string_of(struct merge_tables *t, str_id id) {
    const struct profile *v = &t->in->view;
    if (t->string_of[id] == PROFILE_NONE)
        t->string_of[id] = merge_tagged_string(t, profile_str(v, id), merge_string_tag(v, id));
    return t->string_of[id];
}

static str key_of(const uint64_t *words, size_t n) { return (str){(const char *)words, n * sizeof *words}; }

static uint64_t size_in_pages(const struct profile_mapping *m) {
    enum { PAGE = 4096 };
    uint64_t size = m->limit - m->start + PAGE - 1;
    return size - size % PAGE;
}

/* Mappings are equal if their sizes (in pages of 4 KiB), offsets and build IDs, or else files, are equal. Their
 * addresses do not matter. In pprof a build ID may equal a file; not in a canonical merge. */
enum { MAPPING_KEY = 3 };
static void mapping_key(struct merge_tables *t, map_id id, uint64_t key[MAPPING_KEY]) {
    const struct profile_mapping *m = &t->in->view.mapping[id];
    key[0] = size_in_pages(m);
    key[1] = m->offset;
    key[2] = (uint64_t)string_of(t, m->build_id ? m->build_id : m->file) << 1 | (t->canonical && m->build_id);
}

/* Records that addresses move to the place of the first of the equal mappings. */
static map_id found_mapping(struct merge_tables *t, map_id id, map_id to) {
    t->rebase[id] = t->mapping.at[to].start - t->in->view.mapping[id].start;
    return t->mapping_of[id] = to;
}

map_id merge_tables_find_mapping(struct merge_tables *t, map_id id) {
    if (t->mapping_of[id] != PROFILE_NONE) return t->mapping_of[id];
    uint64_t key[MAPPING_KEY];
    mapping_key(t, id, key);
    map_id to;
    return intern_find(&t->mapping_key, key_of(key, MAPPING_KEY), &to) ? found_mapping(t, id, to) : PROFILE_NONE;
}

/* A mapping of the input with the strings of the tables. */
static struct profile_mapping translated_mapping(struct merge_tables *t, map_id id) {
    struct profile_mapping m = t->in->view.mapping[id];
    m.file = string_of(t, m.file);
    m.build_id = string_of(t, m.build_id);
    m.kernel_symbol = string_of(t, m.kernel_symbol);
    return m;
}

static map_id merge_mapping(struct merge_tables *t, map_id id) {
    if (t->mapping_of[id] != PROFILE_NONE) return t->mapping_of[id];
    uint64_t key[MAPPING_KEY];
    mapping_key(t, id, key);
    map_id to = intern_id(&t->mapping_key, key_of(key, MAPPING_KEY));
    if (to == t->mapping.n) {
        struct profile_mapping m = translated_mapping(t, id);
        m.id = (uint64_t)to + 1;
        MERGE_ROOM(&t->mapping, 1);
        t->mapping.at[t->mapping.n++] = m;
    }
    return found_mapping(t, id, to);
}

/* Joins equal mappings, in any order: the lowest start, the largest size, the smallest file that is known, and the
 * flags that all have. */
static void join_mapping(const struct merge_tables *t, struct profile_mapping *to, const struct profile_mapping *m) {
    uint64_t size = to->limit - to->start, other = m->limit - m->start;
    if (m->start < to->start) to->start = m->start;
    to->limit = to->start + (other > size ? other : size);
    if (m->file && (!to->file || str_compare(t->string.at[m->file], t->string.at[to->file]) < 0)) {
        to->file = m->file;
        to->kernel_symbol = m->kernel_symbol;
    }
    to->has_functions &= m->has_functions;
    to->has_filenames &= m->has_filenames;
    to->has_line_numbers &= m->has_line_numbers;
    to->has_inline_frames &= m->has_inline_frames;
}

/* Orders mappings that are not equal: those without a name last, then by name, offset and size. */
static int compare_mappings(const struct merge_tables *t, const struct profile_mapping *x,
                            const struct profile_mapping *y) {
    str_id name = x->build_id ? x->build_id : x->file, other = y->build_id ? y->build_id : y->file;
    if (!name != !other) return name ? -1 : 1;
    int order = str_compare(t->string.at[name], t->string.at[other]);
    if (order) return order;
    if (!x->build_id != !y->build_id) return x->build_id ? -1 : 1;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    uint64_t size = size_in_pages(x), other_size = size_in_pages(y);
    return size < other_size ? -1 : size > other_size;
}

/* Marks the mappings that samples of the input use. */
static bool *used_mappings(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    bool *used = ARENA_ZERO(&t->scratch, bool, v->n_mappings), *seen = ARENA_ZERO(&t->scratch, bool, v->n_stacks);
    for (uint32_t i = 0; v->n_mappings && i < v->n_samples; i++) {
        stack_id s = v->stack_of[profile_row(v, i)];
        for (uint64_t f = v->stack_off[s]; !seen[s] && f < v->stack_off[s + 1]; f++) {
            map_id m = v->location[v->frame[f]].mapping;
            if (m != PROFILE_NONE) used[m] = true;
        }
        seen[s] = true;
    }
    return used;
}

/* Joins the mappings of the input that its samples use, and its main mapping. */
static void join_mappings(struct merge_tables *t) {
    uint32_t n = t->in->view.n_mappings;
    const bool *used = used_mappings(t);
    for (map_id id = 0; id < n; id++) {
        if (!used[id]) continue;
        struct profile_mapping m = translated_mapping(t, id);
        map_id to = merge_mapping(t, id);
        bool is_new = to == t->joined.n;
        MERGE_ROOM(&t->joined, 1);
        if (is_new) t->joined.at[t->joined.n++] = m;
        join_mapping(t, &t->joined.at[to], &m);
    }
    if (!n) return;
    struct profile_mapping m = translated_mapping(t, 0);
    int order = t->has_main ? compare_mappings(t, &m, &t->main) : -1;
    if (order < 0) t->main = m;
    if (order == 0) join_mapping(t, &t->main, &m);
    t->has_main = true;
}

void merge_tables_join(struct merge_tables *t) {
    if (!t->canonical || !t->has_main) return;
    for (loc_id l = 0; l < t->location.n; l++) {
        struct profile_location *location = &t->location.at[l];
        if (location->mapping == PROFILE_NONE) continue;
        location->address += t->joined.at[location->mapping].start - t->mapping.at[location->mapping].start;
    }
    for (map_id m = 0; m < t->mapping.n; m++) t->mapping.at[m] = t->joined.at[m];
    map_id main = 0;
    while (main < t->mapping.n && compare_mappings(t, &t->mapping.at[main], &t->main) != 0) main++;
    if (main == t->mapping.n) {
        MERGE_ROOM(&t->mapping, 1);
        t->mapping.at[t->mapping.n++] = t->main;
    }
    struct profile_mapping first = t->mapping.at[0];
    t->mapping.at[0] = t->mapping.at[main];
    t->mapping.at[main] = first;
    for (map_id m = 0; m < t->mapping.n; m++) t->mapping.at[m].id = (uint64_t)m + 1;
    for (loc_id l = 0; l < t->location.n; l++) {
        map_id *m = &t->location.at[l].mapping;
        if (*m == main)
            *m = 0;
        else if (*m == 0)
            *m = main;
    }
}

uint32_t merge_function_tag(const struct profile_function *f) {
    uint64_t h = hash_more(hash_u64((uint64_t)f->name << 32 | f->system_name), f->file);
    return hash_tag(hash_more(h, (uint64_t)f->start_line));
}

bool merge_function_equal(const struct profile_function *f, const struct profile_function *g) {
    return f->name == g->name && f->system_name == g->system_name && f->file == g->file &&
           f->start_line == g->start_line;
}

static func_id merge_function(struct merge_tables *t, func_id id) {
    if (t->function_of[id] != PROFILE_NONE) return t->function_of[id];
    struct profile_function f = t->in->view.function[id];
    f.name = string_of(t, f.name);
    f.system_name = string_of(t, f.system_name);
    f.file = string_of(t, f.file);
    uint32_t tag = merge_function_tag(&f);
    slots_room(&t->function_slot, 1);
    uint32_t at = slots_start(&t->function_slot, tag), to;
    do to = slots_next(&t->function_slot, tag, &at);
    while (to != PROFILE_NONE && !merge_function_equal(&t->function.at[to], &f));
    if (to == PROFILE_NONE) {
        to = (func_id)t->function.n;
        f.id = (uint64_t)to + 1;
        MERGE_ROOM(&t->function, 1);
        t->function.at[t->function.n++] = f;
        slots_put(&t->function_slot, at, tag, to);
    }
    return t->function_of[id] = to;
}

/* A canonical merge tells all columns apart. pprof's key has three slots for each line's function, line and column, but
 * advances by two, so that each column except the last is overwritten by the next line's function: columns of other
 * lines tell nothing apart. */
uint32_t merge_location_tag(const struct merge_tables *t, const struct profile_location *l) {
    const struct profile_line *line = &t->in->view.line[l->first_line];
    uint64_t offset = l->address - (l->mapping == PROFILE_NONE ? 0 : t->mapping.at[l->mapping].start);
    uint64_t h = hash_more(hash_u64(offset), (uint64_t)l->mapping << 1 | l->folded);
    for (uint32_t i = 0; i < l->n_lines; i++)
        h = hash_more(hash_more(h, t->function_of[line[i].function]), (uint64_t)line[i].line);
    if (l->n_lines) h = hash_more(h, (uint64_t)line[l->n_lines - 1].column);
    return hash_tag(h);
}

bool merge_location_equal(const struct merge_tables *t, const struct profile_location *l, loc_id there) {
    const struct profile_location *o = &t->location.at[there];
    if (l->address != o->address || l->mapping != o->mapping || l->folded != o->folded || l->n_lines != o->n_lines)
        return false;
    if (!l->n_lines) return true;
    const struct profile_line *line = &t->in->view.line[l->first_line], *other = &t->line.at[o->first_line];
    for (uint32_t i = 0; i < l->n_lines; i++)
        if (t->function_of[line[i].function] != other[i].function || line[i].line != other[i].line ||
            (t->canonical && line[i].column != other[i].column))
            return false;
    return line[l->n_lines - 1].column == other[l->n_lines - 1].column;
}

static void add_location(struct merge_tables *t, struct profile_location l) {
    const struct profile_line *from = &t->in->view.line[l.first_line];
    l.id = (uint64_t)t->location.n + 1;
    l.first_line = (uint32_t)t->line.n;
    MERGE_ROOM(&t->line, l.n_lines);
    for (uint32_t i = 0; i < l.n_lines; i++) {
        t->line.at[t->line.n] = from[i];
        t->line.at[t->line.n++].function = t->function_of[from[i].function];
    }
    MERGE_ROOM(&t->location, 1);
    t->location.at[t->location.n++] = l;
}

static loc_id location_of(struct merge_tables *t, loc_id id) {
    if (t->location_of[id] != PROFILE_NONE) return t->location_of[id];
    const struct profile *v = &t->in->view;
    struct profile_location l = v->location[id];
    if (l.mapping != PROFILE_NONE) {
        map_id to = merge_mapping(t, l.mapping);
        l.address += t->rebase[l.mapping];
        l.mapping = to;
    }
    for (uint32_t i = 0; i < l.n_lines; i++) merge_function(t, v->line[l.first_line + i].function);
    uint32_t tag = merge_location_tag(t, &l);
    slots_room(&t->location_slot, 1);
    uint32_t at = slots_start(&t->location_slot, tag), to;
    do to = slots_next(&t->location_slot, tag, &at);
    while (to != PROFILE_NONE && !merge_location_equal(t, &l, to));
    if (to == PROFILE_NONE) {
        to = (loc_id)t->location.n;
        add_location(t, l);
        slots_put(&t->location_slot, at, tag, to);
    }
    return t->location_of[id] = to;
}

/* Translates n frames. `to` may equal `from`, or precede it. */
static void map_frames(struct merge_tables *t, const loc_id *from, uint32_t n, loc_id *to) {
    for (uint32_t i = 0; i < n; i++) {
        loc_id known = t->location_of[from[i]];
        to[i] = known != PROFILE_NONE ? known : location_of(t, from[i]);
    }
}

/* Appends the translated frames; they stay unless another stack has the same frames. */
void merge_batch_add(struct merge_tables *t, struct merge_stack_batch *b, stack_id id) {
    for (uint32_t k = 0; k < b->n; k++)
        if (b->id[k] == id) return;
    const struct profile *v = &t->in->view;
    uint32_t n = (uint32_t)(v->stack_off[id + 1] - v->stack_off[id]);
    MERGE_ROOM(&t->frame, b->n_frames + n);
    loc_id *frame = t->frame.at + t->frame.n + b->n_frames;
    map_frames(t, v->frame + v->stack_off[id], n, frame);
    b->id[b->n] = id;
    b->depth[b->n] = n;
    b->tag[b->n] = hash_tag(hash_bytes(frame, n * sizeof *frame));
    b->n_frames += n;
    slots_prefetch(&t->stack_slot, b->tag[b->n++]);
}

static void prefetch_stacks(const struct merge_tables *t, const struct merge_stack_batch *b) {
    stack_id guess[TUNING_MERGE_BATCH];
    for (uint32_t k = 0; k < b->n; k++) {
        guess[k] = slots_guess(&t->stack_slot, b->tag[k]);
        if (guess[k] != PROFILE_NONE) __builtin_prefetch(&t->stack_off.at[guess[k]]);
    }
    for (uint32_t k = 0; k < b->n; k++) {
        if (guess[k] == PROFILE_NONE) continue;
        const char *frame = (const char *)(t->frame.at + t->stack_off.at[guess[k]]);
        for (uint32_t line = 0; line < b->depth[k] * sizeof(loc_id) && line < 256; line += 64)
            __builtin_prefetch(frame + line);
    }
}

static stack_id find_or_add_stack(struct merge_tables *t, const loc_id *frame, uint32_t n, uint32_t tag) {
    uint32_t at = slots_start(&t->stack_slot, tag);
    const uint64_t *off = t->stack_off.at;
    stack_id to;
    do to = slots_next(&t->stack_slot, tag, &at);
    while (to != PROFILE_NONE &&
           (off[to + 1] - off[to] != n || (n && memcmp(t->frame.at + off[to], frame, n * sizeof *frame) != 0)));
    if (to != PROFILE_NONE) return to;
    to = (stack_id)(t->stack_off.n - 1);
    if (n) memmove(t->frame.at + t->frame.n, frame, n * sizeof *frame);
    t->frame.n += n;
    MERGE_ROOM(&t->stack_off, 1);
    t->stack_off.at[t->stack_off.n++] = t->frame.n;
    slots_put(&t->stack_slot, at, tag, to);
    return to;
}

void merge_batch_find(struct merge_tables *t, struct merge_stack_batch *b) {
    const loc_id *frame = t->frame.at + t->frame.n;
    slots_room(&t->stack_slot, b->n);
    prefetch_stacks(t, b);
    for (uint32_t k = 0; k < b->n; k++) {
        t->stack_of[b->id[k]] = find_or_add_stack(t, frame, b->depth[k], b->tag[k]);
        frame += b->depth[k];
    }
    b->n = 0;
    b->n_frames = 0;
}

static uint8_t key_order(str key) {
    int order = str_compare(key, PROFILE_BASE_KEY);
    return order < 0 ? KEY_BEFORE_BASE : order ? KEY_AFTER_BASE : KEY_IS_BASE;
}

/* Prepares labels: looks up everything that they share with stacks. */
static void prepare_labels(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    t->key_order_of = ARENA_ARRAY(&t->scratch, uint8_t, v->n_labels);
    for (label_id l = 0; l < v->n_labels; l++) {
        const struct profile_label *label = &v->label[l];
        string_of(t, label->key);
        string_of(t, label->value);
        string_of(t, label->unit);
        t->key_order_of[l] = label->numeric ? KEY_AFTER_BASE : key_order(profile_str(v, label->key));
    }
    if (t->in->is_base)
        t->base = (struct profile_label){.key = merge_tables_string(t, PROFILE_BASE_KEY),
                                         .value = merge_tables_string(t, PROFILE_BASE_VALUE)};
}

static label_id add_label(struct merge_tables *t, struct profile_label l, uint8_t key_order) {
    const uint64_t key[] = {(uint64_t)l.number, (uint64_t)l.key << 32 | l.value, (uint64_t)l.unit << 1 | l.numeric};
    label_id to = intern_id(&t->label_key, key_of(key, 3));
    if (to == t->label.n) {
        t->has_base_key |= key_order == KEY_IS_BASE;
        MERGE_ROOM(&t->label, 1);
        t->label.at[t->label.n++] = l;
        *VEC_PUSH(&t->label_work, &t->key_order) = key_order;
    }
    return to;
}

static label_id merge_label(struct merge_tables *t, label_id id) {
    if (t->label_of[id] != PROFILE_NONE) return t->label_of[id];
    struct profile_label l = t->in->view.label[id];
    l.key = t->string_of[l.key];
    l.value = t->string_of[l.value];
    l.unit = t->string_of[l.unit];
    return t->label_of[id] = add_label(t, l, t->key_order_of[id]);
}

/* Inserts pprof::base=true among the sorted labels, in place of other values of that key. */
static uint32_t add_base_label(struct merge_tables *t, label_id *label, uint32_t n) {
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (t->key_order.at[label[i]] == KEY_IS_BASE) continue;
        label[kept++] = label[i];
        if (t->key_order.at[label[i]] == KEY_BEFORE_BASE) at = kept;
    }
    memmove(label + at + 1, label + at, (kept - at) * sizeof *label);
    if (t->base_label == PROFILE_NONE) t->base_label = add_label(t, t->base, KEY_IS_BASE);
    label[at] = t->base_label;
    return kept + 1;
}

uint32_t merge_labels(struct merge_tables *t, uint32_t row, label_id *out) {
    uint32_t n = profile_labels_by_rank(&t->in->view, t->label_rank, row, out);
    for (uint32_t i = 0; i < n; i++) out[i] = merge_label(t, out[i]);
    return t->in->is_base ? add_base_label(t, out, n) : n;
}

struct merge_tables_mark merge_tables_mark(const struct merge_tables *t, struct arena *a) {
    struct merge_tables_mark mark = {t->string.n,    t->mapping.n, t->function.n, t->location.n, t->line.n,  t->label.n,
                                     t->stack_off.n, t->frame.n,   NULL,          t->main,       t->has_main};
    mark.joined = ARENA_ARRAY(a, struct profile_mapping, t->joined.n);
    if (t->joined.n) memcpy(mark.joined, t->joined.at, t->joined.n * sizeof *mark.joined);
    return mark;
}

void merge_tables_rewind(struct merge_tables *t, const struct merge_tables_mark *mark) {
    t->string.n = mark->string;
    t->mapping.n = mark->mapping;
    t->function.n = mark->function;
    t->location.n = mark->location;
    t->line.n = mark->line;
    t->label.n = mark->label;
    t->stack_off.n = mark->stack_off;
    t->frame.n = mark->frame;
    t->main = mark->main;
    t->has_main = mark->has_main;
    if (!t->canonical) return;
    t->joined.n = mark->mapping;
    if (mark->mapping) memcpy(t->joined.at, mark->joined, mark->mapping * sizeof *mark->joined);
}

/* Moves a column to `out`, and its memory to `a`. */
#define HAND_OVER(column, to, count)                                                                                   \
    (arena_adopt_array(a, &t->column.arena), (void)(out->to = t->column.at, out->count = (uint32_t)t->column.n))

void merge_tables_seal(struct merge_tables *t, struct arena *a, struct profile *out) {
    HAND_OVER(string, string, n_strings);
    HAND_OVER(mapping, mapping, n_mappings);
    HAND_OVER(function, function, n_functions);
    HAND_OVER(location, location, n_locations);
    HAND_OVER(line, line, n_lines);
    HAND_OVER(label, label, n_labels);
    HAND_OVER(stack_off, stack_off, n_stacks);
    out->n_stacks--; /* the last offset is an end, not a stack */
    arena_adopt_array(a, &t->frame.arena);
    out->frame = t->frame.at;
    arena_adopt(a, &t->text);
}
