/* The report disasm: machine code of the matching functions with the values at each instruction (pprof.md 8.9). */
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "binaries/object_open.h"
#include "go/gotext.h"
#include "report/amount.h"
#include "report/code/assembly.h"

/* A node and its address inside the binary. */
struct disasm_place {
    uint64_t address;
    const struct graph_node *node;
    uint32_t position; /* in the graph's order */
};
struct places {
    const struct disasm_place *at;
    uint32_t n;
};

/* A symbol with samples. */
struct routine {
    struct assembly_symbol symbol;
    str file;
    bool elf;
    struct places places; /* by address */
    int64_t flat;         /* what the places add up to, where the heaviest routines come first; else 0 */
};

struct disasm {
    const struct report_in *in;
    const struct graph *graph;
    struct assembly_tools tools;
    bool by_address; /* the pattern is also a number */
    uint64_t address;
    bool unread;                   /* symbols of a binary */
    bool any_symbol, any_nameless; /* any_nameless: some symbol matches only by samples before the first symbol */
    VEC(struct routine) routines;
};

static int compare_places(const void *a, const void *b) {
    const struct disasm_place *x = a, *y = b;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    return x->position < y->position ? -1 : x->position > y->position;
}

/* Finds the addresses in the file of all nodes. The first address decides how the file was loaded, so it has to be
 * one of the mapping. */
static struct places place_nodes(const struct disasm *d, struct object *file) {
    const struct graph *g = d->graph;
    struct disasm_place *place = ARENA_ARRAY(d->in->arena, struct disasm_place, g->n_nodes);
    uint32_t n = 0;
    uint64_t address;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        address = g->node[g->order[i]].address;
        if (address < file->start || address >= file->limit) continue;
        object_address(file, address, &address, NULL);
        break;
    }
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *node = &g->node[g->order[i]];
        if (object_address(file, node->address, &address, NULL)) place[n++] = (struct disasm_place){address, node, i};
    }
    if (n) qsort(place, n, sizeof *place, compare_places);
    return (struct places){place, n};
}

static uint32_t first_at(struct places p, uint64_t address) {
    uint32_t low = 0, high = p.n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (p.at[mid].address < address)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void add_routines(struct disasm *d, const struct object *file, struct assembly_symbols symbols,
                         struct places all) {
    for (size_t i = 0; i < symbols.n; i++) {
        const struct assembly_symbol *s = &symbols.at[i];
        uint32_t from = first_at(all, s->start), to = first_at(all, s->end);
        if (from < to && !s->n_names)
            d->any_nameless = true;
        else if (from < to)
            *VEC_PUSH(d->in->arena, &d->routines) =
                (struct routine){*s, file->path, file->elf, {all.at + from, to - from}, 0};
    }
    d->any_symbol |= symbols.n > 0;
}

static void search_mapping(struct disasm *d, const struct profile_mapping *m) {
    struct arena *a = d->in->arena;
    const struct profile *view = d->in->view;
    struct object file;
    struct err e = {0};
    struct assembly_symbols symbols;
    str path = profile_str(view, m->file);
    struct object_mapping mapping = {path, m->start, m->limit, m->offset, profile_str(view, m->kernel_symbol)};
    if (d->in->only_below.len && !file_named_is_below(str_c(a, path), d->in->only_below)) {
        notes_add(d->in->notes, NOTE_WARNING, "%.*s is outside of the folders that may be read", STR_ARG(path));
    } else if (!object_open(a, &mapping, &file, &e)) {
        notes_add(d->in->notes, NOTE_OUTPUT, "%s", err_text(&e));
    } else {
        struct places places = place_nodes(d, &file);
        uint64_t *sampled = ARENA_ARRAY(a, uint64_t, places.n);
        for (uint32_t i = 0; i < places.n; i++) sampled[i] = places.at[i].address;
        struct assembly_search wanted = {path, d->in->regex, d->by_address ? d->address : 0, sampled, places.n};
        if (assembly_find_symbols(a, &d->tools, &wanted, &symbols, &e))
            add_routines(d, &file, symbols, places);
        else
            d->unread = true;
    }
    err_clear(&e);
}

/* Searches only binaries with a matching node or the requested address. */
static void search(struct disasm *d) {
    const struct report_in *in = d->in;
    struct intern files = {.arena = in->arena};
    for (uint32_t i = 0; i < d->graph->n_nodes; i++) {
        const struct graph_node *n = &d->graph->node[d->graph->order[i]];
        uint32_t id;
        if (n->object.len == 0 || intern_find(&files, n->object, &id)) continue;
        struct arena_mark m = arena_mark(in->arena);
        bool matches = regex_match(in->regex, graph_node_name(in->arena, n));
        arena_rewind(in->arena, m);
        if (matches) intern_id(&files, n->object);
    }
    for (map_id i = 0; i < in->view->n_mappings; i++) {
        const struct profile_mapping *m = &in->view->mapping[i];
        uint32_t id;
        bool holds_address = d->by_address && m->start <= d->address && d->address <= m->limit;
        if (holds_address || intern_find(&files, profile_str(in->view, m->file), &id)) search_mapping(d, m);
    }
}

static int compare_routines(const void *a, const void *b) {
    const struct routine *x = a, *y = b;
    if (x->flat != y->flat) return x->flat > y->flat ? -1 : 1;
    int c = str_compare(x->symbol.name[0], y->symbol.name[0]);
    if (!c) c = x->symbol.start < y->symbol.start ? -1 : x->symbol.start > y->symbol.start;
    return c;
}

/* One printed instruction: objdump's text with the values of its samples. */
struct disasm_line {
    str function, file;
    int64_t number;
};

struct disasm_amounts {
    int64_t flat, flat_div, cum, cum_div;
};

static void add_amounts(struct disasm_amounts *sum, const struct graph_node *n) {
    sum->flat = graph_add(sum->flat, n->flat);
    sum->flat_div = graph_add(sum->flat_div, n->flat_div);
    sum->cum = graph_add(sum->cum, n->cum);
    sum->cum_div = graph_add(sum->cum_div, n->cum_div);
}

static struct disasm_amounts sum_places(const struct routine *r) {
    struct disasm_amounts sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < r->places.n; i++) add_amounts(&sum, r->places.at[i].node);
    return sum;
}

