/* The tree, types and titles of a flame graph. */
#include "report/flame/flame.h"

#include "stacks/sides.h"

/* The name of the program, from the first mapping. */
static str program(const struct profile *p) {
    str file = p->n_mappings ? profile_str(p, p->mapping[0].file) : STR_EMPTY;
    return file.len ? str_base_name(file) : STR("profile");
}

static void set_unit(struct flame_type *t, const struct report_in *in, str unit) {
    str wanted = in->options->unit;
    size_t n_tables;
    const struct unit_table *table = unit_tables(&n_tables);
    struct unit_value standard = unit_scale(1, unit, STR("default")), chosen = unit_scale(1, unit, wanted);
    bool automatic = str_equal(wanted, STR("minimum")) || str_equal(wanted, STR("auto"));
    if (!unit_known(unit)) {
        t->unit = chosen.unit;
        if (automatic) t->unit = unit_scale(1, unit, unit).unit;
        t->scale = 1;
    } else {
        t->unit = automatic ? standard.unit : chosen.unit;
        t->scale = automatic ? standard.value : chosen.value;
        for (size_t i = 0; i < n_tables; i++) {
            for (size_t k = 0; k < table[i].n; k++) {
                if (!str_equal(str_from(table[i].unit[k].name), t->unit)) continue;
                t->unit_base = table[i].unit[k].factor;
                t->units = automatic ? table[i].unit : &table[i].unit[k];
                t->n_units = automatic ? table[i].n : 1;
            }
        }
    }
    if (in->value.ratio > 0) t->scale *= in->value.ratio;
}

static struct flame_type describe_type(const struct report_in *in, uint32_t column) {
    const struct profile *p = in->loaded;
    struct flame_type t = {.column = column, .name = profile_str(p, p->type[column].type)};
    set_unit(&t, in, profile_str(p, p->type[column].unit));
    t.total = column == in->value.type && !in->value.mean
                  ? in->value.total
                  : sides_total(in->options->relative_percentages ? in->view : p, column, false);
    return t;
}

static str describe_values(const struct report_in *in, bool two_sides) {
    str part[2] = {STR_EMPTY, STR_EMPTY};
    size_t n = 0;
    if (in->value.mean) part[n++] = STR("Means do not add up along stacks: the values are sums, without -mean.");
    if (two_sides && in->loaded->n_samples && !sides_are_marked(in->loaded))
        part[n++] = STR("The profile holds negative values: they are shown as those of a base.");
    return str_join(in->arena, part, n, STR(" "));
}

struct flame flame_make(const struct report_in *in, bool all_types) {
    return flame_make_turned(in, all_types, &(struct flame_turn){TURN_NONE, false, NULL});
}

struct flame flame_make_turned(const struct report_in *in, bool all_types, const struct flame_turn *turn) {
    struct arena *a = in->arena;
    uint32_t n = all_types ? in->loaded->n_types : 1;
    struct flame_type *type = ARENA_ARRAY(a, struct flame_type, n);
    uint32_t *column = ARENA_ARRAY(a, uint32_t, n);
    struct flame f = {.in = in, .type = type, .n_types = n};
    type[0] = describe_type(in, in->value.type);
    for (uint32_t i = 0, to = 1; i < in->loaded->n_types && all_types; i++)
        if (i != in->value.type) type[to++] = describe_type(in, i);
    for (uint32_t i = 0; i < n; i++) {
        column[i] = type[i].column;
        f.two_sides = f.two_sides || sides_are_two(in->loaded, column[i]);
    }
    f.title = str_join(a, (str[]){program(in->loaded), type[0].name}, 2, STR(" "));
    f.note = describe_values(in, f.two_sides);
    const struct stacktree_plan plan = {.type = column,
                                        .n_types = n,
                                        .two_sides = f.two_sides,
                                        .way = turn->way,
                                        .fold = turn->fold,
                                        .pivot = turn->pivot};
    f.all = stacktree_grow(a, in->view, in->options, &plan);
    return f;
}

void flame_cut(struct flame *f, uint32_t n_types, double cut) {
    f->n_shown_types = n_types;
    f->cut = cut;
    f->tree = stacktree_cut(f->in->arena, f->all, n_types, cut);
}

void flame_drop(struct flame *f) { stacktree_drop(f->all); }

int64_t flame_sum(const struct report_in *in) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < in->view->n_samples; i++)
        sum = graph_add(sum, in->view->value[in->value.type][profile_row(in->view, i)]);
    return sum;
}

static bool is_word(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* The part up to the first "." or "::" after the last "/", if only letters, digits and "_" precede it; pprof's pattern
 * is ^((.*\/)?[\w\d_]+)(\.|::)([^/]*)$ . */
str flame_package(const struct stacktree_frame *f) {
    size_t slash = str_find_last_char(f->file, '/');
    if (!f->function.len) return slash < f->file.len ? str_slice(f->file, 0, slash) : STR_EMPTY;
    slash = str_find_last_char(f->function, '/');
    size_t from = slash < f->function.len ? slash + 1 : 0, at = from;
    while (at < f->function.len && is_word(f->function.ptr[at])) at++;
    str rest = str_from_offset(f->function, at);
    bool ends = str_has_prefix(rest, STR(".")) || str_has_prefix(rest, STR("::"));
    return at > from && ends ? str_slice(f->function, 0, at) : STR_EMPTY;
}
