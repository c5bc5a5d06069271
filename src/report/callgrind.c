/* callgrind: the whole graph for KCachegrind and callgrind_annotate. Names and addresses are compressed as the format
 * allows. */
#include <ctype.h>
#include <string.h>

#include "base/digits.h"
#include "base/hash.h"
#include "go/unit.h"
#include "out/message.h"
#include "report/report.h"
#include "report/rows.h"

#define NO_TEXT UINT32_MAX

enum {
    REFERENCE_MOST = 15,        /* bytes of "(N)" and the end of a line */
    LINE_MOST = 4 * DIGITS_MOST /* bytes of a line without names */
};

/* Texts that are written once; later they are referred to by number. */
struct callgrind_texts {
    struct intern all;
    str last; /* the last that was looked up: most nodes have one object */
    uint32_t last_text;
    struct callgrind_text {
        char reference[REFERENCE_MOST]; /* "(N)\n", where N counts texts in the order in which they are written */
        uint8_t len;                    /* of these bytes; 0: the text is not written */
        uint32_t place;                 /* where it is written */
    } * text;                           /* per text of `all` */
    uint32_t n_written;
};

/* What is written of a node. Callees are looked up here, in no order, so it is short. */
struct callgrind_node {
    uint64_t address;
    int64_t line;
    uint32_t function;           /* that of the graph's node */
    uint32_t object, file, name; /* texts; NO_TEXT: empty */
    uint32_t callee;             /* its name as a callee; NO_TEXT for nodes that are not listed */
};

struct callgrind_writer {
    const struct graph *g;
    struct unit_way unit;
    struct callgrind_node *node; /* per node */
    uint32_t n_functions;        /* more than any number of a function */
    struct callgrind_texts objects, files, names;
    struct callgrind_place { /* per listed node */
        uint32_t place;      /* of its own texts; those of its calls are the next numbers */
        uint64_t size;       /* most bytes of the texts that are written there */
    } * item;
};

static uint32_t text_of(struct callgrind_texts *t, str text) {
    if (!text.len) return NO_TEXT;
    if (text.ptr == t->last.ptr && text.len == t->last.len) return t->last_text;
    t->last = text;
    return t->last_text = intern_id(&t->all, text);
}

static str numbered(struct arena *a, str name, uint32_t i, uint32_t n) {
    str suffix = str_format(a, " [%u/%u]", i + 1, n);
    return str_join(a, (str[]){name, suffix}, 2, STR_EMPTY);
}

/* Callgrind merges functions with the same file and name, so nodes of different functions get a number. */
static void find_callees(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    struct u64map pairs = {.arena = a};
    struct callgrind_group {
        uint32_t pair;   /* of its file and name; NO_TEXT: no node of it was seen */
        uint32_t number; /* among the functions of the pair */
        uint32_t callee; /* NO_TEXT: not known yet */
    } *function = ARENA_ARRAY(a, struct callgrind_group, w->n_functions);
    memset(function, 0xff, w->n_functions * sizeof *function);
    uint32_t *n_functions = ARENA_ZERO(a, uint32_t, w->n_functions); /* per pair */
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct callgrind_node *n = &w->node[g->order[i]];
        struct callgrind_group *f = &function[n->function];
        bool added;
        if (f->pair != NO_TEXT) continue;
        f->pair = u64map_put(&pairs, (uint64_t)n->file << 32 | n->name, pairs.n, &added);
        f->number = n_functions[f->pair]++;
    }
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        struct callgrind_node *n = &w->node[g->order[i]];
        struct callgrind_group *f = &function[n->function];
        uint32_t of_pair = n_functions[f->pair];
        n->callee = n->name;
        if (of_pair == 1) continue;
        if (f->callee == NO_TEXT)
            f->callee = text_of(&w->names, numbered(a, g->node[g->order[i]].name, f->number, of_pair));
        n->callee = f->callee;
    }
}