static void fill_line(struct disasm_line *l, const struct graph_node *n) {
    if (n->file.len && !l->file.len) l->file = str_base_name(n->file);
    if (n->line && !l->number) l->number = n->line;
    if (n->name.len && !l->function.len) l->function = n->name;
}

/* Formats "main main.c:12". */
static str location_text(struct arena *a, const struct disasm_line *l) {
    if (!l->function.len && !l->file.len) return STR_EMPTY;
    str number = l->file.len && l->number ? str_format(a, ":%lld", (long long)l->number) : STR_EMPTY;
    return str_join(a, (str[]){l->function, l->function.len ? STR(" ") : STR_EMPTY, l->file, number}, 4, STR_EMPTY);
}

static void write_location(struct sink *out, str location) {
    sink_char(out, ';');
    sink_str(out, location);
}

static void write_instruction(const struct report_in *in, struct sink *out, const struct assembly_inst *inst,
                              const struct disasm_amounts *sum, str location) {
    bool fits = inst->text.len < 40;
    if (location.len && !fits) {
        sink_repeat(out, ' ', 74);
        write_location(out, location);
        sink_char(out, '\n');
    }
    amount_right(in, out, graph_mean(sum->flat, sum->flat_div), 10, true);
    sink_char(out, ' ');
    amount_right(in, out, graph_mean(sum->cum, sum->cum_div), 10, true);
    sink_printf(out, " %10llx: ", (unsigned long long)inst->address);
    sink_left(out, inst->text, location.len && fits ? 40 : 0);
    if (location.len && fits) write_location(out, location);
    sink_char(out, '\n');
}

static void write_instructions(const struct report_in *in, struct sink *out, struct assembly code, struct places p) {
    struct disasm_line shown = {STR_EMPTY, STR_EMPTY, 0};
    uint32_t next = 0;
    for (size_t i = 0; i < code.n; i++) {
        const struct assembly_inst *inst = &code.at[i];
        struct disasm_line line = {inst->function, inst->file.len ? str_base_name(inst->file) : STR_EMPTY, inst->line};
        /* samples in the middle of an instruction count for it */
        uint64_t end = i + 1 < code.n ? code.at[i + 1].address : UINT64_MAX;
        struct disasm_amounts sum = {0, 0, 0, 0};
        for (; next < p.n && p.at[next].address < end; next++) {
            add_amounts(&sum, p.at[next].node);
            fill_line(&line, p.at[next].node);
        }
        bool changed = !str_equal(line.function, shown.function) || !str_equal(line.file, shown.file) ||
                       line.number != shown.number;
        struct arena_mark m = arena_mark(in->arena);
        write_instruction(in, out, inst, &sum, changed ? location_text(in->arena, &line) : STR_EMPTY);
        arena_rewind(in->arena, m);
        shown = line;
    }
}

enum {
    BATCH = 256,    /* routines whose code is held at once */
    GAP_MOST = 4096 /* bytes between two routines that are disassembled in one run */
};

struct disasm_listing {
    const struct routine *routine;
    struct assembly code;
    bool quick; /* disassembled without lines, which are known in this process at a fraction of objdump's cost */
};

/* Other tools than llvm-objdump name functions in ways of their own. */
static bool is_quick(const struct disasm *d, const struct routine *r) {
    return d->tools.is_llvm && r->elf && !r->symbol.several && !d->tools.others.lines_named;
}

static int compare_places_in_files(const void *a, const void *b) {
    const struct routine *x = (*(struct disasm_listing *const *)a)->routine;
    const struct routine *y = (*(struct disasm_listing *const *)b)->routine;
    int c = str_compare(x->file, y->file);
    return c ? c : x->symbol.start < y->symbol.start ? -1 : x->symbol.start > y->symbol.start;
}

