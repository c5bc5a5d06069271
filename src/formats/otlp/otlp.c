/* Adds OTLP messages to a profile. */
#include "formats/otlp/otlp.h"

#include <stdio.h>

/* Samples may have 16 million labels in all, or 256 each: those of a resource are labels of all its samples. */
enum { TYPES_MOST = 64, LABELS_MOST = 1 << 24, LABELS_OF_SAMPLE = 256 };

void otlp_init(struct otlp *o, struct arena *a, const struct load_options *options) {
    *o = (struct otlp){.options = options, .start = INT64_MAX, .end = INT64_MIN};
    build_init(&o->build, a);
    o->mappings = o->functions = o->locations = o->rows = (struct intern){.copy = true};
    o->mappings.arena = o->functions.arena = o->locations.arena = o->rows.arena = &o->arena;
}

void otlp_drop_message(struct otlp *o) {
    arena_release(&o->message.arena);
    o->message = (struct otlp_message){0};
}

void otlp_release(struct otlp *o) {
    otlp_drop_message(o);
    arena_release(&o->arena);
}

/* What an attribute or a link becomes. */
struct made_label {
    struct profile_label label;
    label_id id; /* PROFILE_NONE until a sample has it */
    bool is_made, is_label;
};

/* A message that is being added: its indices translated to the profile, PROFILE_NONE until they are needed. */
struct otlp_adding {
    struct otlp *o;
    const struct otlp_message *m;
    str_id *string;
    map_id *mapping;
    loc_id *location;
    stack_id *stack;
    struct made_label *attribute, *trace, *span; /* trace, span: by link */
    struct arena arena, lines_arena;
    VEC(loc_id) frames;
    /* the labels of a sample: those that all samples of its profile have, and its own */
    VEC(struct made_label *) labels;
    uint32_t n_common;
    struct u64map common_at, own_at; /* a key -> its place in `labels`; own_at: only if they are many */
    struct arena common_arena, own_arena;
    VEC(struct replaced_label {
        uint32_t place;
        struct made_label *by;
    })
    replaced; /* common labels that the sample has in another way, and what they were */
    struct err *e;
};

static bool check(const struct otlp_adding *a, int64_t i, size_t n, const char *what) {
    return (i >= 0 && (uint64_t)i < n) || err_set(a->e, "%s %lld is not in the table of %zu", what, (long long)i, n);
}

/* A string of the table in the profile. Index 0 is empty even without a table. */
static bool find_string(const struct otlp_adding *a, int64_t i, str_id *out) {
    *out = 0;
    if (i == 0) return true;
    if (!check(a, i, a->m->strings.n, "string")) return false;
    if (a->string[i] == PROFILE_NONE) a->string[i] = build_string_copy(&a->o->build, a->m->strings.at[i]);
    *out = a->string[i];
    return true;
}

static bool find_key(const struct otlp_adding *a, const struct otlp_attribute *x, str_id *out) {
    if (x->key) return find_string(a, x->key, out);
    *out = build_string_copy(&a->o->build, x->key_text);
    return true;
}

static bool make_label(const struct otlp_adding *a, const struct otlp_attribute *x, struct made_label *out) {
    struct build *b = &a->o->build;
    struct profile_label l = {.number = x->number, .numeric = x->kind == OTLP_INT};
    char text[32];
    if (!find_key(a, x, &l.key)) return false;
    switch (x->kind) {
    case OTLP_OTHER: break;
    case OTLP_TEXT: l.value = build_string_copy(b, x->text); break;
    case OTLP_STRING:
        if (!find_string(a, x->number, &l.value)) return false;
        break;
    case OTLP_BOOL: l.value = build_string(b, x->number ? STR("true") : STR("false")); break;
    case OTLP_DOUBLE:
        snprintf(text, sizeof text, "%g", x->real);
        l.value = build_string_copy(b, str_from(text));
        break;
    case OTLP_INT:
        if (!find_string(a, x->unit, &l.unit)) return false;
        if (!l.unit) l.unit = l.key; /* readers assume this; and 0 without a unit cannot be written */
        break;
    }
    *out = (struct made_label){
        .label = l, .id = PROFILE_NONE, .is_made = true, .is_label = l.key && (l.numeric || l.value)};
    return true;
}

