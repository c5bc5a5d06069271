/* callgrind: the whole graph for KCachegrind and callgrind_annotate. Names and addresses are compressed as the format
 * allows. */
#include <ctype.h>
#include <string.h>

#include "base/hash.h"
#include "go/unit.h"
#include "out/message.h"
#include "report/report.h"

struct callgrind_writer {
    const struct report_in *in;
    const struct graph *g;
    struct sink *out;
    str unit;
    const str *callee;                   /* per node: its name as a callee; empty for nodes that are not listed */
    struct intern objects, files, names; /* numbers of the names that were written */
};

static str numbered(struct arena *a, str name, uint32_t i, uint32_t n) {
    str suffix = str_format(a, " [%u/%u]", i + 1, n);
    return str_join(a, (str[]){name, suffix}, 2, STR_EMPTY);
}

/* Callgrind merges functions with the same file and name, so nodes of different functions get a number. */
static const str *callee_names(struct arena *a, const struct graph *g) {
    struct intern texts = {.arena = a};
    struct u64map pairs = {.arena = a}, functions = {.arena = a};
    uint32_t *pair = ARENA_ARRAY(a, uint32_t, g->n_nodes), *number = ARENA_ARRAY(a, uint32_t, g->n_nodes);
    uint32_t *n_functions = ARENA_ZERO(a, uint32_t, g->n_nodes); /* per pair of file and name */
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *node = &g->node[g->order[i]];
        bool added;
        uint32_t file = intern_id(&texts, node->file), name = intern_id(&texts, node->name);
        pair[i] = u64map_put(&pairs, (uint64_t)file << 32 | name, pairs.n, &added);
        uint32_t *n = &n_functions[pair[i]];
        number[i] = u64map_put(&functions, (uint64_t)pair[i] << 32 | node->function, *n, &added);
        *n += added;
    }
    str *name = ARENA_ZERO(a, str, g->n_all);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        str own = g->node[g->order[i]].name;
        uint32_t n = n_functions[pair[i]];
        name[g->order[i]] = n > 1 ? numbered(a, own, number[i], n) : own;
    }
    return name;
}

/* Returns true if a part of the name would be a line of the format: a key or a position. Readers skip other lines. */
static bool has_line(str name) {
    bool begins = false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        begins |= c == '\n' || c == '\r';
        if (!begins || isspace((unsigned char)c)) continue;
        if (isalnum((unsigned char)c) || (c && strchr("+-*(", c))) return true;
        begins = false;
    }
    return false;
}

static str one_line(struct arena *a, str name) { return has_line(name) ? message_one_line(a, name) : name; }

/* Writes "(N) name" the first time, "(N)" later, nothing for an empty name. */
static void write_name(struct sink *out, const char *key, struct intern *known, str name) {
    sink_write(out, key, strlen(key));
    if (name.len) {
        uint32_t before = known->n, id = intern_id(known, name);
        sink_char(out, '(');
        sink_int(out, (int64_t)id + 1);
        sink_char(out, ')');
        if (id == before) {
            sink_char(out, ' ');
            sink_str(out, one_line(known->arena, name));
        }
    }
    sink_char(out, '\n');
}

static size_t hex_digits(uint64_t v) {
    size_t n = 1;
    for (; v > 15; v >>= 4) n++;
    return n;
}

static size_t decimal_digits(uint64_t v) {
    size_t n = 1;
    for (; v > 9; v /= 10) n++;
    return n;
}

/* Writes an address, relative to that of the previous node if this is shorter. */
static void write_address(struct sink *out, const struct graph_node *previous, uint64_t address) {
    if (previous) {
        int64_t difference = (int64_t)(address - previous->address);
        if (difference == 0) {
            sink_char(out, '*');
            return;
        }
        /* a sign, compared with the two characters of 0x */
        if (decimal_digits((uint64_t)graph_abs(difference)) + 1 < hex_digits(address) + 2) {
            if (difference > 0) sink_char(out, '+');
            sink_int(out, difference);
            return;
        }
    }
    sink_text(out, "0x");
    sink_hex(out, address);
}

static void write_value(const struct callgrind_writer *w, int64_t value) {
    sink_int(w->out, graph_truncate(unit_scale(value, w->in->value.unit, w->unit).value));
    sink_char(w->out, '\n');
}

static void write_position(const struct callgrind_writer *w, const struct graph_node *previous,
                           const struct graph_node *n) {
    write_address(w->out, previous, n->address);
    sink_char(w->out, ' ');
    sink_int(w->out, n->line);
}

static void write_call(struct callgrind_writer *w, const struct graph_node *previous, const struct graph_edge *e) {
    const struct graph_node *callee = &w->g->node[e->to];
    write_name(w->out, "cfl=", &w->files, callee->file);
    write_name(w->out, "cfn=", &w->names, w->callee[e->to]);
    sink_text(w->out, "calls=0 ");
    write_position(w, previous, callee);
    sink_text(w->out, "\n* * ");
    write_value(w, e->weight);
}

static bool same_function(const struct graph_node *a, const struct graph_node *b) {
    return str_equal(a->object, b->object) && str_equal(a->file, b->file) && str_equal(a->name, b->name);
}

static void write_node(struct callgrind_writer *w, const struct graph_node *previous, const struct graph_node *n) {
    if (!previous || !same_function(previous, n)) {
        sink_char(w->out, '\n');
        write_name(w->out, "ob=", &w->objects, n->object);
        write_name(w->out, "fl=", &w->files, n->file);
        write_name(w->out, "fn=", &w->names, n->name);
    }
    write_position(w, previous, n);
    sink_char(w->out, ' ');
    write_value(w, graph_flat(n));
    for (uint32_t i = 0; i < n->n_out; i++) write_call(w, previous, &w->g->edge[n->out[i]]);
}

bool report_callgrind(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct graph_plan plan = {.object_names = true, .depth = GRAPH_EDGES, .call_tree = in->options->call_tree};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    struct callgrind_writer w = {
        .in = in, .g = g, .out = out, .unit = graph_output_unit(g, &in->value, in->options, true)};
    w.callee = callee_names(in->arena, g);
    w.objects.arena = w.files.arena = w.names.arena = in->arena;
    sink_text(out, "positions: instr line\nevents: ");
    sink_str(out, one_line(in->arena, in->value.type_label));
    sink_char(out, '(');
    sink_str(out, one_line(in->arena, w.unit));
    sink_text(out, ")\n");
    const struct graph_node *previous = NULL;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        write_node(&w, previous, n);
        previous = n;
    }
    return true;
}