/* Disassembles routines of one file, by their starts, in as few runs as there are gaps between them. */
static bool disassemble_quickly(const struct disasm *d, struct disasm_listing **l, size_t n, struct err *e) {
    struct arena *a = d->in->arena;
    str file = l[0]->routine->file;
    struct assembly *code = ARENA_ARRAY(a, struct assembly, n);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && l[to]->routine->symbol.start - l[to - 1]->routine->symbol.end <= GAP_MOST;) to++;
        struct assembly_range range = {file, l[from]->routine->symbol.start, l[to - 1]->routine->symbol.end,
                                       d->in->options->intel_syntax, false};
        struct assembly all;
        if (!assembly_disassemble(a, &d->tools, &range, &all, e)) return false;
        for (size_t i = from, at = 0; i < to; i++) {
            const struct assembly_symbol *s = &l[i]->routine->symbol;
            while (at < all.n && all.at[at].address < s->start) at++;
            code[i] = (struct assembly){all.at + at, 0};
            while (at < all.n && all.at[at].address < s->end) at++, code[i].n++;
        }
    }
    bool known = assembly_add_lines(a, &d->tools, file, code, n, d->in->notes);
    for (size_t i = 0; i < n; i++) {
        l[i]->quick = known;
        l[i]->code = code[i];
    }
    return true;
}

static bool disassemble(const struct disasm *d, struct disasm_listing *l, size_t n, struct err *e) {
    struct disasm_listing **quick = ARENA_ARRAY(d->in->arena, struct disasm_listing *, n);
    size_t n_quick = 0;
    for (size_t i = 0; i < n; i++)
        if (l[i].quick) quick[n_quick++] = &l[i];
    if (n_quick) qsort(quick, n_quick, sizeof *quick, compare_places_in_files);
    for (size_t from = 0, to; from < n_quick; from = to) {
        for (to = from + 1; to < n_quick && str_equal(quick[to]->routine->file, quick[from]->routine->file);) to++;
        if (!disassemble_quickly(d, quick + from, to - from, e)) return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct routine *r = l[i].routine;
        struct assembly_range range = {r->file, r->symbol.start, r->symbol.end, d->in->options->intel_syntax, true};
        if (!l[i].quick && !assembly_disassemble(d->in->arena, &d->tools, &range, &l[i].code, e)) return false;
    }
    return true;
}

static void write_routine(const struct disasm *d, struct sink *out, const struct disasm_listing *l) {
    const struct report_in *in = d->in;
    const struct routine *r = l->routine;
    struct disasm_amounts sum = sum_places(r);
    for (uint32_t i = 0; i < r->symbol.n_names; i++) {
        sink_str(out, i ? STR("    AKA ======================== ") : STR("ROUTINE ======================== "));
        sink_str(out, r->symbol.name[i]);
        sink_char(out, '\n');
    }
    amount_right(in, out, sum.flat, 10, false);
    sink_char(out, ' ');
    amount_right(in, out, sum.cum, 10, false);
    sink_text(out, " (flat, cum) ");
    char percentage[32];
    sink_write(out, percentage, unit_percentage(percentage, sum.cum, in->value.total));
    sink_text(out, " of Total\n");
    write_instructions(in, out, l->code, r->places);
}

static bool fail(const struct disasm *d, struct err *e) {
    if (d->unread && !d->tools.objdump) return err_set(e, "cannot disasm: no objdump tool available");
    if (!d->by_address) return err_set(e, "no matches found for regexp %.*s", STR_ARG(d->in->pattern));
    unsigned long long address = d->address;
    if (d->any_nameless) return err_set(e, "address 0x%llx is before the first symbol of its binary", address);
    if (!d->any_symbol) return err_set(e, "no matches found for address 0x%llx", address);
    return err_set(
        e, "address 0x%llx found in binary, but the corresponding symbols do not have samples in the profile", address);
}

bool report_disasm(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_plan plan = {.object_names = true};
    struct disasm d = {.in = in};
    d.graph = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    d.by_address = gotext_parse_uint(in->pattern, 0, &d.address) == GOTEXT_OK;
    assembly_find_tools(in->arena, in->tools, &d.tools);
    search(&d);
    if (d.routines.n == 0) return fail(&d, e);
    for (size_t i = 0; in->most && i < d.routines.n; i++) d.routines.at[i].flat = sum_places(&d.routines.at[i]).flat;
    qsort(d.routines.at, d.routines.n, sizeof *d.routines.at, compare_routines);
    sink_text(out, "Total: ");
    amount_write(in, out, in->value.total);
    sink_char(out, '\n');
    if (in->most && d.routines.n > in->most) d.routines.n = in->most;
    struct disasm_listing listing[BATCH];
    for (size_t from = 0; from < d.routines.n; from += BATCH) {
        size_t n = d.routines.n - from < BATCH ? d.routines.n - from : BATCH;
        for (size_t i = 0; i < n; i++) {
            const struct routine *r = &d.routines.at[from + i];
            listing[i] = (struct disasm_listing){.routine = r, .quick = is_quick(&d, r)};
        }
        struct arena_mark m = arena_mark(in->arena);
        if (!disassemble(&d, listing, n, e)) return false;
        for (size_t i = 0; i < n; i++) write_routine(&d, out, &listing[i]);
        arena_rewind(in->arena, m);
    }
    return true;
}
