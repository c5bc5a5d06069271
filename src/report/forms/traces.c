/* traces in other forms. */
#include "go/unit.h"
#include "profile/foldname.h"
#include "report/amount.h"
#include "report/forms/forms.h"
#include "report/loctexts.h"
#include "report/rows.h"

enum {
    ESCAPED = 6, /* maximum of bytes that one byte becomes: \u0001 */
    FIXED = 256  /* more than the bytes of a sample's own brackets, field names and numbers */
};

struct traces_form {
    const struct report_in *in;
    const struct graph_names *names;
    const struct traces_style *style;
    str *text;      /* per location: its frames; ptr NULL: not kept */
    uint32_t first; /* the first sample that is shown */
};

/* The functions and texts of a form. */
struct traces_style {
    str join; /* between frames */
    void (*frame)(struct arena *scratch, const struct graph_node *n, bool inlined, struct sink *out);
    void (*begin)(const struct traces_form *t, struct arena *scratch, uint32_t sample,
                  struct sink *out); /* writes the part before the frames */
    str end;                         /* after the frames */
};

/* Writes the frames of a location, innermost first; all except the last one are inlined. */
static void write_location(const void *context, struct arena *scratch, loc_id loc, struct sink *out) {
    const struct traces_form *t = context;
    const struct graph_names *names = t->names;
    for (uint32_t i = names->first[loc]; i < names->first[loc + 1]; i++) {
        if (i > names->first[loc]) sink_str(out, t->style->join);
        t->style->frame(scratch, &names->node[names->node_of[i]], i + 1 < names->first[loc + 1], out);
    }
}

/* The frames of a sample: frame[from] … frame[to-1]. As in the text, samples without frames are not shown. */
struct field_span {
    uint64_t from, to;
};
static struct field_span frames_of(const struct traces_form *t, uint32_t sample) {
    const struct profile *view = t->in->view;
    stack_id stack = view->stack_of[profile_row(view, sample)];
    return (struct field_span){view->stack_off[stack], view->stack_off[stack + 1]};
}

static void write_trace(const void *context, struct arena *scratch, uint32_t sample, struct sink *out) {
    const struct traces_form *t = context;
    struct field_span s = frames_of(t, sample);
    if (s.from == s.to) return;
    t->style->begin(t, scratch, sample, out);
    for (uint64_t i = s.from; i < s.to; i++) {
        loc_id loc = t->in->view->frame[i];
        if (i > s.from) sink_str(out, t->style->join);
        if (t->text[loc].ptr)
            sink_str(out, t->text[loc]);
        else
            write_location(t, scratch, loc, out);
    }
    sink_str(out, t->style->end);
}

static str label_unit(const struct traces_form *t, const struct profile_label *l) {
    return filter_unit_of(t->in->units, l->key);
}

static uint64_t trace_size(const void *context, uint32_t sample) {
    const struct traces_form *t = context;
    const struct profile *view = t->in->view;
    uint32_t row = profile_row(view, sample);
    struct field_span s = frames_of(t, sample);
    uint64_t size = FIXED + ESCAPED * (amount_room(t->in) + t->in->value.unit.len) + t->style->end.len;
    for (uint32_t i = view->label_off[row]; i < view->label_off[row + 1]; i++) {
        const struct profile_label *l = &view->label[view->label_ref[i]];
        size += FIXED + ESCAPED * (profile_str(view, l->key).len + profile_str(view, l->value).len);
        if (l->numeric) size += ESCAPED * (64 + 2 * label_unit(t, l).len);
    }
    for (uint64_t i = s.from; i < s.to; i++) {
        str text = t->text[view->frame[i]];
        if (!text.ptr) return UINT64_MAX;
        size += text.len + t->style->join.len;
    }
    return size;
}

static int64_t sample_value(const struct traces_form *t, uint32_t sample) {
    const struct profile *view = t->in->view;
    uint32_t row = profile_row(view, sample);
    int64_t v = view->value[t->in->value.type][row];
    return t->in->value.mean ? graph_mean(v, view->value[0][row]) : v;
}

static str value_text(const struct traces_form *t, struct arena *scratch, uint32_t sample) {
    size_t room = amount_room(t->in);
    char *text = arena_alloc(scratch, room);
    return (str){text, amount_print(t->in, text, room, sample_value(t, sample))};
}

static str label_text(const struct traces_form *t, struct arena *scratch, const struct profile_label *l) {
    if (!l->numeric) return profile_str(t->in->view, l->value);
    return unit_label(scratch, l->number, label_unit(t, l), STR("auto"));
}

/* Calls write for each label of the sample: strings, then numbers, each sorted by key. */
static void each_label(const struct traces_form *t, struct arena *scratch, uint32_t sample, void *context,
                       void (*write)(const struct traces_form *t, struct arena *scratch, void *context,
                                     const struct profile_label *l, bool first)) {
    const struct profile *view = t->in->view;
    uint32_t row = profile_row(view, sample), n = view->label_off[row + 1] - view->label_off[row];
    label_id *label = ARENA_ARRAY(scratch, label_id, n);
    profile_sorted_labels(view, row, label);
    for (uint32_t i = 0; i < n; i++) write(t, scratch, context, &view->label[label[i]], i == 0);
}

static struct traces_form make_traces(const struct report_in *in, const struct traces_style *style) {
    struct traces_form t = {.in = in, .style = style};
    t.names = graph_names(in->arena, in->view, NULL, false);
    t.text = loctexts_make(in->arena, in->view->n_locations, write_location, &t);
    while (t.first < in->view->n_samples) {
        struct field_span s = frames_of(&t, t.first);
        if (s.from < s.to) break;
        t.first++;
    }
    return t;
}

