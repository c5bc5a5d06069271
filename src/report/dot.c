/* dot: the graph in the language of Graphviz (and, through dot -T, as svg, pdf, png …). */
#include <math.h>
#include <stdlib.h>

#include "go/unit.h"
#include "report/dot.h"
#include "report/report.h"
#include "report/shortname.h"

enum {
    NODELETS = GRAPH_NODELETS, /* boxes for tags per node, and for numbers per tag */
    SMALLEST_FONT = 8,
    FONT_GROWTH = 16
};

struct writer {
    const struct report_in *in;
    const struct graph *g;
    struct sink *out;
    str unit;
    uint32_t *number; /* per node: its number in the picture; 0 for nodes that are not listed */
    uint8_t *has_nodelets;
};

static str replace(struct arena *a, str s, str what, str with) {
    VEC(str) part = {0};
    for (size_t at = 0;;) {
        size_t found = at + str_find(str_from_offset(s, at), what);
        *VEC_PUSH(a, &part) = str_slice(s, at, found);
        if (found >= s.len) break;
        at = found + what.len;
    }
    return part.n == 1 ? s : str_join(a, part.at, part.n, with);
}

/* Escapes text for a quoted string; newlines become dot's \l, which aligns left. */
static str escape(struct arena *a, str s) {
    s = replace(a, s, STR("\\"), STR("\\\\"));
    s = replace(a, s, STR("\""), STR("\\\""));
    return replace(a, s, STR("\n"), STR("\\l"));
}

/* Returns true if Graphviz reads all of s as the inside of a quoted string. */
static bool stays_inside(str s) {
    for (size_t i = 0; i < s.len; i++) {
        bool escaped = s.ptr[i] == '\\';
        if (escaped && ++i == s.len) return false;
        if (s.ptr[i] == '"' && !escaped) return false;
    }
    return true;
}

/* Text as pprof writes it, without escapes. Text that would end the string, and could add attributes to the picture, is
 * escaped; the "\n" between the tags of a label stays. */
static str inside(struct arena *a, str s) {
    if (stays_inside(s)) return s;
    VEC(str) part = {0};
    for (bool more = true; more;) {
        size_t n = str_find(s, STR("\\n"));
        more = n < s.len;
        *VEC_PUSH(a, &part) = escape(a, str_slice(s, 0, n));
        s = str_from_offset(s, n + 2);
    }
    return str_join(a, part.at, part.n, STR("\\n"));
}

/* Writes a node's printable name on several short lines, each ended by \n. */
static void write_short_name(const struct writer *w, const struct graph_node *n) {
    struct arena *a = w->in->arena;
    struct graph_node shown = *n;
    str part[4];
    shown.name = escape(a, shortname(a, n->name));
    shown.name = replace(a, shown.name, STR("::"), STR("\\n"));
    /* lines must not break inside of Go's type parameters */
    shown.name = replace(a, shown.name, STR("[...]"), STR("[…]"));
    shown.name = replace(a, shown.name, STR("."), STR("\\n"));
    if (n->file.len) shown.file = inside(a, str_base_name(n->file));
    shown.object = inside(a, n->object);
    uint32_t count = graph_node_components(a, &shown, part);
    for (uint32_t i = 0; i < count; i++) {
        sink_str(w->out, part[i]);
        sink_text(w->out, "\\n");
    }
}

static str value_text(const struct writer *w, int64_t v) {
    return inside(w->in->arena, report_value(w->in, v, w->unit));
}

static void write_share(const struct writer *w, int64_t value) {
    char buf[32];
    size_t n = unit_percentage(buf, value, w->in->value.total);
    sink_text(w->out, " (");
    sink_str(w->out, str_trim((str){buf, n}));
    sink_char(w->out, ')');
}

/* Go's uint8(f), and 0 for NaN. */
static unsigned colour_byte(double f) { return f >= 0 && f < 256 ? (unsigned)f : 0; }

/* Writes a colour between green (-1), grey (0) and red (1). */
static void write_colour(struct sink *out, double score, bool background) {
    double saturation = background ? 0.1 : 1.0, value = background ? 0.93 : 0.7;
    if (score > 1) score = 1;
    if (score < -1) score = -1;
    if (fabs(score) < 0.2) saturation *= fabs(score) / 0.2; /* grey rather than yellow near 0 */
    /* moves scores away from grey, because most are small */
    if (score > 0) score = pow(score, 0.3);
    if (score < 0) score = -pow(-score, 0.3);
    double r = value, g = value, b = value * (1 - saturation);
    if (score < 0)
        r = value * (1 + saturation * score);
    else
        g = value * (1 - saturation * score);
    sink_printf(out, "\"#%02x%02x%02x\"", colour_byte(r * 255.0), colour_byte(g * 255.0), colour_byte(b * 255.0));
}

