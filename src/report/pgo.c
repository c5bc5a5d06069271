/* pgo: the calls of a CPU profile, for `go build -pgo`.
 *
 * The Go compiler (cmd/internal/pgo, internal/profile/graph.go; Go 1.20 to 1.26) reads one value of each sample, which
 * is the first of samples/count and cpu/nanoseconds, and the frames of the two innermost locations. It sums the calls
 * between neighbours of these frames under the names of caller and callee and the caller's line, counted from the line
 * where the caller starts. A call counts once in a sample. This report computes the same sums and writes each as one
 * sample of two frames, from which the compiler computes them again, to the unit.
 *
 * A call is hot for the compiler if it is in the shortest beginning of the list of calls, heaviest first, that has more
 * than 99 % of the weight. The report writes a beginning of that list. Its weight is at most the whole one, so the hot
 * calls in it are some or all of those of the whole list. They are all if the calls before the last hot one have at
 * most 99 % of the weight that is written. The report leaves out calls only as long as that holds. */
#include <stdlib.h>

#include "base/hash.h"
#include "formats/pprof/encode.h"
#include "profile/build.h"
#include "report/report.h"

/* A node of the compiler's graph. */
struct pgo_node {
    str_id name;
    int64_t start_line, line;
    uint64_t address;
};

struct pgo_call {
    uint32_t caller, callee; /* numbers of nodes */
    int64_t weight;
    uint32_t last_pair; /* the last pair of locations that it was found in, plus 1 */
};

#define MANY 0.05 /* the share from which calls that the compiler cannot use are worth a warning */

struct pgo {
    const struct profile *view;
    struct arena *arena;
    struct intern nodes;
    VEC(struct pgo_node) node;
    struct u64map call_of; /* caller << 32 | callee, as nodes */
    VEC(struct pgo_call) call;
};

static int64_t add(int64_t x, int64_t y) {
    int64_t sum;
    return __builtin_add_overflow(x, y, &sum) ? x < 0 ? INT64_MIN : INT64_MAX : sum;
}

static bool is_type(const struct profile *p, uint32_t t, str type, str unit) {
    return str_equal(profile_str(p, p->type[t].type), type) && str_equal(profile_str(p, p->type[t].unit), unit);
}

/* The value that the compiler reads. */
static bool find_type(const struct profile *p, uint32_t *type, struct err *e) {
    for (uint32_t t = 0; t < p->n_types; t++) {
        *type = t;
        if (is_type(p, t, STR("samples"), STR("count")) || is_type(p, t, STR("cpu"), STR("nanoseconds"))) return true;
    }
    str first = profile_str(p, p->type[0].type), unit = profile_str(p, p->type[0].unit);
    return err_set(e, "go build -pgo reads samples/count or cpu/nanoseconds, and this profile has %.*s/%.*s%s",
                   STR_ARG(first), STR_ARG(unit), p->n_types > 1 ? " and others" : "");
}

static uint32_t node_number(struct pgo *g, struct pgo_node n) {
    struct {
        uint64_t name;
        int64_t start_line, line;
        uint64_t address;
    } key = {n.name, n.start_line, n.line, n.address};
    uint32_t before = g->nodes.n;
    str bytes = str_copy(g->arena, (str){(const char *)&key, sizeof key});
    uint32_t number = intern_id(&g->nodes, bytes);
    if (number == before) *VEC_PUSH(g->arena, &g->node) = n;
    return number;
}

static void add_call(struct pgo *g, uint32_t caller, uint32_t callee, int64_t weight, uint32_t pair) {
    bool added;
    uint32_t at = u64map_put(&g->call_of, (uint64_t)caller << 32 | callee, (uint32_t)g->call.n, &added);
    if (added) *VEC_PUSH(g->arena, &g->call) = (struct pgo_call){caller, callee, 0, 0};
    struct pgo_call *c = &g->call.at[at];
    if (c->last_pair != pair + 1) c->weight = add(c->weight, weight);
    c->last_pair = pair + 1;
}

/* Adds the calls in a pair of locations; `caller` may be PROFILE_NONE. */
static void add_pair(struct pgo *g, loc_id caller, loc_id leaf, int64_t weight, uint32_t pair) {
    const struct profile *p = g->view;
    loc_id both[] = {caller, leaf};
    uint32_t parent = PROFILE_NONE;
    for (int k = 0; k < 2; k++) {
        if (both[k] == PROFILE_NONE) continue;
        const struct profile_location *l = &p->location[both[k]];
        for (uint32_t i = l->n_lines ? l->n_lines : 1; i-- > 0;) {
            struct pgo_node n = {.address = l->address};
            if (l->n_lines) {
                const struct profile_line *line = &p->line[l->first_line + i];
                n.name = p->function[line->function].name;
                n.start_line = p->function[line->function].start_line;
                n.line = line->line;
            }
            uint32_t node = node_number(g, n);
            if (parent != PROFILE_NONE && parent != node) add_call(g, parent, node, weight, pair);
            parent = node;
        }
    }
}

