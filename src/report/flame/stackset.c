/* The object in pprof's flame graph page: one stack per sample, and the places of each function in the stacks. */
#include <math.h>

#include "base/cancel.h"
#include "base/emit.h"
#include "base/hash.h"
#include "base/sha256.h"
#include "go/gotext.h"
#include "go/unit.h"
#include "graph/paths.h"
#include "report/flame/flame.h"
#include "report/shortname.h"
#include "report/web.h"

enum { COLORS = 1048576, STACKS_PER_CHECK = 1024 };

/* A function at a line, inlined or not, which pprof calls a source. Source 0 is the root. */
struct stackset_source {
    str full_name, file, unique_name;
    str package; /* decides the colour */
    bool inlined, named;
    int64_t self;
    uint64_t first_place, n_places; /* in stackset.place */
};

struct stackset_place {
    uint32_t stack, at;
};

struct stackset {
    const struct report_in *in;
    struct arena *arena;
    struct intern keys, names;
    VEC(struct stackset_source) sources;
    uint32_t *of_line; /* [line * 2 + inlined]: its source, or 0 if not found yet */
    struct stackset_place *place;
    uint64_t next; /* the number of the next piece */
};

/* A text that is equal for lines which pprof does not tell apart. */
static uint32_t make_source(struct stackset *s, const struct profile_line *l, bool inlined) {
    const struct profile *v = s->in->view;
    const struct options *o = s->in->options;
    const struct profile_function *f = &v->function[l->function];
    struct arena *a = s->arena;
    str name = v->shown.function ? profile_str(v, f->name) : STR_EMPTY;
    str file = v->shown.file ? profile_str(v, f->file) : STR_EMPTY;
    int64_t line = v->shown.line ? l->line : 0, column = v->shown.column ? l->column : 0;
    str numbers = str_format(a, "%lld:%lld:%d", (long long)line, (long long)column, inlined);
    uint32_t id = intern_id(&s->keys, str_join(a, (str[]){name, file, numbers}, 3, (str){"", 1}));
    if (id < s->sources.n) return id;
    str at = column ? str_format(a, ":%lld:%lld", (long long)line, (long long)column)
             : line ? str_format(a, ":%lld", (long long)line)
                    : STR_EMPTY;
    struct stackset_source x = {.inlined = inlined, .named = name.len > 0};
    x.file = graph_trim_path(file, o->trim_path, o->source_path);
    x.full_name = x.unique_name = str_join(a, (str[]){name.len ? name : x.file, at}, 2, STR_EMPTY);
    size_t slash = str_find_last_char(x.file, '/');
    str folder = str_slice(x.file, 0, slash < x.file.len ? slash + 1 : 0);
    x.package = name.len ? flame_package(&(struct stacktree_frame){.function = name}) : gotext_clean_path(a, folder);
    uint32_t before = s->names.n;
    if (intern_id(&s->names, x.full_name) < before)
        x.unique_name = str_format(a, "%.*s#%llu", STR_ARG(x.full_name), (unsigned long long)f->id);
    *VEC_PUSH(a, &s->sources) = x;
    return id;
}

static uint32_t source_of(struct stackset *s, uint32_t line, bool inlined) {
    uint32_t *known = &s->of_line[(size_t)line * 2 + inlined];
    if (!*known) *known = make_source(s, &s->in->view->line[line], inlined);
    return *known;
}

/* Calls visit with the sources of a stack, root first, without the root itself. Returns the last one. */
static uint32_t walk(struct stackset *s, stack_id stack, void (*visit)(void *, uint32_t source, uint32_t at),
                     void *context) {
    const struct profile *v = s->in->view;
    uint32_t at = 1, last = 0;
    for (uint64_t f = v->stack_off[stack + 1]; f-- > v->stack_off[stack];) {
        const struct profile_location *l = &v->location[v->frame[f]];
        for (uint32_t i = l->n_lines; i-- > 0;) {
            last = source_of(s, l->first_line + i, i + 1 < l->n_lines);
            if (visit) visit(context, last, at);
            at++;
        }
    }
    return last;
}