static double score_of(const struct writer *w, int64_t value) {
    return (double)value / (double)graph_abs(w->in->value.total);
}

static int font_size(int64_t flat, double most) {
    double size = (double)graph_abs(flat);
    if (most == 0 || flat == 0 || size > most) return SMALLEST_FONT;
    double growth = ceil(FONT_GROWTH * sqrt(size / most));
    return SMALLEST_FONT + (int)graph_truncate(growth);
}

static void write_node(const struct writer *w, const struct graph_node *n, uint32_t number, double most) {
    struct arena *a = w->in->arena;
    struct sink *out = w->out;
    int64_t flat = graph_flat(n), cum = graph_cum(n);
    str value = value_text(w, flat);
    sink_printf(out, "N%u [label=\"", number);
    write_short_name(w, n);
    if (flat) {
        sink_str(out, value);
        write_share(w, flat);
    } else {
        sink_char(out, '0');
    }
    if (cum != flat) {
        if (flat)
            sink_text(out, "\\n");
        else
            sink_char(out, ' ');
        value = value_text(w, cum);
        sink_text(out, "of ");
        sink_str(out, value);
        write_share(w, cum);
    }
    sink_printf(out, "\" id=\"node%u\" fontsize=%d shape=box tooltip=\"", number, font_size(flat, most));
    sink_str(out, escape(a, graph_node_name(a, n)));
    sink_text(out, " (");
    sink_str(out, value);
    sink_text(out, ")\" color=");
    write_colour(out, score_of(w, cum), false);
    sink_text(out, " fillcolor=");
    write_colour(out, score_of(w, cum), true);
    sink_text(out, "]\n");
}

struct sortable_tag {
    int64_t first, second; /* magnitudes, descending */
    uint32_t index;
    struct graph_tag tag;
};

static int compare_tags(const void *left, const void *right) {
    const struct sortable_tag *l = left, *r = right;
    if (l->first != r->first) return l->first > r->first ? -1 : 1;
    if (l->second != r->second) return l->second > r->second ? -1 : 1;
    int c = str_compare(l->tag.name, r->tag.name);
    return c ? c : l->index < r->index ? -1 : l->index > r->index;
}

static struct graph_tag *sorted_tags(struct arena *a, const struct graph_tag *tag, uint32_t n, bool by_flat) {
    struct sortable_tag *s = ARENA_ARRAY(a, struct sortable_tag, n);
    for (uint32_t i = 0; i < n; i++) {
        int64_t flat = graph_abs(tag[i].flat), cum = graph_abs(tag[i].cum);
        s[i] = (struct sortable_tag){by_flat ? flat : cum, by_flat ? 0 : flat, i, tag[i]};
    }
    qsort(s, n, sizeof *s, compare_tags);
    struct graph_tag *sorted = ARENA_ARRAY(a, struct graph_tag, n);
    for (uint32_t i = 0; i < n; i++) sorted[i] = s[i].tag;
    return sorted;
}

static double distance(const struct graph_tag *t, const struct graph_tag *seed) {
    double v = unit_scale(seed->value, seed->unit, t->unit).value;
    return v < (double)t->value ? (double)t->value - v : v - (double)t->value;
}

/* The index of the tag nearest to t among the first NODELETS tags, which are the seeds of the groups; the first of
 * several. */
static uint32_t nearest(const struct graph_tag *t, const struct graph_tag *seed) {
    uint32_t best = 0;
    double d = distance(t, &seed[0]);
    for (uint32_t i = 1; i < NODELETS; i++) {
        double other = distance(t, &seed[i]);
        if (other < d) {
            d = other;
            best = i;
        }
    }
    return best;
}

/* A group of numbers that is being collected. */
struct number_group {
    struct graph_tag least, greatest, sum;
    uint32_t n;
};

static void group_add(struct number_group *g, const struct graph_tag *t) {
    if (g->n++ == 0) {
        g->least = g->greatest = g->sum = *t;
        return;
    }
    if (graph_truncate(unit_scale(t->value, t->unit, g->least.unit).value) < g->least.value) g->least = *t;
    if (graph_truncate(unit_scale(t->value, t->unit, g->greatest.unit).value) > g->greatest.value) g->greatest = *t;
    g->sum.flat = graph_add(g->sum.flat, t->flat);
    g->sum.flat_div = graph_add(g->sum.flat_div, t->flat_div);
    g->sum.cum = graph_add(g->sum.cum, t->cum);
    g->sum.cum_div = graph_add(g->sum.cum_div, t->cum_div);
}

