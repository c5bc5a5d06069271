/* Finds the requested functions, sums the values at their addresses and places instructions on source lines. */
#include <stdlib.h>

#include "base/hash.h"
#include "go/gotext.h"
#include "report/code/weblist.h"

/* Each inlined call is shown with all calls below it, so that deep ones of a hostile profile would fill the page. */
enum { DEPTH_MOST = 256 };

struct weblist_names {
    struct intern system_name; /* those with a name to show */
    VEC(str) name;
};

enum match { UNKNOWN, NO, YES };

/* The state of one pass over the profile's locations. */
struct survey {
    const struct report_in *in;
    struct arena *arena;
    bool by_address; /* the pattern is also a number */
    uint64_t wanted_address;
    uint8_t *matches;       /* indexed by string: enum match */
    uint64_t *address;      /* indexed by location */
    bool *seen;             /* indexed by location */
    uint64_t next_made_up;  /* above all mappings */
    struct intern interest; /* requested functions, by either name */
    VEC(struct weblist_wanted) wanted;
};

static bool string_matches(struct survey *s, str_id id) {
    if (s->matches[id] == UNKNOWN) s->matches[id] = regex_match(s->in->regex, profile_str(s->in->view, id)) ? YES : NO;
    return s->matches[id] == YES;
}

static bool line_matches(struct survey *s, const struct profile_line *line) {
    const struct profile_function *f = &s->in->view->function[line->function];
    return string_matches(s, f->name) || string_matches(s, f->system_name) || string_matches(s, f->file);
}

static void mark(struct survey *s, loc_id loc, const struct profile_line *line) {
    const struct profile *v = s->in->view;
    const struct profile_function *f = &v->function[line->function];
    intern_id(&s->interest, profile_str(v, f->name));
    intern_id(&s->interest, profile_str(v, f->system_name));
    struct weblist_wanted w = {s->address[loc], loc, (uint32_t)s->wanted.n};
    *VEC_PUSH(s->arena, &s->wanted) = w;
}

static void visit_location(struct survey *s, loc_id loc) {
    const struct profile *v = s->in->view;
    const struct profile_location *l = &v->location[loc];
    const struct profile_line *line = v->line + l->first_line;
    s->address[loc] = l->address ? l->address : s->next_made_up++;
    if (s->by_address && s->address[loc] == s->wanted_address) {
        if (l->n_lines) mark(s, loc, &line[l->n_lines - 1]);
        return;
    }
    bool binary = l->mapping != PROFILE_NONE && string_matches(s, v->mapping[l->mapping].file);
    for (uint32_t i = 0; i < l->n_lines; i++)
        if ((i == 0 && binary) || line_matches(s, &line[i])) mark(s, loc, &line[i]);
}

static int64_t sample_value(const struct report_in *in, uint32_t row) {
    int64_t v = in->view->value[in->value.type][row];
    return in->value.mean ? graph_mean(v, in->view->value[0][row]) : v;
}

/* Visits each location once, in the order of samples, from the root; sums values per stack. */
static int64_t *visit_samples(struct survey *s, bool *stack_seen) {
    const struct profile *v = s->in->view;
    int64_t *weight = ARENA_ZERO(s->arena, int64_t, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        stack_id stack = v->stack_of[row];
        weight[stack] = graph_add(weight[stack], sample_value(s->in, row));
        if (stack_seen[stack]) continue;
        stack_seen[stack] = true;
        for (uint64_t k = v->stack_off[stack + 1]; k > v->stack_off[stack]; k--) {
            loc_id loc = v->frame[k - 1];
            if (s->seen[loc]) continue;
            s->seen[loc] = true;
            visit_location(s, loc);
        }
    }
    return weight;
}

