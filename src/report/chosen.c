/* Chosen columns of top. */
#include "report/chosen.h"

#include "base/hash.h"
#include "base/nearest.h"
#include "go/gotext.h"
#include "report/amount.h"

const struct chosen_column chosen_columns[COLUMN_IDS] = {
#define COLUMN(id, name_, key_, kind_) {.name = (name_), .key = (key_), .kind = COLUMN_##kind_},
#include "report/chosen.def"
};

/* What is known of a node beside its own fields: of the first location and function in it; `more` if others differ. */
struct chosen_detail {
    str file, mapping;
    int64_t start_line;
    bool more_files, more_mappings;
    int64_t samples; /* that go through the node */
};

static bool unknown_column(struct arena *a, str name, struct err *e) {
    struct nearest near;
    nearest_start(&near, name);
    VEC(str) names = {0};
    for (int i = 0; i < COLUMN_IDS; i++) {
        *VEC_PUSH(a, &names) = str_from(chosen_columns[i].name);
        nearest_offer(&near, str_from(chosen_columns[i].name));
    }
    if (near.best.ptr)
        return err_set(e, "-columns: there is no column %.*s; did you mean %.*s?", STR_ARG(name), STR_ARG(near.best));
    return err_set(e, "-columns: there is no column %.*s; there are %.*s", STR_ARG(name),
                   STR_ARG(str_join(a, names.at, names.n, STR(", "))));
}

/* Each column at most once, so that the list is short. */
static bool choose(struct chosen_page *p, struct err *e) {
    struct arena *a = p->in->arena;
    bool chosen[COLUMN_IDS] = {false};
    p->chosen = ARENA_ARRAY(a, enum chosen_id, COLUMN_IDS);
    str rest = p->in->options->columns, name;
    while (rest.len && str_cut(&rest, ',', &name)) {
        int i = 0;
        name = str_trim(name);
        if (!name.len) continue;
        while (i < COLUMN_IDS && !str_equal_fold(name, str_from(chosen_columns[i].name))) i++;
        if (i == COLUMN_IDS) return unknown_column(a, name, e);
        if (chosen[i]) return err_set(e, "-columns: the column %.*s is there twice", STR_ARG(name));
        chosen[i] = true;
        p->chosen[p->n_chosen++] = (enum chosen_id)i;
    }
    if (!p->n_chosen) return err_set(e, "-columns: no column is named");
    p->inline_chosen = chosen[COLUMN_OF_INLINE];
    return true;
}

static bool needs_detail(const struct chosen_page *p) {
    for (uint32_t i = 0; i < p->n_chosen; i++)
        if (p->chosen[i] == COLUMN_OF_FILE || p->chosen[i] == COLUMN_OF_LINE || p->chosen[i] == COLUMN_OF_MAPPING ||
            p->chosen[i] == COLUMN_OF_SAMPLES)
            return true;
    return false;
}

/* The identity of a node as text: nodes of two tables are the same if it is. */
static uint32_t identity(struct intern *known, const struct graph_node *n) {
    str numbers = str_format(known->arena, "%llx %lld %lld %lld", (unsigned long long)n->address, (long long)n->line,
                             (long long)n->column, n->name.len ? 0 : (long long)n->start_line);
    str part[] = {numbers, n->name, n->file, n->name.len ? STR_EMPTY : n->object};
    return intern_id(known, str_join(known->arena, part, 4, (str){"", 1}));
}

/* Notes what the location and the line's function say of a node. */
static void describe(struct chosen_detail *d, const struct profile *v, const struct profile_location *l,
                     const struct profile_line *line) {
    str mapping = l->mapping == PROFILE_NONE ? STR_EMPTY : profile_str(v, v->mapping[l->mapping].file);
    if (!d->mapping.len)
        d->mapping = mapping;
    else if (mapping.len && !str_equal(d->mapping, mapping))
        d->more_mappings = true;
    if (!line) return;
    const struct profile_function *f = &v->function[line->function];
    str file = profile_str(v, f->file);
    if (!d->file.len) {
        d->file = file;
        d->start_line = f->start_line;
    } else if (file.len && !str_equal(d->file, file)) {
        d->more_files = true;
    }
}