/* The label of an attribute of the table. */
static bool find_attribute(struct otlp_adding *a, int64_t i, struct made_label **out) {
    if (!check(a, i, a->m->attributes.n, "attribute")) return false;
    *out = &a->attribute[i];
    return (*out)->is_made || make_label(a, &a->m->attributes.at[i], *out);
}

/* The build ID in the attributes of a mapping. */
static bool find_build_id(struct otlp_adding *a, struct otlp_slice attributes, str_id *out) {
    static const char *const keys[] = {"process.executable.build_id.htlhash", "process.executable.build_id.go",
                                       "process.executable.build_id.gnu"};
    int best = -1;
    *out = 0;
    for (uint32_t i = 0; i < attributes.n; i++) {
        struct made_label *l;
        int64_t index = a->m->indices.at[attributes.first + i];
        if (!find_attribute(a, index, &l)) return false;
        enum otlp_kind kind = a->m->attributes.at[index].kind;
        if (!l->is_label || (kind != OTLP_TEXT && kind != OTLP_STRING)) continue;
        for (int k = best + 1; k < 3; k++) {
            if (!str_equal(a->o->build.strings.key[l->label.key], str_from(keys[k]))) continue;
            best = k;
            *out = l->label.value;
        }
    }
    return true;
}

static bool add_mappings(struct otlp_adding *a) {
    a->mapping = ARENA_ARRAY(&a->arena, map_id, a->m->mappings.n);
    for (size_t i = 0; i < a->m->mappings.n; i++) {
        const struct otlp_mapping *m = &a->m->mappings.at[i];
        struct profile_mapping p = {
            .start = (uint64_t)m->start, .limit = (uint64_t)m->limit, .offset = (uint64_t)m->offset};
        a->mapping[i] = PROFILE_NONE;
        if (i == 0) continue;
        if (!find_string(a, m->file, &p.file) || !find_build_id(a, m->attributes, &p.build_id)) return false;
        p.has_functions = p.has_filenames = p.has_line_numbers = true;
        uint64_t key[] = {p.start, p.limit, p.offset, p.file, p.build_id};
        a->mapping[i] = intern_id(&a->o->mappings, (str){(const char *)key, sizeof key});
        if (a->mapping[i] == a->o->build.mappings.n) build_mapping(&a->o->build, p);
    }
    return true;
}

static func_id add_function(struct otlp *o, struct profile_function f) {
    int64_t key[] = {f.name, f.file, f.start_line};
    func_id id = intern_id(&o->functions, (str){(const char *)key, sizeof key});
    return id == o->build.functions.n ? build_function(&o->build, f) : id;
}

/* The function of a line; *is_known is false if it has no name. */
static bool find_function(const struct otlp_adding *a, int64_t i, func_id *out, bool *is_known) {
    struct profile_function p = {0};
    *is_known = false;
    if (i == 0) return true;
    if (!check(a, i, a->m->functions.n, "function")) return false;
    const struct otlp_function *f = &a->m->functions.at[i];
    if (!find_string(a, f->name, &p.name) || !find_string(a, f->file, &p.file)) return false;
    if (!p.name && !find_string(a, f->system_name, &p.name)) return false;
    p.start_line = f->start_line;
    *is_known = p.name != 0;
    if (*is_known) *out = add_function(a->o, p);
    return true;
}