/* Looks up all texts before the first is written, once for each function: its nodes differ in places only. */
static void find_texts(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    w->objects.all.arena = w->files.all.arena = w->names.all.arena = a;
    w->node = ARENA_ARRAY(a, struct callgrind_node, g->n_all);
    intern_reserve(&w->names.all, g->n_all);
    for (uint32_t i = 0; i < g->n_all; i++)
        if (g->node[i].function >= w->n_functions) w->n_functions = g->node[i].function + 1;
    uint32_t *first = ARENA_ZERO(a, uint32_t, w->n_functions); /* per function: its first node + 1 */
    for (uint32_t i = 0; i < g->n_all; i++) {
        const struct graph_node *n = &g->node[i];
        if (first[n->function]) {
            w->node[i] = w->node[first[n->function] - 1];
        } else {
            first[n->function] = i + 1;
            w->node[i] = (struct callgrind_node){.function = n->function,
                                                 .object = text_of(&w->objects, n->object),
                                                 .file = text_of(&w->files, n->file),
                                                 .name = text_of(&w->names, n->name),
                                                 .callee = NO_TEXT};
        }
        w->node[i].address = n->address;
        w->node[i].line = n->line;
    }
    find_callees(w, a);
}

static bool is_same_function(const struct callgrind_node *a, const struct callgrind_node *b) {
    return a->object == b->object && a->file == b->file && a->name == b->name;
}

static const struct callgrind_node *node_of(const struct callgrind_writer *w, uint32_t item) {
    return &w->node[w->g->order[item]];
}
static bool has_head(const struct callgrind_writer *w, uint32_t item) {
    return item == 0 || !is_same_function(node_of(w, item - 1), node_of(w, item));
}

static void number_text(struct callgrind_texts *texts, struct callgrind_text *t, uint32_t place) {
    char reference[1 + DIGITS_MOST + 2] = "(", *end = digits_write(reference + 1, ++texts->n_written);
    *end++ = ')';
    *end++ = '\n';
    memcpy(t->reference, reference, sizeof t->reference);
    t->len = (uint8_t)(end - reference);
    t->place = place;
}

/* Returns the most bytes of the text at this place, where each of its bytes may be spelled out. */
static inline uint64_t take_text(struct callgrind_texts *texts, uint32_t text, uint32_t place) {
    enum { SPELLED = 4 };
    if (text == NO_TEXT || texts->text[text].len) return 0;
    number_text(texts, &texts->text[text], place);
    return texts->all.key[text].len * SPELLED;
}

/* Finds where each text is written first, so that nodes can be written in any order. */
static void number_texts(struct callgrind_writer *w, struct arena *a) {
    const struct graph *g = w->g;
    struct callgrind_texts *all[] = {&w->objects, &w->files, &w->names};
    for (int i = 0; i < 3; i++) all[i]->text = ARENA_ZERO(a, struct callgrind_text, all[i]->all.n);
    w->item = ARENA_ARRAY(a, struct callgrind_place, g->n_nodes);
    uint32_t place = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++, place++) {
        const struct callgrind_node *own = node_of(w, i);
        const struct graph_node *n = &g->node[g->order[i]];
        struct callgrind_place item = {place, 0};
        if (has_head(w, i)) {
            item.size += take_text(&w->objects, own->object, place);
            item.size += take_text(&w->files, own->file, place);
            item.size += take_text(&w->names, own->name, place);
        }
        for (uint32_t k = 0; k < n->n_out; k++) {
            const struct callgrind_node *callee = &w->node[g->edge[n->out[k]].to];
            item.size += take_text(&w->files, callee->file, ++place);
            item.size += take_text(&w->names, callee->callee, place);
        }
        w->item[i] = item;
    }
}

/* Returns true if a part of the name would be a line of the format: a key or a position. Readers skip other lines. */
static bool has_line(str name) {
    bool begins = false;
    if (!memchr(name.ptr, '\n', name.len) && !memchr(name.ptr, '\r', name.len)) return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        begins |= c == '\n' || c == '\r';
        if (!begins || isspace((unsigned char)c)) continue;
        if (isalnum((unsigned char)c) || (c && strchr("+-*(", c))) return true;
        begins = false;
    }
    return false;
}