/* Counts the places first, then fills them in. */
struct stackset_filling {
    struct stackset *set;
    uint32_t stack;
    VEC(uint32_t) seen; /* [source]: the last stack with it, + 1 */
    bool fill;
};

static void meet(void *context, uint32_t source, uint32_t at) {
    struct stackset_filling *c = context;
    while (c->seen.n <= source) *VEC_PUSH(c->set->arena, &c->seen) = 0;
    if (c->seen.at[source] == c->stack + 1) return;
    c->seen.at[source] = c->stack + 1;
    struct stackset_source *x = &c->set->sources.at[source];
    if (c->fill) c->set->place[x->first_place + x->n_places] = (struct stackset_place){c->stack, at};
    x->n_places++;
}

static bool find_places(struct stackset *s, struct err *e) {
    const struct profile *v = s->in->view;
    struct stackset_filling c = {.set = s};
    uint64_t n = 0;
    for (c.stack = 0; c.stack < v->n_samples; c.stack++) {
        if (c.stack % STACKS_PER_CHECK == 0 && cancel_wanted()) return err_set(e, "cancelled");
        uint32_t row = profile_row(v, c.stack);
        meet(&c, 0, 0);
        uint32_t leaf = walk(s, v->stack_of[row], meet, &c);
        struct stackset_source *x = &s->sources.at[leaf];
        x->self = graph_add(x->self, v->value[s->in->value.type][row]);
    }
    for (size_t i = 0; i < s->sources.n; i++) {
        s->sources.at[i].first_place = n;
        n += s->sources.at[i].n_places;
        s->sources.at[i].n_places = 0;
        if (i < c.seen.n) c.seen.at[i] = 0;
    }
    s->place = ARENA_ARRAY(s->arena, struct stackset_place, n);
    c.fill = true;
    for (c.stack = 0; c.stack < v->n_samples; c.stack++) {
        if (c.stack % STACKS_PER_CHECK == 0 && cancel_wanted()) return err_set(e, "cancelled");
        meet(&c, 0, 0);
        walk(s, v->stack_of[profile_row(v, c.stack)], meet, &c);
    }
    return true;
}

/* Returns true if a part of a name ends at s[at]. *next is the start of the following one. */
static bool ends_part(str s, size_t at, bool named, size_t *next) {
    bool scope = named && s.ptr[at] == ':' && at + 1 < s.len && s.ptr[at + 1] == ':';
    *next = at + (scope ? 2 : 1);
    return scope || s.ptr[at] == (named ? '.' : '/');
}

/* The name and its suffixes, which narrow boxes show. */
static void write_display(struct stackset *s, const struct stackset_source *x, struct sink *out) {
    str name = x->named           ? shortname(s->arena, x->full_name)
               : x->full_name.len ? gotext_clean_path(s->arena, x->full_name)
                                  : STR_EMPTY;
    sink_text(out, ",\"Display\":[");
    emit_script_string(out, name);
    for (size_t at = 0, next; at < name.len; at = next) {
        next = at + 1;
        if (!ends_part(name, at, x->named, &next) || next >= name.len) continue;
        sink_char(out, ',');
        emit_script_string(out, str_from_offset(name, next));
    }
    sink_char(out, ']');
}

static uint32_t color(str package) {
    uint8_t digest[SHA256_BYTES];
    sha256(package, digest);
    return (digest[0] | (uint32_t)digest[1] << 8 | (uint32_t)digest[2] << 16 | (uint32_t)digest[3] << 24) % COLORS;
}

