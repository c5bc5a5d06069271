/* Top with a column per group: the nodes of the whole, and what each group adds to them. */
#include <string.h>

#include "base/cells.h"
#include "base/hash.h"
#include "go/unit.h"
#include "go/utf8.h"
#include "report/by/parts.h"
#include "report/forms/forms.h"

enum { CELL = 17, CELL_MOST = 32, PERCENT = 7 }; /* widths in columns of a terminal: a value and a percentage */

/* What tells nodes of different graphs of one profile apart, as bytes. */
static str identity(struct arena *a, const struct graph_node *n) {
    int64_t number[] = {(int64_t)n->name.len,
                        (int64_t)n->file.len,
                        (int64_t)n->object.len,
                        (int64_t)n->address,
                        n->start_line,
                        n->line,
                        n->column};
    str part[] = {{(const char *)number, sizeof number}, n->name, n->file, n->object};
    return str_join(a, part, sizeof part / sizeof *part, STR_EMPTY);
}

struct by_table {
    const struct report_in *in;
    const struct by_groups *groups;
    const struct graph *graph;
    struct intern known; /* identities of nodes */
    uint32_t *row;       /* [identity]: place in the order */
    int64_t *value;      /* [place in the order][group] */
    uint32_t *width;     /* [group + 1]: of the whole, and of each group's column */
    str unit;
};

static int64_t node_value(const struct report_in *in, const struct graph_node *n) {
    return in->options->sort == SORT_CUM ? graph_cum(n) : graph_flat(n);
}

static void fill_group(struct by_table *t, uint32_t group) {
    struct arena scratch = {0};
    struct by_part part;
    const struct graph_plan plan = {.depth = GRAPH_NODES};
    by_part_make(t->in, &t->groups->at[group], &part);
    part.options.nodecount = 0;
    part.options.nodefraction = part.options.edgefraction = 0;
    part.options.drop_negative = false;
    const struct graph *g = graph_build(&scratch, &part.view, t->in->units, &t->in->value, &plan, &part.options);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        uint32_t id;
        if (intern_find(&t->known, identity(&scratch, n), &id))
            t->value[(size_t)t->row[id] * t->groups->n + group] = node_value(t->in, n);
    }
    arena_release(&scratch);
}

/* The name of a group in the head of its column: its values, cut to fit. */
static str column_name(const struct report_in *in, const struct by_groups *groups, const struct by_group *g,
                       uint32_t *cells) {
    str name = g->name;
    if (g->value) {
        str *part = ARENA_ARRAY(in->arena, str, groups->n_keys);
        for (uint32_t k = 0; k < groups->n_keys; k++)
            part[k] = g->value[k].ptr ? g->value[k] : str_format(in->arena, "(no %.*s)", STR_ARG(groups->key[k]));
        name = str_join(in->arena, part, groups->n_keys, STR(", "));
    }
    uint32_t width = 0;
    for (size_t i = 0; i < name.len;) {
        uint32_t rune;
        size_t n = utf8_decode(name, i, &rune);
        uint32_t cell = cells_are_unsafe(rune) ? 1 : (uint32_t)cells_of(rune);
        if (width + cell > CELL_MOST - 3 && i + n < name.len) {
            name = str_join(in->arena, (str[]){str_slice(name, 0, i), STR("\u2026")}, 2, STR_EMPTY);
            width++;
            break;
        }
        width += cell;
        i += n;
    }
    *cells = width;
    return name;
}

/* The columns of a percentage with at least one blank before it. */
static size_t percent_room(size_t n) { return n < PERCENT ? PERCENT : n + 1; }

/* Most cells of a wide table are empty: a dot. */
static void write_cell(const struct by_table *t, struct sink *out, uint32_t width, int64_t v) {
    char percent[32];
    size_t n = unit_percentage(percent, v, t->in->value.total), room = percent_room(n);
    size_t from = out->len;
    sink_right(out, v ? report_value(t->in, v, t->unit) : STR("."), (int)width - (int)room);
    if (v)
        sink_right(out, (str){percent, n}, (int)room);
    else
        sink_repeat(out, ' ', room);
    paint_weight(t->in->paint, out, from, v, t->in->value.total, PAINT_STAYS);
}

/* Makes a column wide enough for a value, with a blank before it. */
static void fit(struct by_table *t, uint32_t column, int64_t v) {
    char percent[32];
    struct arena_mark m = arena_mark(t->in->arena);
    if (!v) return;
    size_t need =
        report_value(t->in, v, t->unit).len + percent_room(unit_percentage(percent, v, t->in->value.total)) + 1;
    if (need > t->width[column]) t->width[column] = (uint32_t)need;
    arena_rewind(t->in->arena, m);
}

static void fit_columns(struct by_table *t, const uint32_t *name_cells) {
    uint32_t n = t->groups->n;
    for (uint32_t i = 0; i <= n; i++) {
        t->width[i] = name_cells[i] + 2 > CELL ? name_cells[i] + 2 : CELL;
        fit(t, i, i ? t->groups->at[i - 1].sum : t->groups->sum);
    }
    for (uint32_t row = 0; row < t->graph->n_nodes; row++) {
        fit(t, 0, node_value(t->in, &t->graph->node[t->graph->order[row]]));
        for (uint32_t k = 0; k < n; k++) fit(t, k + 1, t->value[(size_t)row * n + k]);
    }
}