static str one_line(struct arena *a, str name) { return name.len && has_line(name) ? message_one_line(a, name) : name; }

/* Writes "(N) name" where it is first, "(N)" later, nothing for an empty name. */
static inline void write_name(struct arena *scratch, struct sink *out, str key, const struct callgrind_texts *texts,
                              uint32_t text, uint32_t place) {
    sink_str(out, key);
    if (text == NO_TEXT) {
        sink_char(out, '\n');
        return;
    }
    const struct callgrind_text *t = &texts->text[text];
    sink_reserve(out, sizeof t->reference);
    memcpy(out->buf + out->len, t->reference, sizeof t->reference);
    out->len += t->len;
    if (t->place != place) return;
    out->buf[out->len - 1] = ' ';
    sink_str(out, one_line(scratch, texts->all.key[text]));
    sink_char(out, '\n');
}

/* Writes an address, relative to that of the previous node if this is shorter. Returns its end, as do those below. */
static char *write_address(char *to, const struct callgrind_node *previous, uint64_t address) {
    if (previous) {
        int64_t difference = (int64_t)(address - previous->address);
        if (difference == 0) {
            *to = '*';
            return to + 1;
        }
        *to = difference > 0 ? '+' : '-';
        char *end = digits_write(to + 1, (uint64_t)graph_abs(difference));
        if ((size_t)(end - to) < 2 + digits_count_hex(address)) return end;
    }
    memcpy(to, "0x", 2);
    return digits_write_hex(to + 2, address);
}

static char *write_position(char *to, const struct callgrind_node *previous, const struct callgrind_node *n) {
    to = write_address(to, previous, n->address);
    *to = ' ';
    return digits_write_signed(to + 1, n->line);
}

static char *write_value(char *to, const struct callgrind_writer *w, int64_t value) {
    to = digits_write_signed(to, graph_truncate(unit_convert_value(&w->unit, value)));
    *to = '\n';
    return to + 1;
}

static void write_node(const void *context, struct arena *scratch, uint32_t item, struct sink *out) {
    const struct callgrind_writer *w = context;
    const struct graph *g = w->g;
    const struct graph_node *n = &g->node[g->order[item]];
    const struct callgrind_node *own = node_of(w, item), *previous = item ? node_of(w, item - 1) : NULL;
    uint32_t place = w->item[item].place;
    if (has_head(w, item)) {
        sink_char(out, '\n');
        write_name(scratch, out, STR("ob="), &w->objects, own->object, place);
        write_name(scratch, out, STR("fl="), &w->files, own->file, place);
        write_name(scratch, out, STR("fn="), &w->names, own->name, place);
    }
    sink_reserve(out, LINE_MOST);
    char *to = write_position(out->buf + out->len, previous, own);
    *to = ' ';
    to = write_value(to + 1, w, graph_flat(n));
    out->len = (size_t)(to - out->buf);
    for (uint32_t i = 0; i < n->n_out; i++) {
        const struct graph_edge *e = &g->edge[n->out[i]];
        const struct callgrind_node *callee = &w->node[e->to];
        write_name(scratch, out, STR("cfl="), &w->files, callee->file, ++place);
        write_name(scratch, out, STR("cfn="), &w->names, callee->callee, place);
        sink_text(out, "calls=0 ");
        sink_reserve(out, 2 * LINE_MOST);
        to = write_position(out->buf + out->len, previous, callee);
        memcpy(to, "\n* * ", 5);
        to = write_value(to + 5, w, e->weight);
        out->len = (size_t)(to - out->buf);
    }
}

static uint64_t node_size(const void *context, uint32_t item) {
    enum { HEAD = 200, CALL = 200 }; /* numbers and keys */
    const struct callgrind_writer *w = context;
    return HEAD + (uint64_t)w->g->node[w->g->order[item]].n_out * CALL + w->item[item].size;
}

bool report_callgrind(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct graph_plan plan = {
        .object_names = true, .depth = GRAPH_EDGES, .only_out = true, .call_tree = in->options->call_tree};
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