static void count_samples(const struct profile *v, const struct graph_names *names, const uint32_t *row_of,
                          struct chosen_detail *detail, struct arena *scratch) {
    uint32_t *rows = ARENA_ZERO(scratch, uint32_t, v->n_stacks);
    stack_id *seen = ARENA_ARRAY(scratch, stack_id, names->n_nodes),
             *had = ARENA_ARRAY(scratch, stack_id, v->n_locations);
    for (uint32_t i = 0; i < names->n_nodes; i++) seen[i] = PROFILE_NONE;
    for (loc_id l = 0; l < v->n_locations; l++) had[l] = PROFILE_NONE;
    for (uint32_t i = 0; i < v->n_samples; i++) rows[v->stack_of[profile_row(v, i)]]++;
    for (stack_id s = 0; s < v->n_stacks; s++) {
        for (uint64_t f = v->stack_off[s]; rows[s] && f < v->stack_off[s + 1]; f++) {
            loc_id l = v->frame[f];
            if (had[l] == s) continue; /* a long location that a stack repeats is walked once */
            had[l] = s;
            for (uint32_t i = names->first[l]; i < names->first[l + 1]; i++) {
                uint32_t n = names->node_of[i];
                if (seen[n] != s && row_of[n] != GRAPH_NONE) detail[row_of[n]].samples += rows[s];
                seen[n] = s;
            }
        }
    }
}

/* Finds the nodes of the graph among those of the view's lines. */
static void add_details(struct chosen_page *p) {
    const struct report_in *in = p->in;
    const struct profile *v = in->view;
    struct arena scratch = {0};
    struct intern known = {.arena = &scratch};
    const struct graph_names *names = graph_names(&scratch, v, in->options, false);
    uint32_t *row_of = ARENA_ARRAY(&scratch, uint32_t, names->n_nodes);
    uint32_t *row_with = ARENA_ARRAY(&scratch, uint32_t, p->n_rows);
    p->detail = ARENA_ZERO(in->arena, struct chosen_detail, p->n_rows);
    uint32_t n_known = 0;
    for (uint32_t i = 0; i < p->n_rows; i++) {
        uint32_t id = identity(&known, &p->graph->node[p->graph->order[i]]);
        if (id == n_known) row_with[n_known++] = i;
    }
    for (uint32_t i = 0; i < names->n_nodes; i++) {
        uint32_t id = identity(&known, &names->node[i]);
        row_of[i] = id < n_known ? row_with[id] : GRAPH_NONE;
    }
    for (loc_id l = 0; l < v->n_locations; l++) {
        const struct profile_location *location = &v->location[l];
        for (uint32_t i = names->first[l]; i < names->first[l + 1]; i++) {
            uint32_t row = row_of[names->node_of[i]];
            const struct profile_line *line =
                location->n_lines ? &v->line[location->first_line + (i - names->first[l])] : NULL;
            if (row != GRAPH_NONE) describe(&p->detail[row], v, location, line);
        }
    }
    count_samples(v, names, row_of, p->detail, &scratch);
    arena_release(&scratch);
}

bool chosen_make(const struct report_in *in, struct chosen_page *out, struct err *e) {
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    struct chosen_page *p = out;
    *p = (struct chosen_page){.in = in};
    if (!choose(p, e)) return false;
    p->graph = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    p->n_rows = p->graph->n_nodes;
    p->unit = graph_output_unit(p->graph, &in->value, in->options, false);
    if (needs_detail(p)) add_details(p);
    return true;
}

static const struct graph_node *node_of(const struct chosen_page *p, uint32_t row) {
    return &p->graph->node[p->graph->order[row]];
}

int64_t chosen_flat(const struct chosen_page *p, uint32_t row) { return graph_flat(node_of(p, row)); }

/* "a.c", or "a.c, …" if there are others. */
static str with_more(struct arena *a, str first, bool more) {
    return more ? str_join(a, (str[]){first, STR(", …")}, 2, STR_EMPTY) : first;
}

static str file_of(const struct chosen_page *p, const struct graph_node *n, const struct chosen_detail *d) {
    struct arena *a = p->in->arena;
    const struct options *o = p->in->options;
    if (n->file.len || !d->file.len) return n->file;
    return with_more(a, graph_trim_path(gotext_clean_path(a, d->file), o->trim_path, o->source_path), d->more_files);
}

struct chosen_cell chosen_cell(const struct chosen_page *p, uint32_t row, int64_t sum, enum chosen_id id) {
    struct arena *a = p->in->arena;
    const struct graph_node *n = node_of(p, row);
    const struct chosen_detail *d = p->detail ? &p->detail[row] : NULL;
    struct chosen_cell c = {0, STR_EMPTY};
    switch (id) {
    case COLUMN_OF_FLAT:
    case COLUMN_OF_FLAT_PERCENT: c.number = graph_flat(n); break;
    case COLUMN_OF_SUM_PERCENT: c.number = sum; break;
    case COLUMN_OF_CUM:
    case COLUMN_OF_CUM_PERCENT: c.number = graph_cum(n); break;
    case COLUMN_OF_NAME: c.words = graph_node_name(a, n); break;
    case COLUMN_OF_FUNCTION: c.words = n->name; break;
    case COLUMN_OF_FILE: c.words = file_of(p, n, d); break;
    case COLUMN_OF_LINE: c.number = n->line ? n->line : d->start_line; break;
    case COLUMN_OF_COLUMN: c.number = n->column; break;
    case COLUMN_OF_ADDRESS:
        if (n->address) c.words = str_format(a, "0x%llx", (unsigned long long)n->address);
        break;
    case COLUMN_OF_MAPPING:
        if (d->mapping.len) c.words = with_more(a, str_base_name(d->mapping), d->more_mappings);
        break;
    case COLUMN_OF_SAMPLES: c.number = d->samples; break;
    case COLUMN_OF_INLINE:
        c.words = n->all_inline_in ? STR("inline") : n->any_inline_in ? STR("partial") : STR_EMPTY;
        break;
    case COLUMN_IDS: break;
    }
    return c;
}

