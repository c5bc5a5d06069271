/* The machine code of weblist: disassembles ranges around the requested addresses, and finds each instruction's
 * functions and lines in the binary. */
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "binaries/lines.h"
#include "binaries/object_open.h"
#include "report/code/assembly.h"
#include "report/code/weblist.h"

enum {
    AROUND = 500,      /* bytes shown before and after a requested address */
    RANGES_MOST = 25,  /* only the heaviest */
    NEIGHBOURHOOD = 32 /* within this many bytes, an instruction without a line belongs to the previous one */
};

struct binary {
    str path;
    bool usable;
    struct object object;
};

struct code_range {
    uint64_t first;      /* the lowest requested address */
    uint64_t begin, end; /* in the process */
    uint32_t binary;
    map_id mapping;
    int64_t score;
};

struct range_finder {
    const struct report_in *in;
    struct arena *arena;
    const struct weblist_weight *weight;
    size_t n_weights;
    struct weblist_list *out;
    struct assembly_tools tools;
    bool failed; /* objdump, and a note says so */
    struct object_known known;
    struct intern paths;
    VEC(struct binary) binaries; /* one per path, as mapped at its first use */
    VEC(struct code_range) ranges;
};

static uint32_t binary_of(struct range_finder *f, map_id m) {
    const struct profile *v = f->in->view;
    const struct profile_mapping *mapping = &v->mapping[m];
    str path = profile_str(v, mapping->file);
    uint32_t id = intern_id(&f->paths, path);
    if (id < f->binaries.n) return id;
    struct binary b = {.path = path};
    str below = f->in->only_below;
    b.usable = (!below.len || file_named_is_below(str_c(f->arena, path), below)) &&
               object_open_known(&f->known,
                                 &(struct object_mapping){path, mapping->start, mapping->limit, mapping->offset,
                                                          profile_str(v, mapping->kernel_symbol)},
                                 &b.object, NULL);
    *VEC_PUSH(f->arena, &f->binaries) = b;
    return id;
}

/* The binary of a requested address; UINT32_MAX if none can be read. */
static uint32_t usable_binary(struct range_finder *f, loc_id loc) {
    map_id m = f->in->view->location[loc].mapping;
    if (m == PROFILE_NONE) return UINT32_MAX;
    uint32_t b = binary_of(f, m);
    return f->binaries.at[b].usable ? b : UINT32_MAX;
}

static int64_t flat_at(const struct range_finder *f, uint64_t address) {
    size_t low = 0, high = f->n_weights;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (f->weight[mid].address < address)
            low = mid + 1;
        else
            high = mid;
    }
    return low < f->n_weights && f->weight[low].address == address ? f->weight[low].flat : 0;
}

/* Adds an address without a binary, of which only the place is known. */
static void add_synthetic(struct range_finder *f, const struct weblist_wanted *w) {
    const struct profile *v = f->in->view;
    const struct profile_location *l = &v->location[w->location];
    struct weblist_frame *frame = ARENA_ARRAY(f->arena, struct weblist_frame, l->n_lines);
    for (uint32_t i = 0; i < l->n_lines; i++) {
        const struct profile_line *line = &v->line[l->first_line + i];
        const struct profile_function *fn = &v->function[line->function];
        frame[i] = (struct weblist_frame){profile_str(v, fn->name), profile_str(v, fn->file), line->line};
    }
    struct weblist_found found = {
        .inst = {.address = w->address, .file_address = w->address, .length = 1, .text = STR_EMPTY, .synthetic = true},
        .shown = {frame, l->n_lines}};
    found.inst.file = l->n_lines ? frame[0].file : STR_EMPTY;
    found.inst.line = l->n_lines ? frame[0].line : 0;
    *VEC_PUSH(f->out->arena, &f->out->found) = found;
}

