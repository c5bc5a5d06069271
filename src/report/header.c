/* The lines above a report: the profile, the active filters, the share that is shown. */
#include "go/gotext.h"
#include "go/unit.h"
#include "report/report.h"

enum { FILTER_BYTES = 80 }; /* longer filters are cut */

struct lines {
    struct arena *arena;
    VEC(str) v;
};

static void add(struct lines *l, str line) { *VEC_PUSH(l->arena, &l->v) = line; }

static void add_named(struct lines *l, str name, str value) {
    if (value.len) add(l, str_join(l->arena, (str[]){name, value}, 2, STR_EMPTY));
}

static struct report_lines finish(struct lines *l) {
    return (struct report_lines){.at = l->v.at, .n = (uint32_t)l->v.n};
}

str report_value(const struct report_in *in, int64_t v, str unit) {
    return unit_label(in->arena, graph_scale(&in->value, v), in->value.unit, unit);
}

/* A percentage without leading spaces. */
static str percentage(const struct report_in *in, int64_t value, int64_t total) {
    char buf[32];
    size_t n = unit_percentage(buf, value, total);
    return str_copy(in->arena, str_trim((str){buf, n}));
}

static void add_duration(struct lines *l, const struct report_in *in, str unit) {
    struct arena *a = in->arena;
    int64_t duration = in->loaded->duration_nanos;
    if (duration == 0) return;
    struct unit_value total = unit_scale(in->value.total, in->value.unit, STR("nanoseconds"));
    char ratio[32];
    size_t n = 0;
    if (str_equal(total.unit, STR("ns")) && total.value != 0)
        n = unit_percentage(ratio, graph_truncate(total.value), duration);
    str part[] = {STR("Duration: "),
                  unit_label(a, duration, STR("nanoseconds"), STR("auto")),
                  STR(", Total samples = "),
                  report_value(in, in->value.total, unit),
                  STR(" "),
                  n ? STR("(") : STR_EMPTY,
                  {ratio, n},
                  n ? STR(")") : STR_EMPTY};
    add(l, str_join(a, part, sizeof part / sizeof *part, STR_EMPTY));
}

static void add_profile_labels(struct lines *l, const struct report_in *in, str unit, bool utc) {
    const struct profile *p = in->loaded;
    if (p->n_mappings) {
        str file = profile_str(p, p->mapping[0].file);
        if (file.len) add_named(l, STR("File: "), str_base_name(file));
        add_named(l, STR("Build ID: "), profile_str(p, p->mapping[0].build_id));
    }
    for (uint32_t i = 0; i < p->n_comments; i++)
        if (!str_has_prefix(profile_str(p, p->comment[i]), STR("#"))) add(l, profile_str(p, p->comment[i]));
    add_named(l, STR("Type: "), in->value.type_label);
    add_named(l, STR("Doc: "), profile_str(p, p->doc_url));
    if (p->time_nanos) add_named(l, STR("Time: "), (utc ? gotext_time_utc : gotext_time)(in->arena, p->time_nanos));
    add_duration(l, in, unit);
}

struct report_lines report_profile_labels(const struct report_in *in, str unit) {
    struct lines l = {.arena = in->arena};
    add_profile_labels(&l, in, unit, false);
    return finish(&l);
}

static void add_filters(struct lines *l, const struct options *o) {
    bool any = false;
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (!options_is_filter(row)) continue;
        str value = options_get(l->arena, row, o);
        if (str_equal(value, str_from(row->initial))) continue;
        if (!any) add(l, STR("Active filters:"));
        any = true;
        str text = str_join(l->arena, (str[]){str_from(row->name), value}, 2, STR("="));
        str end = text.len > FILTER_BYTES ? STR("…") : STR_EMPTY;
        text = str_slice(text, 0, FILTER_BYTES);
        add(l, str_join(l->arena, (str[]){STR("   "), text, end}, 3, STR_EMPTY));
    }
}

/* `n` nodes or edges ("node", "edge") whose weight ("cum", "freq") is at most `cutoff` were dropped. */
static void add_dropped(struct lines *l, uint32_t n, const char *noun, const char *weight, str cutoff) {
    if (!n) return;
    add(l, str_format(l->arena, "Dropped %u %s%s (%s <= %.*s)", n, noun, n > 1 ? "s" : "", weight, STR_ARG(cutoff)));
}

/* The share `fraction` of the total, as text. */
static str cutoff(const struct report_in *in, double fraction, str unit) {
    return report_value(in, graph_abs(graph_truncate((double)in->value.total * fraction)), unit);
}

static void add_accounting(struct lines *l, const struct report_in *in, int64_t shown, str unit) {
    int64_t total = in->value.total;
    str part[] = {STR("Showing nodes accounting for "),
                  report_value(in, shown, unit),
                  STR(", "),
                  percentage(in, shown, total),
                  STR(" of "),
                  report_value(in, total, unit),
                  STR(" total")};
    add(l, str_join(in->arena, part, sizeof part / sizeof *part, STR_EMPTY));
}

static void add_shown(struct lines *l, const struct report_in *in, const struct graph *g, str unit, bool edges_too) {
    int64_t shown = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) shown = graph_add(shown, graph_flat(&g->node[g->order[i]]));
    add_accounting(l, in, shown, unit);
    if (in->value.total == 0) return;
    add_dropped(l, g->dropped_nodes, "node", "cum", cutoff(in, in->options->nodefraction, unit));
    if (edges_too) add_dropped(l, g->dropped_edges, "edge", "freq", cutoff(in, in->options->edgefraction, unit));
    if (g->n_nodes > 0 && g->n_nodes < g->orig_count)
        add(l, str_format(in->arena, "Showing top %u nodes out of %u", g->n_nodes, g->orig_count));
}

struct report_lines report_header(const struct report_in *in, const struct graph *g, str unit, bool full_labels) {
    struct lines l = {.arena = in->arena};
    if (full_labels || !in->options->compact_labels) add_profile_labels(&l, in, unit, false);
    add_filters(&l, in->options);
    add_shown(&l, in, g, unit, full_labels); /* only graphs count edges, because only they show all labels */
    return finish(&l);
}

struct report_lines report_head(const struct report_in *in, str unit) {
    struct lines l = {.arena = in->arena};
    if (!in->options->compact_labels) add_profile_labels(&l, in, unit, false);
    add_filters(&l, in->options);
    return finish(&l);
}

struct report_lines report_stacks_header(const struct report_in *in, int64_t shown, bool utc) {
    struct lines l = {.arena = in->arena};
    add_profile_labels(&l, in, in->options->unit, utc);
    add_filters(&l, in->options);
    add_accounting(&l, in, shown, in->options->unit);
    return finish(&l);
}
