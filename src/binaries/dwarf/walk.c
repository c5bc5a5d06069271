/* Walks the entries of a unit once, and finds for each asked address the innermost function that has it. As in
 * llvm-symbolizer, the last entry wins among those that have an address, whatever they are nested in. */
#include "binaries/dwarf/walk.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/search.h"
#include "binaries/dwarf/ranges.h"

/* Bounds on damaged files. Real ones nest functions a tenth of that deep, and have a name behind two references. */
enum { SCOPES_MOST = 1000, REFERENCES_MOST = 16, TEXT_MOST = 1 << 20 };

/* A function, or an inlined one, that has an asked address or contains one that has. */
struct function_node {
    uint64_t entry;  /* offset in .debug_info */
    uint32_t parent; /* the function that it is inlined into; UINT32_MAX: none */
    bool known;      /* the rest is filled in */
    str name;
    int64_t start_line, call_line, call_column;
    uint64_t call_file;
};

/* A function whose children are being walked. */
struct function_scope {
    uint64_t entry;
    uint32_t node;        /* UINT32_MAX: not yet made */
    uint32_t depth;       /* of its children */
    uint32_t first, last; /* its asked addresses are among those of [first, last) */
    uint16_t tag;
};

struct unit_walk {
    struct arena arena;     /* freed behind the unit */
    struct dwarf_walker *w; /* of the image with the entries */
    const struct dwarf_open_unit *unit;
    const struct dwarf_asked *asked;
    uint32_t *innermost; /* by asked address: a node or UINT32_MAX */
    VEC(struct function_node) nodes;
    struct function_scope scope[SCOPES_MOST];
    uint32_t n_scopes;
    struct dwarf_ranges ranges;
    uint64_t marks_left; /* what may still be done for this unit */
    bool damaged;
};

void dwarf_walker_init(struct dwarf_walker *w, struct arena *scratch, struct arena *results,
                       const struct dwarf_image *image, struct dwarf_units units) {
    *w = (struct dwarf_walker){.results = results, .described = {.arena = scratch}};
    dwarf_context_init(&w->context, scratch, image, units);
}

/* The node of a scope, and of the functions around it that it is inlined into. */
static uint32_t make_node(struct unit_walk *k, uint32_t scope) {
    uint32_t from = scope;
    while (k->scope[from].node == UINT32_MAX && k->scope[from].tag != DW_TAG_subprogram && from > 0) from--;
    for (uint32_t i = from; i <= scope; i++) {
        struct function_scope *s = &k->scope[i];
        if (s->node != UINT32_MAX) continue;
        bool outermost = s->tag == DW_TAG_subprogram || i == 0;
        s->node = (uint32_t)k->nodes.n;
        *VEC_PUSH(&k->arena, &k->nodes) =
            (struct function_node){.entry = s->entry, .parent = outermost ? UINT32_MAX : k->scope[i - 1].node};
    }
    return k->scope[scope].node;
}

/* Marks the asked addresses that the newest scope has, among those of [low, high). What is inlined into a function has
 * addresses of that function, but in strict DWARF 2 not always those of what it is nested in. */
static void mark(struct unit_walk *k, uint32_t low, uint32_t high) {
    uint32_t scope = k->n_scopes - 1, from = high, to = low;
    for (size_t i = 0; i < k->ranges.list.n; i++) {
        struct dwarf_range range = k->ranges.list.at[i];
        uint32_t first = search_u64(k->asked->address, low, high, range.low), at = first;
        if (at == high || k->asked->address[at] >= range.high) continue;
        uint32_t node = make_node(k, scope);
        for (; at < high && k->asked->address[at] < range.high; at++) k->innermost[at] = node;
        if (at - first > k->marks_left) k->damaged = true;
        k->marks_left -= at - first;
        if (first < from) from = first;
        if (at > to) to = at;
        if (k->damaged) return;
    }
    if (k->scope[scope].tag != DW_TAG_subprogram) return;
    k->scope[scope].first = from;
    k->scope[scope].last = to;
}

