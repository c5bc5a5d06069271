/* Adds OTLP messages to a profile. */
#include "formats/otlp/otlp.h"

#include <stdio.h>

enum { TYPES_MOST = 64 };

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

/* A message that is being added: its indices translated to the profile. */
struct otlp_adding {
    struct otlp *o;
    const struct otlp_message *m;
    map_id *mapping;
    loc_id *location;
    struct arena arena, lines_arena;
    VEC(struct profile_label) labels;
    VEC(loc_id) frames;
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
    *out = build_string_copy(&a->o->build, a->m->strings.at[i]);
    return true;
}

static bool find_key(const struct otlp_adding *a, const struct otlp_attribute *x, str_id *out) {
    if (x->key) return find_string(a, x->key, out);
    *out = build_string_copy(&a->o->build, x->key_text);
    return true;
}

/* The build ID in the attributes of a mapping. */
static bool find_build_id(const struct otlp_adding *a, struct otlp_slice attributes, str_id *out) {
    static const char *const keys[] = {"process.executable.build_id.htlhash", "process.executable.build_id.go",
                                       "process.executable.build_id.gnu"};
    int best = -1;
    *out = 0;
    for (uint32_t i = 0; i < attributes.n; i++) {
        int64_t index = a->m->indices.at[attributes.first + i];
        str_id key, text = 0;
        if (!check(a, index, a->m->attributes.n, "attribute")) return false;
        const struct otlp_attribute *x = &a->m->attributes.at[index];
        if (!find_key(a, x, &key)) return false;
        if (x->kind == OTLP_TEXT) text = build_string_copy(&a->o->build, x->text);
        if (x->kind == OTLP_STRING && !find_string(a, x->number, &text)) return false;
        for (int k = 0; k < 3 && text; k++) {
            if (k <= best || !str_equal(a->o->build.strings.key[key], str_from(keys[k]))) continue;
            best = k;
            *out = text;
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

/* Adds a label to a->labels; a later label with the same key replaces it. */
static void put_label(struct otlp_adding *a, struct profile_label l) {
    for (size_t i = 0; i < a->labels.n; i++) {
        if (a->labels.at[i].key != l.key) continue;
        a->labels.at[i] = l;
        return;
    }
    *VEC_PUSH(&a->arena, &a->labels) = l;
}

static bool put_attribute(struct otlp_adding *a, const struct otlp_attribute *x) {
    struct build *b = &a->o->build;
    struct profile_label l = {.number = x->number, .numeric = x->kind == OTLP_INT};
    char text[32];
    if (!find_key(a, x, &l.key)) return false;
    switch (x->kind) {
    case OTLP_OTHER: return true;
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
    if (l.key && (l.numeric || l.value)) put_label(a, l);
    return true;
}

static bool put_attributes(struct otlp_adding *a, struct otlp_slice attributes) {
    for (uint32_t i = 0; i < attributes.n; i++) {
        int64_t index = a->m->indices.at[attributes.first + i];
        if (!check(a, index, a->m->attributes.n, "attribute")) return false;
        if (!put_attribute(a, &a->m->attributes.at[index])) return false;
    }
    return true;
}

static bool put_link(struct otlp_adding *a, int64_t i) {
    struct build *b = &a->o->build;
    if (i == 0) return true;
    if (!check(a, i, a->m->links.n, "link")) return false;
    const struct otlp_link *l = &a->m->links.at[i];
    str_id trace = build_string_copy(b, l->trace), span = build_string_copy(b, l->span);
    if (trace) put_label(a, (struct profile_label){.key = build_string(b, STR("trace_id")), .value = trace});
    if (span) put_label(a, (struct profile_label){.key = build_string(b, STR("span_id")), .value = span});
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

static bool read_frames(struct otlp_adding *a, int64_t stack) {
    a->frames.n = 0;
    if (stack == 0) return true;
    if (!check(a, stack, a->m->stacks.n, "stack")) return false;
    struct otlp_slice s = a->m->stacks.at[stack];
    for (uint32_t i = 0; i < s.n; i++) {
        int64_t index = a->m->indices.at[s.first + i];
        if (!find_location(a, index, VEC_PUSH(&a->arena, &a->frames))) return false;
    }
    return true;
}

/* Adds up samples with equal frames and labels. The key: the number of labels, labels, frames. */
static uint32_t find_row(struct otlp_adding *a) {
    struct otlp *o = a->o;
    struct arena_mark mark = arena_mark(&a->arena);
    size_t n_labels = a->labels.n, n = 1 + n_labels + a->frames.n;
    uint32_t *key = ARENA_ARRAY(&a->arena, uint32_t, n);
    key[0] = (uint32_t)n_labels;
    for (size_t i = 0; i < n_labels; i++) key[1 + i] = build_label(&o->build, a->labels.at[i]);
    if (a->frames.n) memcpy(key + 1 + n_labels, a->frames.at, a->frames.n * sizeof *a->frames.at);
    uint32_t row = intern_id(&o->rows, (str){(const char *)key, n * sizeof *key});
    arena_rewind(&a->arena, mark);
    return row;
}

static bool add_sample(struct otlp_adding *a, const struct otlp_profile *p, const struct otlp_sample *s,
                       uint32_t type) {
    const struct otlp_resource *r = &a->m->resources.at[p->resource];
    int64_t value = s->values.n ? 0 : s->n_times;
    for (uint32_t i = 0; i < s->values.n; i++)
        if (__builtin_add_overflow(value, a->m->indices.at[s->values.first + i], &value))
            return err_set(a->e, "the sum of a sample's values does not fit 63 bits");
    a->labels.n = 0;
    for (size_t i = 0; i < r->attributes.n; i++)
        if (!put_attribute(a, &r->attributes.at[i])) return false;
    if (!put_attributes(a, p->attributes) || !put_attributes(a, s->attributes) || !put_link(a, s->link) ||
        !read_frames(a, s->stack))
        return false;
    *VEC_PUSH(&a->o->arena, &a->o->values) = (struct otlp_value){find_row(a), type, value};
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
    for (uint32_t i = 0; i < p->n_samples; i++) {
        if (add_sample(a, p, &a->m->samples.at[p->first_sample + i], type)) continue;
        if (!format_skip(o->options, "sample", a->e)) return false;
    }
    return true;
}

bool otlp_add_message(struct otlp *o, struct err *e) {
    struct otlp_adding a = {.o = o, .m = &o->message, .e = e};
    size_t n_values = o->values.n;
    bool ok = add_mappings(&a);
    a.location = ARENA_ARRAY(&a.arena, loc_id, o->message.locations.n);
    for (size_t i = 0; i < o->message.locations.n; i++) a.location[i] = PROFILE_NONE;
    for (size_t i = 0; i < o->message.profiles.n && ok; i++) ok = add_profile(&a, &o->message.profiles.at[i]);
    if (!ok) o->values.n = n_values;
    arena_release(&a.arena);
    arena_release(&a.lines_arena);
    otlp_drop_message(o);
    return ok;
}

bool otlp_finish(struct otlp *o, struct profile *out, struct err *e) {
    size_t n_types = o->types.n;
    uint64_t n_frames = 0;
    if (!o->values.n) return err_set(e, "there is no sample in it");
    int64_t *sums = ARENA_ZERO(&o->arena, int64_t, o->rows.n * n_types);
    for (size_t i = 0; i < o->values.n; i++) {
        const struct otlp_value *v = &o->values.at[i];
        int64_t *sum = &sums[v->row * n_types + v->type];
        if (__builtin_add_overflow(*sum, v->value, sum)) return err_set(e, "a sum of values does not fit 63 bits");
    }
    for (uint32_t row = 0; row < o->rows.n; row++) {
        const uint32_t *key = (const uint32_t *)o->rows.key[row].ptr;
        size_t n = o->rows.key[row].len / sizeof *key - 1 - key[0];
        n_frames += n;
        if (n_frames > BUILD_FRAMES_MOST) return build_too_many_frames(e);
        build_sample(&o->build, key + 1 + key[0], n, sums + row * n_types, key + 1, key[0]);
    }
    if (o->start != INT64_MAX) {
        o->build.header.time_nanos = o->start;
        if (__builtin_sub_overflow(o->end, o->start, &o->build.header.duration_nanos))
            return err_set(e, "a time does not fit 63 bits");
    }
    return build_seal(&o->build, out, e);
}