static void write_head(struct by_table *t, struct sink *out) {
    const struct by_groups *groups = t->groups;
    struct arena *a = t->in->arena;
    str *name = ARENA_ARRAY(a, str, (size_t)groups->n + 1);
    uint32_t *cells = ARENA_ARRAY(a, uint32_t, (size_t)groups->n + 1);
    name[0] = STR("total");
    cells[0] = (uint32_t)name[0].len;
    for (uint32_t i = 1; i <= groups->n; i++) name[i] = column_name(t->in, groups, &groups->at[i - 1], &cells[i]);
    fit_columns(t, cells);
    sink_printf(out, "Columns show %s by ", t->in->options->sort == SORT_CUM ? "cum" : "flat");
    sink_str(out, str_join(a, groups->key, groups->n_keys, STR(", ")));
    sink_char(out, '\n');
    for (uint32_t i = 0; i <= groups->n; i++) {
        sink_repeat(out, ' ', t->width[i] - cells[i]);
        sink_str(out, name[i]);
    }
    sink_char(out, '\n');
    write_cell(t, out, t->width[0], groups->sum);
    for (uint32_t i = 0; i < groups->n; i++) write_cell(t, out, t->width[i + 1], groups->at[i].sum);
    sink_text(out, "  (all)\n");
}

static void make_table(const struct report_in *in, const struct by_groups *groups, struct by_table *t) {
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    *t = (struct by_table){.in = in, .groups = groups, .graph = g};
    t->known.arena = in->arena;
    t->unit = graph_output_unit(g, &in->value, in->options, false);
    t->value = ARENA_ZERO(in->arena, int64_t, (size_t)g->n_nodes * groups->n);
    t->width = ARENA_ARRAY(in->arena, uint32_t, (size_t)groups->n + 1);
    t->row = ARENA_ARRAY(in->arena, uint32_t, g->n_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++)
        t->row[intern_id(&t->known, identity(in->arena, &g->node[g->order[i]]))] = i;
    for (uint32_t i = 0; i < groups->n; i++) fill_group(t, i);
}

bool by_write_columns(const struct report_in *in, const struct by_groups *groups, struct sink *out) {
    struct by_table t;
    make_table(in, groups, &t);
    const struct graph *g = t.graph;
    struct report_lines header = report_header(in, g, t.unit, false);
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, header.at[i]);
        sink_char(out, '\n');
    }
    write_head(&t, out);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        struct arena_mark m = arena_mark(in->arena);
        write_cell(&t, out, t.width[0], node_value(in, n));
        for (uint32_t k = 0; k < groups->n; k++)
            write_cell(&t, out, t.width[k + 1], t.value[(size_t)i * groups->n + k]);
        sink_text(out, "  ");
        size_t from = out->len;
        sink_str(out, graph_node_name(in->arena, n));
        paint_name(in->paint, out, from);
        sink_char(out, '\n');
        arena_rewind(in->arena, m);
    }
    return true;
}

static void json_amount(const struct by_table *t, struct emit_json *j, int64_t v) {
    emit_int(j, "value", forms_amount(t->in, v));
    emit_str(j, "value_text", report_value(t->in, v, t->unit));
    emit_number(j, "value_percent", forms_percent(v, t->in->value.total));
}

static void json_row(const struct by_table *t, uint32_t i, struct emit_json *j) {
    const struct report_in *in = t->in;
    const struct graph_node *n = &t->graph->node[t->graph->order[i]];
    emit_open(j, NULL, '{');
    emit_str(j, "name", graph_node_name(in->arena, n));
    json_amount(t, j, node_value(in, n));
    emit_open(j, "groups", '[');
    for (uint32_t k = 0; k < t->groups->n; k++) {
        struct emit_json line = emit_open_line(j);
        json_amount(t, &line, t->value[(size_t)i * t->groups->n + k]);
        emit_close_line(j);
    }
    emit_close(j, ']');
    emit_close(j, '}');
}

bool by_write_columns_json(const struct report_in *in, const struct by_groups *groups, struct sink *out) {
    struct by_table t;
    struct emit_json j = {.out = out};
    make_table(in, groups, &t);
    emit_open(&j, NULL, '{');
    by_json_head(in, groups, "cprof-columns", &j);
    emit_str(&j, "sort", in->options->sort == SORT_CUM ? STR("cum") : STR("flat"));
    emit_open(&j, "groups", '[');
    for (uint32_t i = 0; i < groups->n; i++) {
        emit_open(&j, NULL, '{');
        by_json_group(in, groups, &groups->at[i], &j);
        emit_close(&j, '}');
    }
    emit_close(&j, ']');
    emit_open(&j, "rows", '[');
    for (uint32_t i = 0; i < t.graph->n_nodes; i++) {
        struct arena_mark m = arena_mark(in->arena);
        json_row(&t, i, &j);
        arena_rewind(in->arena, m);
    }
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
    return true;
}