/* Takes a function's entry at the reader: the newest scope. */
static void take_function(struct unit_walk *k, const struct dwarf_abbrev *a, struct dwarf_reader *r, uint64_t entry,
                          uint32_t depth) {
    const struct function_scope *outer = k->n_scopes ? &k->scope[k->n_scopes - 1] : NULL;
    uint32_t low = outer ? outer->first : 0, high = outer ? outer->last : k->asked->n;
    if (k->n_scopes == SCOPES_MOST) {
        k->damaged = true;
        return;
    }
    if (a->tag == DW_TAG_subprogram) { /* may be anywhere, whatever it is nested in */
        low = 0;
        high = k->asked->n;
    }
    k->scope[k->n_scopes++] = (struct function_scope){
        .entry = entry, .node = UINT32_MAX, .depth = depth + 1, .first = low, .last = high, .tag = a->tag};
    if (!a->has_code || low >= high) {
        dwarf_skip_entry(k->unit->abbrevs, a, r);
        return;
    }
    struct dwarf_extent extent = {0};
    for (uint32_t i = 0; i < a->n_attributes; i++) {
        const struct dwarf_attribute *attribute = &k->unit->abbrevs->attribute[a->first_attribute + i];
        struct dwarf_value v = dwarf_read_value(k->unit, attribute, r);
        dwarf_extent_take(&extent, attribute->name, &v);
    }
    if (!dwarf_read_ranges(&k->w->context, k->unit, &extent, &k->ranges)) k->damaged = true;
    if (k->ranges.list.n) mark(k, low, high); /* else it has the addresses of what is in it */
}

static void walk_entries(struct unit_walk *k) {
    const struct dwarf_abbrevs *t = k->unit->abbrevs;
    const struct dwarf_unit *head = &k->unit->head;
    struct dwarf_reader r = dwarf_read_section(k->w->context.image, DWARF_INFO, head->offset + head->first);
    const unsigned char *start = (const unsigned char *)k->w->context.image->section[DWARF_INFO].ptr;
    uint32_t depth = 0;
    r.end = start + head->end;
    while (r.at < r.end && !r.failed && !k->damaged) {
        uint64_t entry = (uint64_t)(r.at - start), code = dwarf_uleb(&r);
        if (!code) {
            if (depth <= 1) break; /* the end of the unit's own children */
            if (k->n_scopes && k->scope[k->n_scopes - 1].depth == depth) k->n_scopes--;
            depth--;
            continue;
        }
        const struct dwarf_abbrev *a = dwarf_find_abbrev(t, code);
        if (!a) {
            k->damaged = true;
            break;
        }
        if (a->is_function && (a->has_code || a->children)) {
            take_function(k, a, &r, entry, depth);
            if (!a->children && !k->damaged) k->n_scopes--;
        } else {
            dwarf_skip_entry(t, a, &r);
        }
        depth += a->children;
        if (!depth) break; /* a unit without children */
    }
    k->damaged |= r.failed;
}

/* The unit's context for an entry, and its attributes. Returns false if there is no entry. */
static bool find_entry(struct dwarf_context *c, uint64_t entry, const struct dwarf_open_unit **u,
                       const struct dwarf_abbrev **a, struct dwarf_reader *r) {
    uint32_t unit = dwarf_find_unit(&c->units, entry);
    if (unit == UINT32_MAX || !(*u = dwarf_open_unit(c, unit))) return false;
    *r = dwarf_read_section(c->image, DWARF_INFO, entry);
    r->end = (const unsigned char *)c->image->section[DWARF_INFO].ptr + (*u)->head.end;
    *a = dwarf_find_abbrev((*u)->abbrevs, dwarf_uleb(r));
    return *a != NULL;
}

/* The entries that an entry takes its name from. */
struct entry_references {
    uint64_t entry[2];   /* a declaration, then the abstract function */
    bool has[2], alt[2]; /* alt: in the supplementary file */
};