/* Joins nearby addresses into one range, in the mapping of the first. */
static void make_ranges(struct range_finder *f, const struct weblist_wanted *wanted, const uint32_t *binary, size_t n) {
    for (size_t i = 0; i < n;) {
        uint64_t first = wanted[i].address;
        struct code_range r = {
            first, first, first, binary[i], f->in->view->location[wanted[i].location].mapping, flat_at(f, first)};
        const struct profile_mapping *m = &f->in->view->mapping[r.mapping];
        for (i++; i < n && wanted[i].address <= r.end + 2 * AROUND && wanted[i].address < m->limit; i++) {
            r.end = wanted[i].address;
            r.score = graph_add(r.score, flat_at(f, r.end));
        }
        r.begin = r.first - m->start >= AROUND ? r.first - AROUND : m->start;
        r.end = m->limit - r.end >= AROUND ? r.end + AROUND : m->limit;
        *VEC_PUSH(f->arena, &f->ranges) = r;
    }
}

static int compare_ranges(const void *a, const void *b) {
    const struct code_range *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* Instructions of one range from objdump, before their lines are known. */
struct code {
    const struct code_range *range;
    uint64_t base; /* process address minus file address */
    struct assembly assembly;
    struct weblist_stack *stack; /* of each instruction */
};

/* Skips duplicates of earlier addresses. */
static bool is_next(uint64_t address, uint64_t *last) {
    if (address <= *last) return false;
    *last = address;
    return true;
}

/* Leaves c->assembly empty after a failure. */
static void disassemble(struct range_finder *f, bool lines, struct code *c) {
    const struct code_range *r = c->range;
    struct object *o = &f->binaries.at[r->binary].object;
    struct assembly_range range = {.file = profile_str(f->in->view, f->in->view->mapping[r->mapping].file),
                                   .intel = f->in->options->intel_syntax,
                                   .lines = lines};
    struct err e = {0};
    c->assembly = (struct assembly){0};
    /* the first address decides the base; the padding may be outside of its segment */
    object_address(o, r->first, &range.start, NULL);
    if (!object_address(o, r->begin, &range.start, &e)) {
        notes_add(f->in->notes, NOTE_WARNING, "Failed to compute objdump address for range start %llx: %s",
                  (unsigned long long)r->begin, err_text(&e));
    } else if (!object_address(o, r->end, &range.end, &e)) {
        notes_add(f->in->notes, NOTE_WARNING, "Failed to compute objdump address for range end %llx: %s",
                  (unsigned long long)r->end, err_text(&e));
    } else {
        c->base = r->begin - range.start;
        if (!assembly_disassemble(f->arena, &f->tools, &range, &c->assembly, &e) && !f->failed) {
            notes_add(f->in->notes, NOTE_WARNING, "Code is not shown: %s", err_text(&e));
            f->failed = true;
        }
    }
    err_clear(&e);
}

/* The functions at an instruction; objdump's, if nothing else knows one. */
static struct weblist_stack stack_of(struct range_finder *f, const struct assembly_inst *inst,
                                     const struct lines_answer *answer) {
    uint32_t n = answer->n ? answer->n : 1;
    struct weblist_frame *frame = ARENA_ARRAY(f->arena, struct weblist_frame, n);
    frame[0] = (struct weblist_frame){inst->function, inst->file, inst->line};
    for (uint32_t k = 0; k < answer->n; k++)
        frame[k] = (struct weblist_frame){answer->frame[k].function, answer->frame[k].file, answer->frame[k].line};
    return (struct weblist_stack){frame, n};
}

/* Disassembles the ranges of one binary and finds the functions at their instructions, all at once. */
static void look_up(struct range_finder *f, struct code **c, size_t n) {
    const struct binary *b = &f->binaries.at[c[0]->range->binary];
    bool known = b->object.elf && !f->tools.others.lines_named; /* lines, without objdump */
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        disassemble(f, !known, c[i]);
        total += c[i]->assembly.n;
    }
    uint64_t *address = ARENA_ARRAY(f->arena, uint64_t, total);
    struct lines_answer *answer = ARENA_ZERO(f->arena, struct lines_answer, total);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < c[i]->assembly.n; k++) address[at++] = c[i]->assembly.at[k].address;
    struct lines_question q = {.tools = &f->tools.others,
                               .path = b->path,
                               .debug = STR_EMPTY,
                               .alt = STR_EMPTY,
                               .base = c[0]->base,
                               .address = address,
                               .n = (uint32_t)total};
    lines_ask(f->arena, &q, answer, f->in->notes);
    bool again = false;
    for (size_t i = 0; known && i < total; i++) again |= !answer[i].n;
    for (size_t i = 0; i < n; i++) {
        size_t before = c[i]->assembly.n;
        if (again) disassemble(f, true, c[i]);
        if (c[i]->assembly.n > before) c[i]->assembly.n = before;
        c[i]->stack = ARENA_ARRAY(f->arena, struct weblist_stack, before);
        for (size_t k = 0; k < c[i]->assembly.n; k++) c[i]->stack[k] = stack_of(f, &c[i]->assembly.at[k], &answer[k]);
        answer += before;
    }
}