/* "1kB..2kB", or the only number; values are means already. Each label has a unit of its own: in the report's unit many
 * would be 0..0. */
static struct graph_tag group_tag(struct arena *a, const struct number_group *g) {
    str least = unit_label(a, g->least.value, g->least.unit, STR("auto"));
    str greatest = unit_label(a, g->greatest.value, g->greatest.unit, STR("auto"));
    return (struct graph_tag){.name = g->n == 1 ? least : str_join(a, (str[]){least, greatest}, 2, STR("..")),
                              .flat = graph_mean(g->sum.flat, g->sum.flat_div),
                              .cum = graph_mean(g->sum.cum, g->sum.cum_div)};
}

/* Sorts the numbers; combines more than NODELETS into that many groups. */
static const struct graph_tag *collapse(struct arena *a, const struct graph_numeric *numbers, bool by_flat,
                                        uint32_t *n) {
    struct graph_tag *tag = sorted_tags(a, numbers->tag, numbers->n_tags, by_flat);
    *n = numbers->n_tags;
    if (*n <= NODELETS) return tag;
    struct number_group group[NODELETS] = {0};
    struct graph_tag merged[NODELETS];
    for (uint32_t i = 0; i < *n; i++) group_add(&group[i < NODELETS ? i : nearest(&tag[i], tag)], &tag[i]);
    for (uint32_t i = 0; i < NODELETS; i++) merged[i] = group_tag(a, &group[i]);
    *n = NODELETS;
    return sorted_tags(a, merged, NODELETS, by_flat);
}

static int64_t tag_flat(const struct graph_tag *t) { return graph_mean(t->flat, t->flat_div); }
static int64_t tag_cum(const struct graph_tag *t) { return graph_mean(t->cum, t->cum_div); }

/* Writes a box below the box `source`. */
static void write_nodelet(const struct writer *w, str source, str box, str name, int64_t weight, bool dotted) {
    struct sink *out = w->out;
    str value = value_text(w, weight);
    sink_str(out, box);
    sink_text(out, " [label = \"");
    sink_str(out, inside(w->in->arena, name));
    sink_text(out, "\" id=\"");
    sink_str(out, box);
    sink_text(out, "\" fontsize=8 shape=box3d tooltip=\"");
    sink_str(out, value);
    sink_text(out, "\"]\n");
    sink_str(out, source);
    sink_text(out, " -> ");
    sink_str(out, box);
    sink_text(out, " [label=\" ");
    sink_str(out, value);
    sink_text(out, "\" weight=100 tooltip=\"");
    sink_str(out, value);
    sink_text(out, "\" labeltooltip=\"");
    sink_str(out, value);
    sink_char(out, '"');
    if (dotted) sink_text(out, " style=\"dotted\"");
    sink_text(out, "]\n");
}

/* Writes the numbers under `label` below the box `source`. */
static bool write_numbers(const struct writer *w, const struct graph_tags *tags, str label, str source, bool by_flat) {
    struct arena *a = w->in->arena;
    bool any = false;
    for (uint32_t i = 0; i < tags->n_numeric; i++) {
        if (!str_equal(tags->numeric[i].label, label)) continue;
        uint32_t n;
        const struct graph_tag *t = collapse(a, &tags->numeric[i], by_flat, &n);
        for (uint32_t k = 0; k < n; k++) {
            bool flat = by_flat || tag_flat(&t[k]) == tag_cum(&t[k]);
            int64_t weight = flat ? tag_flat(&t[k]) : tag_cum(&t[k]);
            if (!weight) continue;
            str box = str_format(a, "N%.*s_%u", STR_ARG(source), k);
            write_nodelet(w, source, box, t[k].name, weight, !flat);
            any = true;
        }
    }
    return any;
}

/* Leaves show the tags of all their samples, other nodes only those of their flat value. */
static bool write_nodelets(const struct writer *w, const struct graph_node *n, uint32_t number) {
    struct arena *a = w->in->arena;
    const struct graph_tags *tags = n->tags;
    bool by_flat = n->n_out > 0, any = false;
    if (!tags) return false;
    str source = str_format(a, "N%u", number);
    const struct graph_tag *t = sorted_tags(a, tags->label, tags->n_labels, by_flat);
    for (uint32_t i = 0; i < tags->n_labels && i < NODELETS; i++) {
        int64_t weight = by_flat ? tag_flat(&t[i]) : tag_cum(&t[i]);
        if (!weight) continue;
        str box = str_format(a, "N%u_%u", number, i);
        write_nodelet(w, source, box, t[i].name, weight, false);
        write_numbers(w, tags, t[i].name, box, by_flat);
        any = true;
    }
    return write_numbers(w, tags, STR_EMPTY, source, by_flat) || any;
}