/* Takes one attribute of a function. */
static void take_attribute(struct dwarf_context *c, const struct dwarf_open_unit *u, uint16_t name,
                           const struct dwarf_value *v, struct dwarf_description *d, struct entry_references *to) {
    switch (name) {
    case DW_AT_linkage_name:
    case DW_AT_MIPS_linkage_name:
        if (!d->linkage_name.len) d->linkage_name = dwarf_value_string(c, u, v);
        break;
    case DW_AT_name:
        if (!d->name.len) d->name = dwarf_value_string(c, u, v);
        break;
    case DW_AT_decl_line:
        if (!d->has_line) d->line = (int64_t)(uint32_t)v->number;
        d->has_line = true;
        break;
    case DW_AT_specification:
    case DW_AT_abstract_origin: {
        int which = name == DW_AT_abstract_origin;
        to->alt[which] = v->kind == DWARF_ALT_REFERENCE;
        to->has[which] = v->kind == DWARF_REFERENCE || to->alt[which];
        to->entry[which] = v->number;
        break;
    }
    default: break;
    }
}

static bool is_complete(const struct dwarf_description *d) { return d->linkage_name.len && d->name.len && d->has_line; }

/* Adds what the entry, and those that it refers to, say and *d does not. *left bounds their number. */
static void describe(struct dwarf_context *c, uint64_t entry, unsigned *left, struct dwarf_description *d) {
    const struct dwarf_open_unit *u;
    const struct dwarf_abbrev *a;
    struct dwarf_reader r;
    struct entry_references to = {.has = {false}};
    if (!*left || !c || !find_entry(c, entry, &u, &a, &r)) return;
    --*left;
    for (uint32_t i = 0; i < a->n_attributes; i++) {
        const struct dwarf_attribute *attribute = &u->abbrevs->attribute[a->first_attribute + i];
        struct dwarf_value v = dwarf_read_value(u, attribute, &r);
        take_attribute(c, u, attribute->name, &v, d, &to);
    }
    for (int i = 0; i < 2; i++)
        if (to.has[i] && !is_complete(d)) describe(to.alt[i] ? dwarf_context_alt(c) : c, to.entry[i], left, d);
}

/* Copies a name to the results; drops one that no compiler writes. */
static str keep(struct dwarf_walker *w, str name) {
    return name.len && name.len <= TEXT_MOST ? str_copy(w->results, name) : STR_EMPTY;
}

/* The same, once for each entry; strings are copied to the results. Many inlined functions share an entry. */
static struct dwarf_description *description_of(struct dwarf_walker *w, uint64_t entry, bool alt) {
    bool added;
    uint64_t key = alt ? ~entry : entry; /* no file has offsets that large */
    uint32_t i = u64map_put(&w->described, key, (uint32_t)w->descriptions.n, &added);
    if (added) {
        struct dwarf_description d = {.linkage_name = STR_EMPTY, .name = STR_EMPTY};
        unsigned left = REFERENCES_MOST;
        describe(alt ? dwarf_context_alt(&w->context) : &w->context, entry, &left, &d);
        d.linkage_name = keep(w, d.linkage_name);
        d.name = keep(w, d.name);
        *VEC_PUSH(w->context.arena, &w->descriptions) = d;
    }
    return &w->descriptions.at[i];
}

/* Fills in a node: from its entry, then from the entries that it refers to. */
static void fill_node(struct unit_walk *k, struct function_node *node) {
    struct dwarf_walker *w = k->w;
    const struct dwarf_open_unit *u;
    const struct dwarf_abbrev *a;
    struct dwarf_reader r;
    struct entry_references to = {.has = {false}};
    struct dwarf_description d = {.linkage_name = STR_EMPTY, .name = STR_EMPTY};
    node->known = true;
    node->name = STR_EMPTY;
    if (!dwarf_spend_text(w->context.spent, 0) || !find_entry(&w->context, node->entry, &u, &a, &r)) return;
    for (uint32_t i = 0; i < a->n_attributes; i++) {
        const struct dwarf_attribute *attribute = &u->abbrevs->attribute[a->first_attribute + i];
        struct dwarf_value v = dwarf_read_value(u, attribute, &r);
        switch (attribute->name) {
        case DW_AT_call_file: node->call_file = v.number; break;
        case DW_AT_call_line: node->call_line = (int64_t)(uint32_t)v.number; break;
        case DW_AT_call_column: node->call_column = (int64_t)(uint32_t)v.number; break;
        default: take_attribute(&w->context, u, attribute->name, &v, &d, &to); break;
        }
    }
    dwarf_spend_text(w->context.spent, d.linkage_name.len + d.name.len);
    d.linkage_name = keep(w, d.linkage_name);
    d.name = keep(w, d.name);
    for (int i = 0; i < 2; i++) {
        if (!to.has[i] || is_complete(&d)) continue;
        struct dwarf_description *more = description_of(w, to.entry[i], to.alt[i]);
        if (more->counted != k->unit->head.end)
            dwarf_spend_text(w->context.spent, more->linkage_name.len + more->name.len);
        more->counted = k->unit->head.end;
        if (!d.linkage_name.len) d.linkage_name = more->linkage_name;
        if (!d.name.len) d.name = more->name;
        if (!d.has_line) d.line = more->line;
        d.has_line |= more->has_line;
    }
    node->name = d.linkage_name.len ? d.linkage_name : d.name;
    node->start_line = d.line;
}