static void add_code(struct range_finder *f, const struct code *c) {
    struct weblist_stack last = {NULL, 0};
    uint64_t last_address = 0, greatest = 0;
    for (size_t i = 0; i < c->assembly.n; i++) {
        const struct assembly_inst *inst = &c->assembly.at[i];
        uint64_t address = inst->address + c->base;
        if (!is_next(address, &greatest)) continue;
        uint64_t length = 1;
        if (i + 1 < c->assembly.n && c->assembly.at[i + 1].address > inst->address)
            length = c->assembly.at[i + 1].address - inst->address;
        struct weblist_stack frames = c->stack[i];
        struct weblist_found found = {.inst = {.address = address,
                                               .file_address = inst->address,
                                               .length = length,
                                               .text = inst->text,
                                               .synthetic = inst->text.len == 0,
                                               .file = frames.at[0].file,
                                               .line = frames.at[0].line}};
        if (frames.at[0].line != 0) {
            last = frames;
            last_address = address;
        } else if (address - last_address <= NEIGHBOURHOOD && last.n) {
            frames = last;
        }
        found.shown = frames;
        *VEC_PUSH(f->out->arena, &f->out->found) = found;
    }
}

void weblist_find_insts(const struct report_in *in, const struct weblist_wanted *wanted, size_t n_wanted,
                        const struct weblist_weight *weight, size_t n_weights, struct weblist_list *out) {
    struct range_finder f = {.in = in, .arena = in->arena, .weight = weight, .n_weights = n_weights, .out = out};
    f.paths.arena = f.known.arena = f.arena;
    struct weblist_wanted *mapped = ARENA_ARRAY(f.arena, struct weblist_wanted, n_wanted);
    uint32_t *binary = ARENA_ARRAY(f.arena, uint32_t, n_wanted);
    size_t n_mapped = 0;
    for (size_t i = 0; i < n_wanted; i++) {
        uint32_t b = usable_binary(&f, wanted[i].location);
        if (b == UINT32_MAX) {
            add_synthetic(&f, &wanted[i]);
        } else {
            binary[n_mapped] = b;
            mapped[n_mapped++] = wanted[i];
        }
    }
    if (n_mapped == 0) return;
    make_ranges(&f, mapped, binary, n_mapped);
    qsort(f.ranges.at, f.ranges.n, sizeof *f.ranges.at, compare_ranges);
    if (f.ranges.n > RANGES_MOST) f.ranges.n = RANGES_MOST;

    assembly_find_tools(f.arena, in->tools, &f.tools);
    struct code *code = ARENA_ZERO(f.arena, struct code, f.ranges.n),
                **same = ARENA_ARRAY(f.arena, struct code *, f.ranges.n);
    for (size_t i = 0; i < f.ranges.n; i++) code[i].range = &f.ranges.at[i];
    for (uint32_t b = 0; b < f.binaries.n; b++) {
        size_t n = 0;
        for (size_t i = 0; i < f.ranges.n; i++)
            if (f.ranges.at[i].binary == b) same[n++] = &code[i];
        if (n) look_up(&f, same, n);
    }
    for (size_t i = 0; i < f.ranges.n; i++) add_code(&f, &code[i]);
}