str chosen_text(const struct chosen_page *p, uint32_t row, int64_t sum, enum chosen_id id) {
    struct arena *a = p->in->arena;
    struct chosen_cell c = chosen_cell(p, row, sum, id);
    const struct graph_node *n = node_of(p, row);
    char percentage[32];
    switch (chosen_columns[id].kind) {
    case COLUMN_AMOUNT: return report_value(p->in, c.number, p->unit);
    case COLUMN_PERCENT:
        return str_copy(a, (str){percentage, unit_percentage(percentage, c.number, p->in->value.total)});
    case COLUMN_NUMBER: return c.number ? str_format(a, "%lld", (long long)c.number) : STR("-");
    case COLUMN_WORDS: break;
    }
    if (id != COLUMN_OF_NAME || p->inline_chosen) return c.words.len ? c.words : STR("-");
    str mark = n->all_inline_in ? STR(" (inline)") : n->any_inline_in ? STR(" (partial-inline)") : STR_EMPTY;
    return mark.len ? str_join(a, (str[]){c.words, mark}, 2, STR_EMPTY) : c.words;
}

enum { WORDS_MOST = 60, NUMBER_WIDTH = 8 }; /* longer words push the rest of their line to the right */

/* The width of a column: as in top, or that of its longest words. */
static int width_of(const struct chosen_page *p, enum chosen_id id) {
    size_t width = str_from(chosen_columns[id].name).len;
    if (chosen_columns[id].kind == COLUMN_AMOUNT) return 10;
    if (chosen_columns[id].kind == COLUMN_PERCENT) return 6;
    if (chosen_columns[id].kind == COLUMN_NUMBER) return NUMBER_WIDTH;
    for (uint32_t row = 0; row < p->n_rows && width < WORDS_MOST; row++) {
        struct arena_mark m = arena_mark(p->in->arena);
        str text = chosen_text(p, row, 0, id);
        size_t length = 0; /* in characters, as sink_left pads */
        for (size_t i = 0; i < text.len; i++) length += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
        if (length > width) width = length < WORDS_MOST ? length : WORDS_MOST;
        arena_rewind(p->in->arena, m);
    }
    return (int)width;
}

/* Writes a cell and what separates it from the one before. The last words need no padding. */
static void write_cell(const struct chosen_page *p, uint32_t i, str text, int width, struct sink *out) {
    bool words = chosen_columns[p->chosen[i]].kind == COLUMN_WORDS;
    bool after_words = i && chosen_columns[p->chosen[i - 1]].kind == COLUMN_WORDS;
    if (i) sink_str(out, words || after_words ? STR("  ") : STR(" "));
    if (!words)
        sink_right(out, text, width);
    else
        sink_left(out, text, i + 1 < p->n_chosen ? width : 0);
}

bool chosen_write(const struct report_in *in, struct sink *out, struct err *e) {
    struct chosen_page p;
    if (!chosen_make(in, &p, e)) return false;
    struct report_lines header = report_header(in, p.graph, p.unit, false);
    int width[COLUMN_IDS];
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, header.at[i]);
        sink_char(out, '\n');
    }
    for (uint32_t i = 0; i < p.n_chosen; i++) {
        width[i] = width_of(&p, p.chosen[i]);
        write_cell(&p, i, str_from(chosen_columns[p.chosen[i]].name), width[i], out);
    }
    sink_char(out, '\n');
    int64_t sum = 0;
    for (uint32_t row = 0; row < p.n_rows; row++) {
        struct arena_mark m = arena_mark(in->arena);
        sum = graph_add(sum, chosen_flat(&p, row));
        for (uint32_t i = 0; i < p.n_chosen; i++)
            write_cell(&p, i, chosen_text(&p, row, sum, p.chosen[i]), width[i], out);
        sink_char(out, '\n');
        arena_rewind(in->arena, m);
    }
    return true;
}