static int compare_wanted(const void *a, const void *b) {
    const struct weblist_wanted *x = a, *y = b;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Sorts by address; the first of several locations with one address represents all. */
static size_t sort_wanted(struct survey *s) {
    size_t n = 0;
    if (s->wanted.n) qsort(s->wanted.at, s->wanted.n, sizeof *s->wanted.at, compare_wanted);
    for (size_t i = 0; i < s->wanted.n; i++)
        if (i == 0 || s->wanted.at[i].address != s->wanted.at[n - 1].address) s->wanted.at[n++] = s->wanted.at[i];
    return n;
}

static int compare_weights(const void *a, const void *b) {
    const struct weblist_weight *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

/* Sums values by address. As in pprof, a location that occurs in a stack several times counts each time. */
static struct weblist_weight *sum_weights(const struct survey *s, const int64_t *stack_weight, const bool *stack_seen,
                                          size_t *n_out) {
    const struct profile *v = s->in->view;
    struct weblist_weight *at = ARENA_ZERO(s->arena, struct weblist_weight, v->n_locations);
    for (stack_id stack = 0; stack < v->n_stacks; stack++) {
        if (!stack_seen[stack]) continue;
        for (uint64_t k = v->stack_off[stack]; k < v->stack_off[stack + 1]; k++) {
            struct weblist_weight *w = &at[v->frame[k]];
            w->cum = graph_add(w->cum, stack_weight[stack]);
            if (k == v->stack_off[stack]) w->flat = graph_add(w->flat, stack_weight[stack]);
        }
    }
    size_t n = 0;
    for (loc_id loc = 0; loc < v->n_locations; loc++) {
        if (!s->seen[loc]) continue;
        at[n] = at[loc];
        at[n++].address = s->address[loc];
    }
    if (n) qsort(at, n, sizeof *at, compare_weights);
    size_t merged = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && at[i].address == at[merged - 1].address) {
            at[merged - 1].flat = graph_add(at[merged - 1].flat, at[i].flat);
            at[merged - 1].cum = graph_add(at[merged - 1].cum, at[i].cum);
        } else {
            at[merged++] = at[i];
        }
    }
    *n_out = merged;
    return at;
}

/* Maps system names to names. If a system name has several, the last one in the samples counts, so they are walked
 * backwards. */
static struct weblist_names *find_names(const struct survey *s, bool *stack_seen) {
    const struct profile *v = s->in->view;
    struct weblist_names *names = ARENA_NEW(s->arena, struct weblist_names);
    names->system_name.arena = s->arena;
    bool *function_seen = ARENA_ZERO(s->arena, bool, v->n_functions),
         *seen = ARENA_ZERO(s->arena, bool, v->n_locations);
    for (uint32_t i = v->n_samples; i > 0; i--) {
        stack_id stack = v->stack_of[profile_row(v, i - 1)];
        if (!stack_seen[stack]) continue;
        stack_seen[stack] = false;
        for (uint64_t k = v->stack_off[stack]; k < v->stack_off[stack + 1]; k++) {
            const struct profile_location *l = &v->location[v->frame[k]];
            if (seen[v->frame[k]]) continue; /* a stack may repeat a location of many lines */
            seen[v->frame[k]] = true;
            for (uint32_t n = l->n_lines; n > 0; n--) {
                func_id f = v->line[l->first_line + n - 1].function;
                if (function_seen[f]) continue;
                function_seen[f] = true;
                uint32_t id = intern_id(&names->system_name, profile_str(v, v->function[f].system_name));
                if (id == names->name.n) *VEC_PUSH(s->arena, &names->name) = profile_str(v, v->function[f].name);
            }
        }
    }
    return names;
}

str weblist_pretty_name(const struct weblist_code *code, str function) {
    uint32_t id;
    return intern_find(&code->names->system_name, function, &id) ? code->names->name.at[id] : function;
}

/* The index in the list at which an address was found. */
struct position {
    uint64_t address;
    size_t index;
};

static int compare_positions(const void *a, const void *b) {
    const struct position *x = a, *y = b;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    return x->index > y->index ? -1 : x->index < y->index; /* the later discovery first */
}

/* Sorts instructions by address, keeping the last one found at each; moves samples inside an instruction to its
 * start. */