/* Fills in the frames of one address. */
static void make_frames(struct unit_walk *k, uint32_t i, const struct dwarf_place *place,
                        struct dwarf_line_table *table) {
    struct lines_frame first = {.function = STR_EMPTY, .file = STR_EMPTY};
    struct arena *a = k->w->results;
    if (place->known && dwarf_file_path(a, table, place->file, &first.file)) {
        first.line = place->line;
        first.column = place->column;
    }
    uint32_t n = 0;
    for (uint32_t node = k->innermost[i]; node != UINT32_MAX; node = k->nodes.at[node].parent) n++;
    if (!dwarf_spend_text(k->w->context.spent, n * sizeof(struct lines_frame))) return;
    struct lines_frame *frame = ARENA_ARRAY(a, struct lines_frame, n ? n : 1);
    struct lines_frame *f = frame;
    size_t text = 0;
    *f = first;
    for (uint32_t node = k->innermost[i]; node != UINT32_MAX; node = k->nodes.at[node].parent) {
        struct function_node *at = &k->nodes.at[node];
        if (!at->known) fill_node(k, at);
        f->function = at->name;
        f->start_line = at->start_line;
        text += f->function.len + f->file.len;
        if (at->parent == UINT32_MAX) break;
        *++f = (struct lines_frame){
            .function = STR_EMPTY, .file = STR_EMPTY, .line = at->call_line, .column = at->call_column};
        if (!dwarf_file_path(a, table, at->call_file, &f->file)) f->file = STR_EMPTY;
    }
    if (text > TEXT_MOST) { /* no real function is called like that */
        k->damaged = true;
        n = 1;
        frame[0] = (struct lines_frame){.function = STR_EMPTY, .file = STR_EMPTY};
    }
    k->asked->answer[i] = (struct lines_answer){frame, n ? n : 1};
}

bool dwarf_answer_unit(struct dwarf_walker *w, const struct dwarf_open_unit *u, struct dwarf_functions functions,
                       const struct dwarf_asked *asked) {
    struct unit_walk *k = memory_zero(1, sizeof *k);
    struct dwarf_place *place = ARENA_ZERO(&k->arena, struct dwarf_place, asked->n);
    struct dwarf_line_table table = {.arena = &k->arena, .directory = STR_EMPTY};
    *k = (struct unit_walk){.arena = k->arena, .w = functions.walker, .unit = functions.unit, .asked = asked};
    k->innermost = ARENA_ARRAY(&k->arena, uint32_t, asked->n);
    memset(k->innermost, 0xff, asked->n * sizeof *k->innermost);
    if (k->unit) {
        k->ranges.arena = &k->arena;
        k->marks_left = UINT64_C(1000) * asked->n + 100000;
        walk_entries(k);
    }
    if (u && !dwarf_read_lines(&w->context, u, asked->address, asked->n, place, &table)) k->damaged = true;
    for (uint32_t i = 0; i < asked->n; i++) make_frames(k, i, &place[i], &table);
    bool ok = u && !k->damaged;
    arena_release(&k->arena);
    free(k);
    return ok;
}