/* 1 + |value's share of the total| on a scale up to `most`, rounded down. */
static int64_t scaled(const struct writer *w, int64_t value, int64_t most) {
    int64_t product = (int64_t)((uint64_t)value * (uint64_t)most);
    int64_t share = graph_abs(graph_mean(product, w->in->value.total));
    return 1 + (share < most ? share : most);
}

static void write_edge(const struct writer *w, const struct graph_edge *e) {
    struct arena *a = w->in->arena;
    struct sink *out = w->out;
    int64_t weight = graph_mean(e->weight, e->weight_div);
    str value = value_text(w, weight);
    sink_printf(out, "N%u -> N%u [label=\" ", w->number[e->from], w->number[e->to]);
    sink_str(out, value);
    if (e->inlined) sink_text(out, "\\n (inline)");
    sink_char(out, '"');
    if (w->in->value.total) {
        int64_t pull = scaled(w, weight, 100), width = scaled(w, weight, 5);
        if (pull > 1) sink_printf(out, " weight=%lld", (long long)pull);
        if (width > 1) sink_printf(out, " penwidth=%lld", (long long)width);
        sink_text(out, " color=");
        write_colour(out, score_of(w, weight), false);
    }
    str tip[] = {STR("\""),
                 escape(a, graph_node_name(a, &w->g->node[e->from])),
                 e->residual ? STR(" ... ") : STR(" -> "),
                 escape(a, graph_node_name(a, &w->g->node[e->to])),
                 STR(" ("),
                 value,
                 STR(")\"")};
    str tooltip = str_join(a, tip, sizeof tip / sizeof *tip, STR_EMPTY);
    sink_text(out, " tooltip=");
    sink_str(out, tooltip);
    sink_text(out, " labeltooltip=");
    sink_str(out, tooltip);
    if (e->residual) sink_text(out, " style=\"dotted\"");
    if (w->has_nodelets[e->from]) sink_text(out, " minlen=2");
    sink_text(out, "]\n");
}

static void write_legend(const struct writer *w, str title) {
    struct arena *a = w->in->arena;
    struct sink *out = w->out;
    struct report_lines l = report_header(w->in, w->g, w->unit, true);
    sink_text(out, "subgraph cluster_L { \"");
    sink_str(out, escape(a, l.at[0]));
    sink_text(out, "\" [shape=box fontsize=16 label=\"");
    for (uint32_t i = 0; i < l.n; i++) {
        sink_str(out, escape(a, l.at[i]));
        sink_text(out, "\\l");
    }
    sink_text(out, "\\lSee https://git.io/JfYMW for how to read the graph\\l\"");
    if (title.len) {
        sink_text(out, " tooltip=\"");
        sink_str(out, title);
        sink_char(out, '"');
    }
    sink_text(out, "] }\n");
}

static void write_nodes(const struct writer *w) {
    const struct graph *g = w->g;
    double most = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        double flat = (double)graph_abs(graph_flat(&g->node[g->order[i]]));
        if (i == 0 || flat > most) most = flat;
    }
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        uint32_t n = g->order[i];
        w->number[n] = i + 1;
        write_node(w, &g->node[n], i + 1, most);
        w->has_nodelets[n] = write_nodelets(w, &g->node[n], i + 1);
    }
}

const struct graph *dot_write(const struct report_in *in, bool legend, struct sink *out) {
    struct graph_plan plan = {
        .visual = true, .call_tree = in->options->call_tree, .depth = GRAPH_EDGES, .want_tags = true};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    struct writer w = {.in = in, .g = g, .out = out, .unit = graph_output_unit(g, &in->value, in->options, false)};
    w.number = ARENA_ZERO(in->arena, uint32_t, g->n_all);
    w.has_nodelets = ARENA_ZERO(in->arena, uint8_t, g->n_all);

    const struct profile *p = in->loaded;
    str file = p->n_mappings ? profile_str(p, p->mapping[0].file) : STR_EMPTY;
    str title = file.len ? inside(in->arena, str_base_name(file)) : STR_EMPTY;
    sink_text(out, "digraph \"");
    sink_str(out, title.len ? title : STR("unnamed"));
    sink_text(out, "\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n");
    if (legend) write_legend(&w, title);
    write_nodes(&w);
    /* writes edges into dead nodes, but no edges out of them */
    for (uint32_t i = 0; i < g->n_edges; i++)
        if (w.number[g->edge[i].from]) write_edge(&w, &g->edge[i]);
    sink_text(out, "}\n");
    return g;
}

bool report_dot(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    dot_write(in, true, out);
    return true;
}
