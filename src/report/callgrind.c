/* callgrind: the whole graph for KCachegrind and callgrind_annotate. Names and addresses are compressed as the format
 * allows. */
#include <ctype.h>
#include <string.h>

#include "base/hash.h"
#include "go/unit.h"
#include "out/message.h"
#include "report/report.h"

enum { NO_TEXT = UINT32_MAX };

/* Texts that are written once; later they are referred to by number. */
struct callgrind_texts {
    struct intern all;
    uint32_t *number; /* per text of `all`; 0: not written yet */
    uint32_t n_written;
};

/* The texts of a node. */
struct callgrind_words {
    uint32_t object, file, name; /* NO_TEXT: empty */
    uint32_t callee;             /* its name as a callee; NO_TEXT for nodes that are not listed */
};

struct callgrind_writer {
    const struct report_in *in;
    const struct graph *g;
    struct sink *out;
    struct unit_way unit;
    struct callgrind_words *words; /* per node */
    struct callgrind_texts objects, files, names;
};

static uint32_t text_of(struct callgrind_texts *t, str text) { return text.len ? intern_id(&t->all, text) : NO_TEXT; }

static str numbered(struct arena *a, str name, uint32_t i, uint32_t n) {
    str suffix = str_format(a, " [%u/%u]", i + 1, n);
    return str_join(a, (str[]){name, suffix}, 2, STR_EMPTY);
}

/* Callgrind merges functions with the same file and name, so nodes of different functions get a number. */
static void find_callees(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    struct u64map pairs = {.arena = a}, functions = {.arena = a};
    uint32_t *pair = ARENA_ARRAY(a, uint32_t, g->n_nodes), *number = ARENA_ARRAY(a, uint32_t, g->n_nodes);
    uint32_t *n_functions = ARENA_ZERO(a, uint32_t, g->n_nodes); /* per pair of file and name */
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct callgrind_words *words = &w->words[g->order[i]];
        bool added;
        pair[i] = u64map_put(&pairs, (uint64_t)words->file << 32 | words->name, pairs.n, &added);
        uint32_t *n = &n_functions[pair[i]];
        number[i] = u64map_put(&functions, (uint64_t)pair[i] << 32 | g->node[g->order[i]].function, *n, &added);
        *n += added;
    }
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        struct callgrind_words *words = &w->words[g->order[i]];
        uint32_t n = n_functions[pair[i]];
        words->callee = n > 1 ? text_of(&w->names, numbered(a, g->node[g->order[i]].name, number[i], n)) : words->name;
    }
}

/* Looks up all texts before the first is written: nodes are written once, but callees once for each of their edges. */
static void find_texts(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    w->objects.all.arena = w->files.all.arena = w->names.all.arena = a;
    w->words = ARENA_ARRAY(a, struct callgrind_words, g->n_all);
    for (uint32_t i = 0; i < g->n_all; i++) {
        const struct graph_node *n = &g->node[i];
        w->words[i] = (struct callgrind_words){text_of(&w->objects, n->object), text_of(&w->files, n->file),
                                               text_of(&w->names, n->name), NO_TEXT};
    }
    find_callees(w, a);
    w->objects.number = ARENA_ZERO(a, uint32_t, w->objects.all.n);
    w->files.number = ARENA_ZERO(a, uint32_t, w->files.all.n);
    w->names.number = ARENA_ZERO(a, uint32_t, w->names.all.n);
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
static void write_name(struct sink *out, const char *key, struct callgrind_texts *t, uint32_t text) {
    sink_write(out, key, strlen(key));
    if (text != NO_TEXT) {
        bool is_first = !t->number[text];
        if (is_first) t->number[text] = ++t->n_written;
        sink_char(out, '(');
        sink_int(out, t->number[text]);
        sink_char(out, ')');
        if (is_first) {
            sink_char(out, ' ');
            sink_str(out, one_line(t->all.arena, t->all.key[text]));
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
    sink_int(w->out, graph_truncate(unit_convert(&w->unit, value).value));
    sink_char(w->out, '\n');
}

static void write_position(const struct callgrind_writer *w, const struct graph_node *previous,
                           const struct graph_node *n) {
    write_address(w->out, previous, n->address);
    sink_char(w->out, ' ');
    sink_int(w->out, n->line);
}

static void write_call(struct callgrind_writer *w, const struct graph_node *previous, const struct graph_edge *e) {
    write_name(w->out, "cfl=", &w->files, w->words[e->to].file);
    write_name(w->out, "cfn=", &w->names, w->words[e->to].callee);
    sink_text(w->out, "calls=0 ");
    write_position(w, previous, &w->g->node[e->to]);
    sink_text(w->out, "\n* * ");
    write_value(w, e->weight);
}

static bool is_same_function(const struct callgrind_words *a, const struct callgrind_words *b) {
    return a->object == b->object && a->file == b->file && a->name == b->name;
}

static void write_node(struct callgrind_writer *w, const struct graph_node *previous, const struct graph_node *n) {
    const struct callgrind_words *words = &w->words[n - w->g->node];
    if (!previous || !is_same_function(&w->words[previous - w->g->node], words)) {
        sink_char(w->out, '\n');
        write_name(w->out, "ob=", &w->objects, words->object);
        write_name(w->out, "fl=", &w->files, words->file);
        write_name(w->out, "fn=", &w->names, words->name);
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
    str unit = graph_output_unit(g, &in->value, in->options, true);
    struct callgrind_writer w = {.in = in, .g = g, .out = out, .unit = unit_way(in->value.unit, unit)};
    find_texts(&w, in->arena);
    sink_text(out, "positions: instr line\nevents: ");
    sink_str(out, one_line(in->arena, in->value.type_label));
    sink_char(out, '(');
    sink_str(out, one_line(in->arena, unit));
    sink_text(out, ")\n");
    const struct graph_node *previous = NULL;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        write_node(&w, previous, n);
        previous = n;
    }
    return true;
}