/* The location in the profile, which is made when a stack first uses it. */
static bool find_location(struct otlp_adding *a, int64_t i, loc_id *out) {
    struct otlp *o = a->o;
    if (!check(a, i, a->m->locations.n, "location")) return false;
    *out = a->location[i];
    if (*out != PROFILE_NONE) return true;
    const struct otlp_location *l = &a->m->locations.at[i];
    struct profile_location p = {.address = (uint64_t)l->address, .mapping = PROFILE_NONE};
    if (l->mapping && !check(a, l->mapping, a->m->mappings.n, "mapping")) return false;
    if (l->mapping) p.mapping = a->mapping[l->mapping];
    struct arena_mark mark = arena_mark(&a->lines_arena);
    struct profile_line *lines = ARENA_ARRAY(&a->lines_arena, struct profile_line, l->n_lines);
    /* the key: mapping and address, then three numbers per line */
    uint64_t *key = ARENA_ARRAY(&a->lines_arena, uint64_t, 2 + 3 * (size_t)l->n_lines);
    uint32_t n = 0;
    size_t n_key = 0;
    key[n_key++] = p.mapping;
    key[n_key++] = p.address;
    for (uint32_t k = 0; k < l->n_lines; k++) {
        const struct otlp_line *line = &a->m->lines.at[l->first_line + k];
        struct profile_line made = {.line = line->line, .column = line->column};
        bool is_known;
        if (!find_function(a, line->function, &made.function, &is_known)) return false;
        if (!is_known) continue;
        lines[n++] = made;
        key[n_key++] = made.function;
        key[n_key++] = (uint64_t)made.line;
        key[n_key++] = (uint64_t)made.column;
    }
    *out = a->location[i] = intern_id(&o->locations, (str){(const char *)key, n_key * sizeof *key});
    if (*out == o->build.locations.n) build_location(&o->build, p, lines, n);
    arena_rewind(&a->lines_arena, mark);
    return true;
}

/* The place of the label with this key, or UINT32_MAX. */
static uint32_t find_label(const struct otlp_adding *a, str_id key) {
    uint32_t place;
    if (u64map_get(&a->common_at, key, &place)) return place;
    if (a->own_at.n) return u64map_get(&a->own_at, key, &place) ? place : UINT32_MAX;
    for (place = a->n_common; place < a->labels.n; place++)
        if (a->labels.at[place]->label.key == key) return place;
    return UINT32_MAX;
}

/* Adds a label to the sample; a later one with the same key replaces it. */
static void put_label(struct otlp_adding *a, struct made_label *l) {
    enum { FEW = 16 };
    uint32_t place = find_label(a, l->label.key);
    bool added;
    if (place == UINT32_MAX) {
        *VEC_PUSH(&a->arena, &a->labels) = l;
        if (a->labels.n - a->n_common <= FEW) return;
        a->own_at.arena = &a->own_arena;
        for (uint32_t i = a->own_at.n ? (uint32_t)a->labels.n - 1 : a->n_common; i < a->labels.n; i++)
            u64map_put(&a->own_at, a->labels.at[i]->label.key, i, &added);
        return;
    }
    if (place < a->n_common) *VEC_PUSH(&a->arena, &a->replaced) = (struct replaced_label){place, a->labels.at[place]};
    a->labels.at[place] = l;
}

/* Leaves the labels that all samples of the profile have. */
static void drop_own_labels(struct otlp_adding *a) {
    while (a->replaced.n) {
        struct replaced_label r = a->replaced.at[--a->replaced.n];
        a->labels.at[r.place] = r.by;
    }
    a->labels.n = a->n_common;
    if (a->own_at.n) arena_release(&a->own_arena);
    a->own_at = (struct u64map){0};
}

static bool put_attributes(struct otlp_adding *a, struct otlp_slice attributes) {
    for (uint32_t i = 0; i < attributes.n; i++) {
        struct made_label *l;
        if (!find_attribute(a, a->m->indices.at[attributes.first + i], &l)) return false;
        if (l->is_label) put_label(a, l);
    }
    return true;
}

/* Takes the labels of all samples of a profile: those of its resource, and its own. */
static bool put_common_labels(struct otlp_adding *a, const struct otlp_profile *p) {
    const struct otlp_resource *r = &a->m->resources.at[p->resource];
    bool added;
    a->n_common = 0;
    a->common_at = (struct u64map){.arena = &a->common_arena};
    drop_own_labels(a);
    arena_release(&a->common_arena);
    for (size_t i = 0; i < r->attributes.n; i++) {
        struct made_label *l = ARENA_NEW(&a->common_arena, struct made_label);
        if (!make_label(a, &r->attributes.at[i], l)) return false;
        if (l->is_label) put_label(a, l);
    }
    if (!put_attributes(a, p->attributes)) return false;
    for (uint32_t i = 0; i < a->labels.n; i++) u64map_put(&a->common_at, a->labels.at[i]->label.key, i, &added);
    a->n_common = (uint32_t)a->labels.n;
    drop_own_labels(a);
    return true;
}