static void write_source(struct stackset *s, uint32_t i, struct sink *out) {
    struct arena_mark m = arena_mark(s->arena);
    const struct stackset_source *x = &s->sources.at[i];
    sink_text(out, "{\"FullName\":");
    emit_script_string(out, x->full_name);
    sink_text(out, ",\"FileName\":");
    emit_script_string(out, x->file);
    sink_text(out, ",\"UniqueName\":");
    emit_script_string(out, x->unique_name);
    sink_str(out, x->inlined ? STR(",\"Inlined\":true") : STR(",\"Inlined\":false"));
    write_display(s, x, out);
    sink_text(out, ",\"Places\":[");
    for (uint64_t k = 0; k < x->n_places; k++) {
        const struct stackset_place *p = &s->place[x->first_place + k];
        sink_str(out, k ? STR(",{\"Stack\":") : STR("{\"Stack\":"));
        sink_int(out, p->stack);
        sink_text(out, ",\"Pos\":");
        sink_int(out, p->at);
        sink_char(out, '}');
    }
    sink_text(out, "],\"Self\":");
    sink_int(out, x->self);
    sink_text(out, ",\"Color\":");
    sink_int(out, i ? color(x->package) : 0);
    sink_char(out, '}');
    arena_rewind(s->arena, m);
}

static void write_position(void *context, uint32_t source, uint32_t at) {
    (void)at;
    sink_char(context, ',');
    sink_int(context, source);
}

struct stackset *web_stacks_make(const struct report_in *in, struct err *e) {
    struct stackset *s = ARENA_NEW(in->arena, struct stackset);
    *s = (struct stackset){.in = in, .arena = in->arena, .keys = {.arena = in->arena}, .names = {.arena = in->arena}};
    s->of_line = ARENA_ZERO(s->arena, uint32_t, (size_t)in->view->n_lines * 2);
    intern_id(&s->keys, STR_EMPTY); /* the id of the root */
    *VEC_PUSH(s->arena, &s->sources) = (struct stackset_source){
        .full_name = STR("root"), .named = true, .file = STR_EMPTY, .unique_name = STR_EMPTY, .package = STR_EMPTY};
    return find_places(s, e) ? s : NULL;
}

static void write_head(const struct report_in *in, struct sink *out) {
    struct unit_value unit = unit_scale(1, in->value.unit, STR("default"));
    if (str_equal(unit.unit, STR("default"))) unit.unit = STR_EMPTY;
    if (in->value.ratio > 0) unit.value *= in->value.ratio;
    sink_text(out, "{\"Total\":");
    sink_int(out, in->value.total);
    sink_printf(out, ",\"Scale\":%.17g,\"Type\":", isfinite(unit.value) ? unit.value : 0);
    emit_script_string(out, in->value.type_label);
    sink_text(out, ",\"Unit\":");
    emit_script_string(out, unit.unit);
    sink_text(out, ",\"Stacks\":[");
}

bool web_stacks_next(struct stackset *s, struct sink *out) {
    const struct profile *v = s->in->view;
    uint64_t n = v->n_samples, i = s->next++;
    if (i == 0) write_head(s->in, out);
    if (i < n) {
        uint32_t row = profile_row(v, (uint32_t)i);
        sink_str(out, i ? STR(",{\"Value\":") : STR("{\"Value\":"));
        sink_int(out, v->value[s->in->value.type][row]);
        sink_text(out, ",\"Sources\":[0");
        walk(s, v->stack_of[row], write_position, out);
        sink_text(out, "]}");
    } else if (i < n + s->sources.n) {
        sink_str(out, i > n ? STR(",") : STR("],\"Sources\":["));
        write_source(s, (uint32_t)(i - n), out);
    } else if (i == n + s->sources.n) {
        sink_text(out, "]}\n");
    } else {
        return false;
    }
    return true;
}

bool web_write_stacks(const struct report_in *in, struct sink *out, struct err *e) {
    struct stackset *s = web_stacks_make(in, e);
    if (!s) return false;
    while (web_stacks_next(s, out))
        if (s->next % STACKS_PER_CHECK == 0 && cancel_wanted()) return err_set(e, "cancelled");
    return true;
}