static void write_samples(struct traces_form *t, struct sink *out) {
    struct rows rows = {.context = t, .write = write_trace, .size = trace_size};
    rows_write(&rows, t->in->view->n_samples, out);
}

static void json_frame(struct arena *scratch, const struct graph_node *n, bool inlined, struct sink *out) {
    struct forms_parts parts = forms_parts(scratch, n);
    struct emit_json line = {.out = out};
    sink_char(out, '{');
    emit_str(&line, "name", graph_node_name(scratch, n));
    forms_json_parts(&line, &parts);
    if (inlined) emit_bool(&line, "inline", true);
    sink_char(out, '}');
}

static void json_label(const struct traces_form *t, struct arena *scratch, void *context, const struct profile_label *l,
                       bool first) {
    (void)first;
    struct emit_json *j = context, line = emit_open_line(j);
    emit_str(&line, "key", profile_str(t->in->view, l->key));
    if (l->numeric) {
        emit_int(&line, "number", l->number);
        emit_str(&line, "unit", label_unit(t, l));
        emit_str(&line, "text", label_text(t, scratch, l));
    } else {
        emit_str(&line, "value", profile_str(t->in->view, l->value));
    }
    emit_close_line(j);
}

#define JSON_FRAME "\n        "
static void json_begin(const struct traces_form *t, struct arena *scratch, uint32_t sample, struct sink *out) {
    struct emit_json j = {.out = out, .depth = 2, .follows = sample != t->first};
    emit_open(&j, NULL, '{');
    emit_int(&j, "value", forms_amount(t->in, sample_value(t, sample)));
    emit_str(&j, "value_text", value_text(t, scratch, sample));
    emit_open(&j, "labels", '[');
    each_label(t, scratch, sample, &j, json_label);
    emit_close(&j, ']');
    emit_open(&j, "frames", '[');
    sink_text(out, JSON_FRAME);
}

static bool traces_json(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    static const struct traces_style style = {.join = {"," JSON_FRAME, sizeof JSON_FRAME},
                                              .frame = json_frame,
                                              .begin = json_begin,
                                              .end = {"\n      ]\n    }", 14}};
    struct traces_form t = make_traces(in, &style);
    struct emit_json j = {.out = out};
    forms_json_head(in, &j, in->options->unit);
    emit_open(&j, "samples", '[');
    write_samples(&t, out);
    j.follows = t.first < in->view->n_samples;
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
    return true;
}

/* In CSV a sample is a row. Its labels, and its frames, are joined by semicolons, with names escaped as in
 * -collapsed. */

static void csv_name(struct arena *scratch, str name, struct sink *out) {
    emit_csv_inside(out, foldname_escape(scratch, name, false));
}

static void csv_frame(struct arena *scratch, const struct graph_node *n, bool inlined, struct sink *out) {
    (void)inlined;
    csv_name(scratch, graph_node_name(scratch, n), out);
}

static void csv_label(const struct traces_form *t, struct arena *scratch, void *context, const struct profile_label *l,
                      bool first) {
    struct sink *out = context;
    if (!first) sink_char(out, ';');
    csv_name(scratch, profile_str(t->in->view, l->key), out);
    sink_char(out, '=');
    csv_name(scratch, label_text(t, scratch, l), out);
}

static void csv_begin(const struct traces_form *t, struct arena *scratch, uint32_t sample, struct sink *out) {
    sink_int(out, forms_amount(t->in, sample_value(t, sample)));
    forms_csv_str(out, value_text(t, scratch, sample));
    forms_csv_str(out, t->in->value.unit);
    sink_text(out, ",\"");
    each_label(t, scratch, sample, out, csv_label);
    sink_text(out, "\",\"");
}

static bool traces_csv(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    static const struct traces_style style = {
        .join = {";", 1}, .frame = csv_frame, .begin = csv_begin, .end = {"\"\n", 2}};
    struct traces_form t = make_traces(in, &style);
    sink_text(out, "value,value_text,unit,labels,stack\n");
    write_samples(&t, out);
    return true;
}

static void markdown_frame(struct arena *scratch, const struct graph_node *n, bool inlined, struct sink *out) {
    emit_markdown(out, graph_node_name(scratch, n));
    if (inlined) sink_text(out, " (inline)");
}

static void markdown_label(const struct traces_form *t, struct arena *scratch, void *context,
                           const struct profile_label *l, bool first) {
    struct sink *out = context;
    if (!first) sink_text(out, "<br>");
    emit_markdown(out, profile_str(t->in->view, l->key));
    sink_text(out, ": ");
    emit_markdown(out, label_text(t, scratch, l));
}

static void markdown_begin(const struct traces_form *t, struct arena *scratch, uint32_t sample, struct sink *out) {
    sink_text(out, "| ");
    forms_markdown_str(out, value_text(t, scratch, sample));
    each_label(t, scratch, sample, out, markdown_label);
    sink_text(out, " | ");
}

static bool traces_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    static const struct traces_style style = {
        .join = {"<br>", 4}, .frame = markdown_frame, .begin = markdown_begin, .end = {" |\n", 3}};
    struct traces_form t = make_traces(in, &style);
    forms_markdown_head(in, report_profile_labels(in, in->options->unit), out);
    sink_text(out, "| value | labels | stack |\n| ---: | --- | --- |\n");
    write_samples(&t, out);
    return true;
}

const struct report_forms forms_traces = {traces_json, traces_csv, traces_markdown};
