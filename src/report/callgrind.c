/* callgrind: the whole graph for KCachegrind and callgrind_annotate. Names and addresses are compressed as the format
 * allows. */
#include <ctype.h>
#include <string.h>

#include "base/hash.h"
#include "go/unit.h"
#include "out/message.h"
#include "report/report.h"
#include "report/rows.h"

#define NO_TEXT UINT32_MAX

/* Texts that are written once; later they are referred to by number. */
struct callgrind_texts {
    struct intern all;
    struct callgrind_text {
        uint32_t number; /* in the order in which they are written; 0: not written */
        uint32_t place;  /* where it is written */
    } * text;            /* per text of `all` */
    uint32_t n_written;
};

/* The texts of a node. */
struct callgrind_words {
    uint32_t object, file, name; /* NO_TEXT: empty */
    uint32_t callee;             /* its name as a callee; NO_TEXT for nodes that are not listed */
};

struct callgrind_writer {
    const struct graph *g;
    struct unit_way unit;
    struct callgrind_words *words; /* per node */
    struct callgrind_texts objects, files, names;
    struct callgrind_place { /* per listed node */
        uint32_t place;      /* of its own texts; those of its calls are the next numbers */
        uint64_t size;       /* most bytes of the texts that are written there */
    } * item;
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
}

static bool is_same_function(const struct callgrind_words *a, const struct callgrind_words *b) {
    return a->object == b->object && a->file == b->file && a->name == b->name;
}

static const struct callgrind_words *words_of(const struct callgrind_writer *w, uint32_t item) {
    return &w->words[w->g->order[item]];
}
static bool has_head(const struct callgrind_writer *w, uint32_t item) {
    return item == 0 || !is_same_function(words_of(w, item - 1), words_of(w, item));
}

/* Returns the most bytes of the text at this place, where each of its bytes may be spelled out. */
static uint64_t number_text(struct callgrind_texts *t, uint32_t text, uint32_t place) {
    enum { SPELLED = 4 };
    if (text == NO_TEXT || t->text[text].number) return 0;
    t->text[text] = (struct callgrind_text){++t->n_written, place};
    return t->all.key[text].len * SPELLED;
}

/* Finds where each text is written first, so that nodes can be written in any order. */
static void number_texts(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    struct callgrind_texts *all[] = {&w->objects, &w->files, &w->names};
    for (int i = 0; i < 3; i++) all[i]->text = ARENA_ZERO(a, struct callgrind_text, all[i]->all.n);
    w->item = ARENA_ARRAY(a, struct callgrind_place, g->n_nodes);
    uint32_t place = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++, place++) {
        const struct callgrind_words *words = words_of(w, i);
        const struct graph_node *n = &g->node[g->order[i]];
        struct callgrind_place item = {place, 0};
        if (has_head(w, i)) {
            item.size += number_text(&w->objects, words->object, place);
            item.size += number_text(&w->files, words->file, place);
            item.size += number_text(&w->names, words->name, place);
        }
        for (uint32_t k = 0; k < n->n_out; k++) {
            const struct callgrind_words *callee = &w->words[g->edge[n->out[k]].to];
            item.size += number_text(&w->files, callee->file, ++place);
            item.size += number_text(&w->names, callee->callee, place);
        }
        w->item[i] = item;
    }
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

/* Writes "(N) name" where it is first, "(N)" later, nothing for an empty name. */
static void write_name(struct arena *scratch, struct sink *out, str key, const struct callgrind_texts *t, uint32_t text,
                       uint32_t place) {
    sink_str(out, key);
    if (text != NO_TEXT) {
        sink_char(out, '(');
        sink_int(out, t->text[text].number);
        sink_char(out, ')');
        if (t->text[text].place == place) {
            sink_char(out, ' ');
            sink_str(out, one_line(scratch, t->all.key[text]));
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

static void write_value(const struct callgrind_writer *w, int64_t value, struct sink *out) {
    sink_int(out, graph_truncate(unit_convert(&w->unit, value).value));
    sink_char(out, '\n');
}

static void write_position(const struct graph_node *previous, const struct graph_node *n, struct sink *out) {
    write_address(out, previous, n->address);
    sink_char(out, ' ');
    sink_int(out, n->line);
}

static void write_node(const void *context, struct arena *scratch, uint32_t item, struct sink *out) {
    const struct callgrind_writer *w = context;
    const struct graph *g = w->g;
    const struct graph_node *n = &g->node[g->order[item]], *previous = item ? &g->node[g->order[item - 1]] : NULL;
    const struct callgrind_words *words = words_of(w, item);
    uint32_t place = w->item[item].place;
    if (has_head(w, item)) {
        sink_char(out, '\n');
        write_name(scratch, out, STR("ob="), &w->objects, words->object, place);
        write_name(scratch, out, STR("fl="), &w->files, words->file, place);
        write_name(scratch, out, STR("fn="), &w->names, words->name, place);
    }
    write_position(previous, n, out);
    sink_char(out, ' ');
    write_value(w, graph_flat(n), out);
    for (uint32_t i = 0; i < n->n_out; i++) {
        const struct graph_edge *e = &g->edge[n->out[i]];
        write_name(scratch, out, STR("cfl="), &w->files, w->words[e->to].file, ++place);
        write_name(scratch, out, STR("cfn="), &w->names, w->words[e->to].callee, place);
        sink_text(out, "calls=0 ");
        write_position(previous, &g->node[e->to], out);
        sink_text(out, "\n* * ");
        write_value(w, e->weight, out);
    }
}

static uint64_t node_size(const void *context, uint32_t item) {
    enum { HEAD = 200, CALL = 200 }; /* numbers and keys */
    const struct callgrind_writer *w = context;
    return HEAD + (uint64_t)w->g->node[w->g->order[item]].n_out * CALL + w->item[item].size;
}

bool report_callgrind(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct graph_plan plan = {.object_names = true, .depth = GRAPH_EDGES, .call_tree = in->options->call_tree};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    str unit = graph_output_unit(g, &in->value, in->options, true);
    struct callgrind_writer w = {.g = g, .unit = unit_way(in->value.unit, unit)};
    find_texts(&w, in->arena);
    number_texts(&w, in->arena);
    sink_text(out, "positions: instr line\nevents: ");
    sink_str(out, one_line(in->arena, in->value.type_label));
    sink_char(out, '(');
    sink_str(out, one_line(in->arena, unit));
    sink_text(out, ")\n");
    rows_write(&(struct rows){&w, write_node, node_size}, g->n_nodes, out);
    return true;
}