static void put_id(struct otlp_adding *a, struct made_label *l, const char *key, str id) {
    struct build *b = &a->o->build;
    if (!l->is_made) {
        *l = (struct made_label){.id = PROFILE_NONE, .is_made = true, .is_label = id.len > 0};
        if (id.len)
            l->label = (struct profile_label){.key = build_string(b, str_from(key)), .value = build_string_copy(b, id)};
    }
    if (l->is_label) put_label(a, l);
}

static bool put_link(struct otlp_adding *a, int64_t i) {
    if (i == 0) return true;
    if (!check(a, i, a->m->links.n, "link")) return false;
    put_id(a, &a->trace[i], "trace_id", a->m->links.at[i].trace);
    put_id(a, &a->span[i], "span_id", a->m->links.at[i].span);
    return true;
}

/* The column of a type, which is made at first use. */
static bool find_type(struct otlp_adding *a, struct otlp_type t, uint32_t *out) {
    struct otlp *o = a->o;
    str_id type, unit;
    if (!find_string(a, t.type, &type) || !find_string(a, t.unit, &unit)) return false;
    for (*out = 0; *out < o->types.n; ++*out)
        if (o->types.at[*out].type == type && o->types.at[*out].unit == unit) return true;
    if (o->types.n == TYPES_MOST) return err_set(a->e, "there are more than %d sample types", TYPES_MOST);
    *VEC_PUSH(&o->arena, &o->types) = (struct otlp_type){type, unit};
    build_type(&o->build, type, unit);
    return true;
}

static bool find_stack(struct otlp_adding *a, int64_t i, stack_id *out) {
    a->frames.n = 0;
    if (i && !check(a, i, a->m->stacks.n, "stack")) return false;
    if (i && a->stack[i] != PROFILE_NONE) {
        *out = a->stack[i];
        return true;
    }
    struct otlp_slice s = i ? a->m->stacks.at[i] : (struct otlp_slice){0, 0};
    for (uint32_t k = 0; k < s.n; k++) {
        int64_t index = a->m->indices.at[s.first + k];
        if (!find_location(a, index, VEC_PUSH(&a->arena, &a->frames))) return false;
    }
    *out = build_stack(&a->o->build, a->frames.at, a->frames.n);
    if (i) a->stack[i] = *out;
    return true;
}

/* Adds up samples with equal stacks and labels. The key: the stack, labels. */
static uint32_t find_row(struct otlp_adding *a, stack_id stack) {
    struct otlp *o = a->o;
    struct arena_mark mark = arena_mark(&a->arena);
    size_t n = 1 + a->labels.n;
    uint32_t *key = ARENA_ARRAY(&a->arena, uint32_t, n);
    key[0] = stack;
    for (size_t i = 0; i < a->labels.n; i++) {
        struct made_label *l = a->labels.at[i];
        if (l->id == PROFILE_NONE) l->id = build_label(&o->build, l->label);
        key[1 + i] = l->id;
    }
    uint32_t row = intern_id(&o->rows, (str){(const char *)key, n * sizeof *key});
    arena_rewind(&a->arena, mark);
    return row;
}

static bool add_sample(struct otlp_adding *a, const struct otlp_sample *s, uint32_t type) {
    struct otlp *o = a->o;
    int64_t value = s->values.n ? 0 : s->n_times;
    stack_id stack;
    for (uint32_t i = 0; i < s->values.n; i++)
        if (__builtin_add_overflow(value, a->m->indices.at[s->values.first + i], &value))
            return err_set(a->e, "the sum of a sample's values does not fit 63 bits");
    if (!put_attributes(a, s->attributes) || !put_link(a, s->link) || !find_stack(a, s->stack, &stack)) return false;
    uint64_t n_labels = o->n_labels + a->labels.n;
    if (n_labels > LABELS_MOST && n_labels / LABELS_OF_SAMPLE > o->values.n)
        return err_set(a->e, "its samples have more than %d labels in all and %d each", LABELS_MOST, LABELS_OF_SAMPLE);
    o->n_labels = n_labels;
    *VEC_PUSH(&o->arena, &o->values) = (struct otlp_value){find_row(a, stack), type, value};
    return true;
}

