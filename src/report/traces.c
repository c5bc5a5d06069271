/* traces: each sample with its labels and its stack, unmerged, in the order of the profile (pprof.md 8.5). */
#include "report/amount.h"
#include "report/loctexts.h"
#include "report/rowlabels.h"
#include "report/rows.h"

#define SEPARATOR "-----------+-------------------------------------------------------"
/* a value right-aligned in ten columns, then three spaces, before every name */
#define MARGIN "             "
enum { VALUE_WIDTH = 10, MARGIN_CELLS = sizeof MARGIN - 1 + sizeof " (inline)" - 1 };

struct traces {
    const struct report_in *in;
    const struct graph_names *names;
    struct rowlabels *labels;
    str *text; /* per location: its lines, with blanks in place of values; ptr NULL: not kept */
};

/* Writes the lines of a location, innermost first, the first one after `margin`; all except the last one are
 * inlined. */
static void write_lines(const struct traces *t, struct arena *scratch, loc_id loc, str margin, struct sink *out) {
    const struct graph_names *names = t->names;
    for (uint32_t i = names->first[loc]; i < names->first[loc + 1]; i++) {
        str part[4];
        uint32_t n = graph_node_components(scratch, &names->node[names->node_of[i]], part);
        sink_str(out, i == names->first[loc] ? margin : STR(MARGIN));
        size_t from = out->len;
        for (uint32_t k = 0; k < n; k++) {
            if (k) sink_char(out, ' ');
            sink_str(out, part[k]);
        }
        /* names are many, so only those are marked that may be too long */
        if (out->len - from + MARGIN_CELLS > (size_t)t->in->screen.columns) paint_name(t->in->paint, out, from);
        if (i + 1 < names->first[loc + 1])
            sink_text(out, " (inline)\n");
        else
            sink_char(out, '\n');
    }
}

static void write_location(const void *context, struct arena *scratch, loc_id loc, struct sink *out) {
    write_lines(context, scratch, loc, STR(MARGIN), out);
}

static void write_rule(const struct traces *t, struct sink *out) {
    size_t from = out->len;
    sink_text(out, SEPARATOR);
    paint_mark(t->in->paint, out, from, PAINT_RULE, PAINT_PLAIN, PAINT_STAYS);
    sink_char(out, '\n');
}

static int64_t sample_value(const struct report_in *in, uint32_t row) {
    int64_t v = in->view->value[in->value.type][row];
    return in->value.mean ? graph_mean(v, in->view->value[0][row]) : v;
}

/* Writes the sample's value, in place of the first blanks of its first line. */
static void write_value(const struct traces *t, struct arena *scratch, uint32_t row, struct sink *out) {
    size_t room = amount_room(t->in);
    char *value = arena_alloc(scratch, room);
    size_t n = amount_print(t->in, value, room, sample_value(t->in, row));
    size_t from = out->len;
    sink_right(out, (str){value, n}, VALUE_WIDTH);
    paint_weight(t->in->paint, out, from, sample_value(t->in, row), t->in->value.total, PAINT_STAYS);
}

static str location_text(const struct traces *t, struct arena *scratch, loc_id loc) {
    if (t->text[loc].ptr) return t->text[loc];
    struct sink s;
    sink_to_memory(&s);
    write_location(t, scratch, loc, &s);
    str text = str_copy(scratch, sink_bytes(&s));
    sink_drop(&s);
    return text;
}

static void write_trace(const void *context, struct arena *scratch, uint32_t sample, struct sink *out) {
    const struct traces *t = context;
    const struct profile *view = t->in->view;
    uint32_t row = profile_row(view, sample);
    uint64_t from = view->stack_off[view->stack_of[row]], to = view->stack_off[view->stack_of[row] + 1];
    if (from == to) return;
    write_rule(t, out);
    rowlabels_write(t->labels, scratch, row, out);
    write_value(t, scratch, row, out);
    if (t->in->paint)
        write_lines(t, scratch, view->frame[from], str_from_offset(STR(MARGIN), VALUE_WIDTH), out);
    else
        sink_str(out, str_from_offset(location_text(t, scratch, view->frame[from]), VALUE_WIDTH));
    for (uint64_t i = from + 1; i < to; i++) {
        str text = t->text[view->frame[i]];
        if (text.ptr)
            sink_write(out, text.ptr, text.len);
        else
            write_location(t, scratch, view->frame[i], out);
    }
}

static uint64_t trace_size(const void *context, uint32_t sample) {
    const struct traces *t = context;
    const struct profile *view = t->in->view;
    uint32_t row = profile_row(view, sample);
    uint64_t from = view->stack_off[view->stack_of[row]], to = view->stack_off[view->stack_of[row] + 1];
    uint64_t size = sizeof SEPARATOR + amount_room(t->in) + rowlabels_size(t->labels, row);
    for (uint64_t i = from; i < to; i++) {
        str text = t->text[view->frame[i]];
        if (!text.ptr) return UINT64_MAX;
        size += text.len;
    }
    return size;
}

bool report_traces(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct report_lines header = report_profile_labels(in, in->options->unit);
    for (uint32_t i = 0; i < header.n; i++) {
        if (i) sink_char(out, '\n');
        sink_str(out, header.at[i]);
    }
    sink_char(out, '\n');

    struct traces t = {.in = in};
    t.names = graph_names(in->arena, in->view, NULL, false);
    t.labels = rowlabels_make(in->arena, in->view, in->units, ROWLABELS_TRACES);
    struct rows rows = {.context = &t, .write = write_trace, .size = trace_size};
    if (in->paint) {
        /* marks are made where the text is written, on one thread */
        t.text = ARENA_ZERO(in->arena, str, in->view->n_locations);
        rows_write_straight(&rows, in->view->n_samples, out);
    } else {
        t.text = loctexts_make(in->arena, in->view->n_locations, write_location, &t);
        rows_write(&rows, in->view->n_samples, out);
    }
    write_rule(&t, out);
    return true;
}