static void place_insts(struct arena *a, const struct weblist_list *list, const struct weblist_weight *weight,
                        size_t n_weights, struct weblist_code *out) {
    size_t n = list->found.n, w = 0;
    struct position *order = ARENA_ARRAY(a, struct position, n);
    struct weblist_inst *inst = ARENA_ARRAY(a, struct weblist_inst, n);
    for (size_t i = 0; i < n; i++) order[i] = (struct position){list->found.at[i].inst.address, i};
    if (n) qsort(order, n, sizeof *order, compare_positions);
    for (size_t i = 0; i < n; i++) {
        if (i && order[i].address == order[i - 1].address) continue;
        struct weblist_inst *x = &inst[out->n_insts++];
        *x = list->found.at[order[i].index].inst;
        while (w < n_weights && weight[w].address < x->address) w++;
        for (size_t k = w; k < n_weights && weight[k].address - x->address < x->length; k++) {
            x->flat = graph_add(x->flat, weight[k].flat);
            x->cum = graph_add(x->cum, weight[k].cum);
        }
    }
    out->inst = inst;
}

const struct weblist_inst *weblist_find_inst(const struct weblist_code *code, uint64_t address) {
    size_t low = 0, high = code->n_insts;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (code->inst[mid].address < address)
            low = mid + 1;
        else
            high = mid;
    }
    return low < code->n_insts && code->inst[low].address == address ? &code->inst[low] : NULL;
}

static str clean_file_name(struct arena *a, str name) {
    if (str_has_prefix(name, STR("/proc/self/cwd/"))) name = str_from_offset(name, strlen("/proc/self/cwd/"));
    if (str_has_prefix(name, STR("./"))) name = str_from_offset(name, 2);
    return gotext_clean_path(a, name);
}

static int compare_sites(const void *a, const void *b) {
    const struct weblist_site *x = a, *y = b;
    int c = str_compare(x->file, y->file);
    if (!c) c = x->line < y->line ? -1 : x->line > y->line;
    return c ? c : x->number < y->number ? -1 : x->number > y->number;
}

/* Makes a site for each requested function in an instruction's stack. */
static void place_sites(const struct survey *s, const struct weblist_list *list, struct weblist_code *out) {
    VEC(struct weblist_site) sites = {0};
    for (size_t i = 0; i < list->found.n; i++) {
        const struct weblist_found *f = &list->found.at[i];
        for (uint32_t k = 0; k < f->shown.n && k < DEPTH_MOST; k++) {
            const struct weblist_frame *frame = &f->shown.at[k];
            uint32_t id;
            if (!intern_find(&s->interest, frame->function, &id)) continue;
            struct weblist_site site = {.file = clean_file_name(s->arena, frame->file),
                                        .line = frame->line,
                                        .function = frame->function,
                                        .address = f->inst.address,
                                        .callees = {f->shown.at, k},
                                        .number = (uint32_t)sites.n};
            *VEC_PUSH(s->arena, &sites) = site;
        }
    }
    if (sites.n) qsort(sites.at, sites.n, sizeof *sites.at, compare_sites);
    out->site = sites.at;
    out->n_sites = sites.n;
}

bool weblist_find_code(const struct report_in *in, struct weblist_code *out) {
    const struct profile *v = in->view;
    struct survey s = {.in = in, .arena = in->arena, .next_made_up = 1};
    s.by_address = gotext_parse_uint(in->pattern, 0, &s.wanted_address) == GOTEXT_OK;
    s.matches = ARENA_ZERO(s.arena, uint8_t, v->n_strings);
    s.address = ARENA_ZERO(s.arena, uint64_t, v->n_locations);
    s.seen = ARENA_ZERO(s.arena, bool, v->n_locations);
    s.interest.arena = s.arena;
    for (map_id m = 0; m < v->n_mappings; m++)
        if (s.next_made_up < v->mapping[m].limit) s.next_made_up = v->mapping[m].limit;
    bool *stack_seen = ARENA_ZERO(s.arena, bool, v->n_stacks);
    int64_t *stack_weight = visit_samples(&s, stack_seen);
    if (s.interest.n == 0) return false;

    size_t n_wanted = sort_wanted(&s), n_weights;
    struct weblist_weight *weight = sum_weights(&s, stack_weight, stack_seen, &n_weights);
    struct weblist_list list = {.arena = s.arena};
    weblist_find_insts(in, s.wanted.at, n_wanted, weight, n_weights, &list);
    *out = (struct weblist_code){.names = find_names(&s, stack_seen)};
    place_insts(s.arena, &list, weight, n_weights, out);
    place_sites(&s, &list, out);
    return true;
}