/* Sums the samples of each pair of innermost locations, and adds the calls in each. */
static void add_samples(struct pgo *g, const struct graph_value *value, uint32_t type) {
    const struct profile *p = g->view;
    struct u64map pair_of = {.arena = g->arena};
    struct pgo_pair {
        loc_id caller, leaf;
        int64_t weight;
    };
    VEC(struct pgo_pair) pair = {0};
    for (uint32_t i = 0; i < p->n_samples; i++) {
        uint32_t row = profile_row(p, i);
        const loc_id *frame = p->frame + p->stack_off[p->stack_of[row]];
        uint64_t n = p->stack_off[p->stack_of[row] + 1] - p->stack_off[p->stack_of[row]];
        int64_t weight = graph_scale(value, p->value[type][row]);
        if (n == 0 || weight == 0) continue;
        struct pgo_pair of = {n > 1 ? frame[1] : PROFILE_NONE, frame[0], 0};
        bool added;
        uint32_t at = u64map_put(&pair_of, (uint64_t)of.caller << 32 | of.leaf, (uint32_t)pair.n, &added);
        if (added) *VEC_PUSH(g->arena, &pair) = of;
        pair.at[at].weight = add(pair.at[at].weight, weight);
    }
    for (uint32_t i = 0; i < pair.n; i++) add_pair(g, pair.at[i].caller, pair.at[i].leaf, pair.at[i].weight, i);
}

/* A call as the compiler names it. */
struct pgo_named {
    str caller, callee;
    int64_t offset;
    int64_t weight;
    const struct pgo_node *from, *to; /* one of the nodes of each */
};