static bool add_profile(struct otlp_adding *a, const struct otlp_profile *p) {
    struct otlp *o = a->o;
    struct profile *h = &o->build.header;
    int64_t end;
    uint32_t type;
    if (__builtin_add_overflow(p->time, p->duration, &end)) return err_set(a->e, "a time does not fit 63 bits");
    if (p->time && p->time < o->start) o->start = p->time;
    if (p->time && end > o->end) o->end = end;
    if (!h->period && p->period) {
        h->period = p->period;
        if (!find_string(a, p->period_type.type, &h->period_type.type) ||
            !find_string(a, p->period_type.unit, &h->period_type.unit))
            return false;
    }
    if (!find_type(a, p->type, &type)) return false;
    bool has_common = p->n_samples && put_common_labels(a, p);
    for (uint32_t i = 0; i < p->n_samples; i++) {
        bool ok = has_common && add_sample(a, &a->m->samples.at[p->first_sample + i], type);
        if (!has_common && i) err_set(a->e, "an attribute of its profile is damaged");
        if (!ok && !format_skip(o->options, "sample", a->e)) return false;
        drop_own_labels(a);
    }
    return true;
}

static uint32_t *indices(struct arena *a, size_t n) {
    uint32_t *at = ARENA_ARRAY(a, uint32_t, n);
    for (size_t i = 0; i < n; i++) at[i] = PROFILE_NONE;
    return at;
}

bool otlp_add_message(struct otlp *o, struct err *e) {
    struct otlp_adding a = {.o = o, .m = &o->message, .e = e};
    size_t n_values = o->values.n;
    a.string = indices(&a.arena, o->message.strings.n);
    a.location = indices(&a.arena, o->message.locations.n);
    a.stack = indices(&a.arena, o->message.stacks.n);
    a.attribute = ARENA_ZERO(&a.arena, struct made_label, o->message.attributes.n);
    a.trace = ARENA_ZERO(&a.arena, struct made_label, o->message.links.n);
    a.span = ARENA_ZERO(&a.arena, struct made_label, o->message.links.n);
    bool ok = add_mappings(&a);
    for (size_t i = 0; i < o->message.profiles.n && ok; i++) ok = add_profile(&a, &o->message.profiles.at[i]);
    if (!ok) o->values.n = n_values;
    arena_release(&a.arena);
    arena_release(&a.common_arena);
    arena_release(&a.own_arena);
    arena_release(&a.lines_arena);
    otlp_drop_message(o);
    return ok;
}

bool otlp_finish(struct otlp *o, struct profile *out, struct err *e) {
    size_t n_types = o->types.n;
    if (!o->values.n) return err_set(e, "there is no sample in it");
    int64_t *sums = ARENA_ZERO(&o->arena, int64_t, o->rows.n * n_types);
    for (size_t i = 0; i < o->values.n; i++) {
        const struct otlp_value *v = &o->values.at[i];
        int64_t *sum = &sums[v->row * n_types + v->type];
        if (__builtin_add_overflow(*sum, v->value, sum)) return err_set(e, "a sum of values does not fit 63 bits");
    }
    for (uint32_t row = 0; row < o->rows.n; row++) {
        const uint32_t *key = (const uint32_t *)o->rows.key[row].ptr;
        build_row(&o->build, key[0], sums + row * n_types, key + 1, o->rows.key[row].len / sizeof *key - 1);
    }
    o->build.header.shares_stacks = true;
    if (o->start != INT64_MAX) {
        o->build.header.time_nanos = o->start;
        if (__builtin_sub_overflow(o->end, o->start, &o->build.header.duration_nanos))
            return err_set(e, "a time does not fit 63 bits");
    }
    return build_seal(&o->build, out, e);
}