/* The compiler's order. */
static int compare_named(const void *x, const void *y) {
    const struct pgo_named *a = x, *b = y;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    int order = str_compare(a->caller, b->caller);
    if (!order) order = str_compare(a->callee, b->callee);
    return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

typedef VEC(struct pgo_named) named_list;

/* Sums the calls whose names and offset are equal, drops those without weight, and sorts them. */
static named_list name_calls(struct pgo *g) {
    named_list named = {0};
    struct intern keys = {.arena = g->arena};
    for (uint32_t i = 0; i < g->call.n; i++) {
        const struct pgo_call *c = &g->call.at[i];
        const struct pgo_node *from = &g->node.at[c->caller], *to = &g->node.at[c->callee];
        /* the difference of two hostile numbers may not fit; Go's wraps, too */
        int64_t offset = (int64_t)((uint64_t)from->line - (uint64_t)from->start_line);
        uint64_t key[] = {from->name, to->name, (uint64_t)offset};
        uint32_t before = keys.n;
        uint32_t at = intern_id(&keys, str_copy(g->arena, (str){(const char *)key, sizeof key}));
        if (at == before)
            *VEC_PUSH(g->arena, &named) = (struct pgo_named){.caller = profile_str(g->view, from->name),
                                                             .callee = profile_str(g->view, to->name),
                                                             .offset = offset,
                                                             .from = from,
                                                             .to = to};
        named.at[at].weight = add(named.at[at].weight, c->weight);
    }
    size_t n = 0;
    for (size_t i = 0; i < named.n; i++)
        if (named.at[i].weight > 0) named.at[n++] = named.at[i];
    named.n = n;
    if (n) qsort(named.at, n, sizeof *named.at, compare_named);
    return named;
}

/* The formula of the compiler, WeightInPercentage, in the same arithmetic. */
static bool above_hot_share(int64_t weight, int64_t total) { return (double)weight / (double)total * 100 > 99.0; }

struct pgo_cut {
    size_t n_hot, n_kept;
    int64_t total, kept; /* weights */
};

/* Chooses the calls to write: those of at least `share` of the weight, and those that keep the hot calls hot. */
static struct pgo_cut cut(const named_list *named, double share) {
    struct pgo_cut c = {0};
    int64_t before_last_hot = 0;
    for (size_t i = 0; i < named->n; i++) c.total = add(c.total, named->at[i].weight);
    for (int64_t sum = 0; c.n_hot < named->n && !above_hot_share(sum, c.total); c.n_hot++) {
        before_last_hot = sum;
        sum = add(sum, named->at[c.n_hot].weight);
    }
    for (; c.n_kept < named->n; c.n_kept++) {
        bool needed = c.n_kept < c.n_hot || above_hot_share(before_last_hot, c.kept);
        if (!needed && (double)named->at[c.n_kept].weight < share * (double)c.total) break;
        c.kept = add(c.kept, named->at[c.n_kept].weight);
    }
    return c;
}

/* Whether the compiler accepts the profile: it refuses one in which no function has a start line. */
static bool check_lines(const named_list *named, struct notes *notes, struct err *e) {
    int64_t total = 0, without_line = 0, without_name = 0;
    for (size_t i = 0; i < named->n; i++) {
        const struct pgo_named *c = &named->at[i];
        total = add(total, c->weight);
        if (!c->caller.len || !c->callee.len)
            without_name = add(without_name, c->weight);
        else if (!c->from->start_line)
            without_line = add(without_line, c->weight);
    }
    if (total == 0) {
        notes_add(notes, NOTE_WARNING, "pgo: no sample has a call: go build accepts the file, but ignores it");
        return true;
    }
    if (without_name == total)
        return err_set(e, "no function in the profile has a name: go build -pgo needs names, start lines and lines");
    if (add(without_line, without_name) == total)
        return err_set(e, "no function in the profile has a start line, so go build -pgo refuses it: profiles of "
                          "programs that Go 1.20 or later built have them");
    if ((double)without_name > MANY * (double)total)
        notes_add(notes, NOTE_WARNING, "pgo: %.1f%% of the weight is of calls without a name, which Go cannot use",
                  100 * (double)without_name / (double)total);
    if ((double)without_line > MANY * (double)total)
        notes_add(notes, NOTE_WARNING,
                  "pgo: %.1f%% of the weight is of callers without a start line, which Go cannot use",
                  100 * (double)without_line / (double)total);
    return true;
}

static loc_id frame_of(struct build *b, str name, int64_t start_line, int64_t line) {
    return build_frame(
        b, (struct build_frame){
               .name = build_string(b, name), .start_line = start_line, .line = line, .mapping = PROFILE_NONE});
}

/* A profile that has the first n calls. */
static bool build_calls(const struct pgo *g, uint32_t type, const named_list *named, size_t n, struct profile *out,
                        struct err *e) {
    const struct profile_value_type *of = &g->view->type[type];
    struct build b;
    build_init(&b, g->arena);
    build_type(&b, build_string(&b, profile_str(g->view, of->type)), build_string(&b, profile_str(g->view, of->unit)));
    for (size_t i = 0; i < n; i++) {
        const struct pgo_named *c = &named->at[i];
        /* the callee's line does not matter, but two equal frames would be no call */
        bool equal = str_equal(c->caller, c->callee) && c->from->line == 0;
        loc_id frame[] = {frame_of(&b, c->callee, c->to->start_line, equal),
                          frame_of(&b, c->caller, c->from->start_line, c->from->line)};
        build_add(&b, frame, 2, &c->weight);
    }
    return build_seal(&b, out, e);
}

/* Encodes a profile, to `out` unless that is NULL, and sets *size to the number of bytes. */
static bool encode(const struct profile *p, struct sink *out, size_t *size, struct err *e) {
    struct sink bytes;
    sink_to_memory(&bytes);
    bool ok = encode_profile_gzip(p, &bytes, e);
    *size = sink_bytes(&bytes).len;
    if (ok && out) sink_str(out, sink_bytes(&bytes));
    sink_drop(&bytes);
    return ok;
}

bool report_pgo(const struct report_in *in, struct sink *out, struct err *e) {
    const struct profile *view = in->view;
    struct arena *a = in->arena;
    struct pgo g = {.view = view, .arena = a, .nodes = {.arena = a}, .call_of = {.arena = a}};
    struct profile written;
    uint32_t type;
    size_t before, now;
    if (!find_type(view, &type, e)) return false;
    add_samples(&g, &in->value, type);
    named_list named = name_calls(&g);
    if (!check_lines(&named, in->notes, e)) return false;
    struct pgo_cut c = cut(&named, in->options->pgo_cut);
    if (!encode(in->loaded, NULL, &before, e) || !build_calls(&g, type, &named, c.n_kept, &written, e) ||
        !encode(&written, out, &now, e))
        return false;
    if (named.n == 0) return true;
    notes_add(in->notes, NOTE_MESSAGE,
              "pgo: wrote %zu of %zu calls, which have %.2f%% of the weight; Go takes %zu of them for hot, all written",
              c.n_kept, named.n, c.total ? 100 * (double)c.kept / (double)c.total : 100, c.n_hot);
    notes_add(in->notes, NOTE_MESSAGE,
              "pgo: left out %zu calls, frames above the two innermost, labels, addresses, mappings, file names%s",
              named.n - c.n_kept, view->n_types > 1 ? ", other sample types" : "");
    notes_add(in->notes, NOTE_MESSAGE, "pgo: %zu bytes before, as -proto writes them, and %zu bytes now", before, now);
    return true;
}
