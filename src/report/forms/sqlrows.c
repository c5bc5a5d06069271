/* rows: one row per sample, for SQL: JSON, an object a line, or CSV. A row has its source and time, its labels, its
 * stack, leaf first, and one column per sample type. In CSV labels, numbers and stack are the JSON texts.
 *
 * Texts of locations and labels are made once, in the form in which rows hold them, so a row is mostly copied. */
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "report/forms/forms.h"
#include "report/loctexts.h"
#include "report/rows.h"

enum {
    FIXED = 128, /* more than the bytes of a row's own brackets and field names */
    NUMBER = 21  /* most of the bytes of a number, and a comma */
};

/* What is between the parts of a row. */
struct sqlrows_style {
    bool csv;
    str labels, numbers, stack, values; /* before each */
    str end;
};

struct sqlrows {
    const struct report_in *in;
    const struct sqlrows_style *style;
    const struct graph_names *names;
    str *head;         /* [source]: the start of a row; the last one is for an unknown source */
    str *column;       /* [type]: what precedes its value */
    str *text;         /* [location]: its frames; ptr NULL: not kept */
    str *key, *value;  /* [label] */
    uint32_t *rank;    /* [label]: see profile_label_ranks */
    uint64_t columns;  /* bytes of all columns */
    uint64_t head_max; /* bytes of the longest head */
};

/* Writes a JSON text, inside a quoted field if the style is CSV. */
static void write_json(const struct sqlrows *r, str json, struct sink *out) {
    if (r->style->csv)
        emit_csv_inside(out, json);
    else
        sink_str(out, json);
}

static void json_string(struct sink *out, str s) {
    struct emit_json j = {.out = out};
    emit_str(&j, NULL, s);
}

static void json_string_or_null(struct sink *out, str s) {
    if (s.len)
        json_string(out, s);
    else
        sink_text(out, "null");
}

static void json_number_or_null(struct sink *out, int64_t v) {
    if (v)
        sink_int(out, v);
    else
        sink_text(out, "null");
}

/* All frames of an output have the same fields. A frame without a name has the name that reports on functions print. */
static void json_frame(const struct profile_shown *shown, struct arena *scratch, const struct graph_node *n,
                       struct sink *out) {
    sink_char(out, '{');
    if (shown->function) {
        sink_text(out, "\"function\":");
        struct graph_node plain = {.name = n->name, .object = n->object};
        json_string(out, graph_node_name(scratch, &plain));
    }
    if (shown->file) {
        sink_str(out, shown->function ? STR(",\"file\":") : STR("\"file\":"));
        json_string_or_null(out, n->file);
    }
    if (shown->line) {
        sink_text(out, ",\"line\":");
        json_number_or_null(out, n->line);
    }
    if (shown->column) {
        sink_text(out, ",\"column\":");
        json_number_or_null(out, n->column);
    }
    if (shown->address) {
        sink_text(out, ",\"address\":");
        if (n->address)
            sink_printf(out, "\"0x%llx\"", (unsigned long long)n->address);
        else
            sink_text(out, "null");
    }
    sink_char(out, '}');
}

static void json_location(const struct sqlrows *r, struct arena *scratch, loc_id loc, struct sink *out) {
    for (uint32_t i = r->names->first[loc]; i < r->names->first[loc + 1]; i++) {
        if (i > r->names->first[loc]) sink_char(out, ',');
        json_frame(&r->in->view->shown, scratch, &r->names->node[r->names->node_of[i]], out);
    }
}

/* Writes the frames of a location, innermost first. */
static void write_location(const void *context, struct arena *scratch, loc_id loc, struct sink *out) {
    const struct sqlrows *r = context;
    if (!r->style->csv) {
        json_location(r, scratch, loc, out);
        return;
    }
    struct sink json;
    sink_to_memory(&json);
    json_location(r, scratch, loc, &json);
    emit_csv_inside(out, sink_bytes(&json));
    sink_drop(&json);
}

/* Writes a time with microseconds, which all engines have, rounded down. */
static void write_time(struct sink *out, int64_t nanos) {
    int64_t seconds = nanos / 1000000000, rest = nanos % 1000000000;
    if (rest < 0) {
        seconds--;
        rest += 1000000000;
    }
    time_t t = (time_t)seconds;
    struct tm tm;
    char text[64];
    if (!gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm)) return;
    sink_printf(out, "%s.%06dZ", text, (int)(rest / 1000));
}

static str take_bytes(struct arena *a, struct sink *s) {
    str text = str_copy(a, sink_bytes(s));
    s->len = 0;
    return text;
}

static void make_heads(struct sqlrows *r) {
    const struct report_sources *all = &r->in->sources;
    /* samples of several sources that were merged without marks have no source, and the time of the merged profile */
    struct report_source unknown = {STR_EMPTY, r->in->loaded->time_nanos};
    struct sink s;
    sink_to_memory(&s);
    r->head = ARENA_ARRAY(r->in->arena, str, (size_t)all->n + 1);
    for (uint32_t i = 0; i <= all->n; i++) {
        const struct report_source *source = i < all->n ? &all->at[i] : &unknown;
        if (r->style->csv) {
            emit_csv_field(&s, source->name);
            sink_char(&s, ',');
            if (source->time_nanos) write_time(&s, source->time_nanos);
        } else {
            sink_text(&s, "{\"source\":");
            json_string_or_null(&s, source->name);
            sink_text(&s, ",\"time\":");
            sink_str(&s, source->time_nanos ? STR("\"") : STR("null"));
            if (source->time_nanos) write_time(&s, source->time_nanos);
            if (source->time_nanos) sink_char(&s, '"');
        }
        r->head[i] = take_bytes(r->in->arena, &s);
        if (r->head[i].len > r->head_max) r->head_max = r->head[i].len;
    }
    sink_drop(&s);
}

/* The names of the columns of sample types: TYPE_UNIT, with the number of the column if the name is taken. Engines
 * ignore the case of names. */
static str *column_names(struct arena *a, const struct profile *p) {
    struct intern taken = {.arena = a};
    static const char *const fixed[] = {"source", "time", "labels", "numbers", "stack"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) intern_id(&taken, str_from(fixed[i]));
    str *name = ARENA_ARRAY(a, str, p->n_types);
    for (uint32_t i = 0; i < p->n_types; i++) {
        str type = profile_str(p, p->type[i].type), unit = profile_str(p, p->type[i].unit), base;
        uint32_t id;
        if (!type.len) type = STR("value");
        base = name[i] = unit.len ? str_join(a, (str[]){type, unit}, 2, STR("_")) : type;
        for (uint64_t n = (uint64_t)i + 1; intern_find(&taken, str_lower(a, name[i]), &id); n += p->n_types)
            name[i] = str_join(a, (str[]){base, str_format(a, "%llu", (unsigned long long)n)}, 2, STR("_"));
        intern_id(&taken, str_lower(a, name[i]));
    }
    return name;
}

static void make_columns(struct sqlrows *r, const str *name) {
    const struct profile *view = r->in->view;
    struct sink s;
    sink_to_memory(&s);
    r->column = ARENA_ARRAY(r->in->arena, str, view->n_types);
    for (uint32_t i = 0; i < view->n_types; i++) {
        sink_char(&s, ',');
        if (!r->style->csv) {
            json_string(&s, name[i]);
            sink_char(&s, ':');
        }
        r->column[i] = take_bytes(r->in->arena, &s);
        r->columns += r->column[i].len + NUMBER;
    }
    sink_drop(&s);
}

static void make_labels(struct sqlrows *r) {
    const struct profile *view = r->in->view;
    struct arena *a = r->in->arena;
    struct sink json, s;
    sink_to_memory(&json);
    sink_to_memory(&s);
    r->key = ARENA_ARRAY(a, str, view->n_labels);
    r->value = ARENA_ARRAY(a, str, view->n_labels);
    for (label_id i = 0; i < view->n_labels; i++) {
        const struct profile_label *l = &view->label[i];
        json.len = 0;
        json_string(&json, profile_str(view, l->key));
        sink_text(&json, ":[");
        write_json(r, sink_bytes(&json), &s);
        r->key[i] = take_bytes(a, &s);
        json.len = 0;
        if (l->numeric)
            sink_int(&json, l->number);
        else
            json_string(&json, profile_str(view, l->value));
        write_json(r, sink_bytes(&json), &s);
        r->value[i] = take_bytes(a, &s);
    }
    r->rank = profile_label_ranks(view, a);
    sink_drop(&json);
    sink_drop(&s);
}

/* Writes the labels whose kind is `numeric`, which follow each other, and returns their number. */
static uint32_t write_labels(const struct sqlrows *r, const label_id *label, uint32_t n, bool numeric,
                             struct sink *out) {
    const struct profile_label *all = r->in->view->label;
    uint32_t i = 0;
    for (; i < n && all[label[i]].numeric == numeric; i++) {
        bool same = i && all[label[i]].key == all[label[i - 1]].key;
        if (same) {
            sink_char(out, ',');
        } else {
            if (i) sink_text(out, "],");
            sink_str(out, r->key[label[i]]);
        }
        sink_str(out, r->value[label[i]]);
    }
    if (i) sink_char(out, ']');
    return i;
}

static str head_of(const struct sqlrows *r, uint32_t row) {
    const struct report_sources *all = &r->in->sources;
    return r->head[all->of_row ? all->of_row[row] : all->n == 1 ? 0 : all->n];
}

static void write_row(const void *context, struct arena *scratch, uint32_t sample, struct sink *out) {
    const struct sqlrows *r = context;
    const struct profile *view = r->in->view;
    uint32_t row = profile_row(view, sample), n = view->label_off[row + 1] - view->label_off[row];
    sink_str(out, head_of(r, row));
    sink_str(out, r->style->labels);
    label_id few[16], *label = n <= sizeof few / sizeof *few ? few : ARENA_ARRAY(scratch, label_id, n);
    profile_labels_by_rank(view, r->rank, row, label);
    uint32_t strings = write_labels(r, label, n, false, out);
    sink_str(out, r->style->numbers);
    write_labels(r, label + strings, n - strings, true, out);
    sink_str(out, r->style->stack);
    uint64_t from = view->stack_off[view->stack_of[row]], to = view->stack_off[view->stack_of[row] + 1];
    for (uint64_t i = from; i < to; i++) {
        str text = r->text[view->frame[i]];
        if (i > from) sink_char(out, ',');
        if (text.ptr)
            sink_write(out, text.ptr, text.len);
        else
            write_location(r, scratch, view->frame[i], out);
    }
    sink_str(out, r->style->values);
    for (uint32_t t = 0; t < view->n_types; t++) {
        sink_str(out, r->column[t]);
        sink_int(out, graph_scale(&r->in->value, view->value[t][row]));
    }
    sink_str(out, r->style->end);
}

static uint64_t row_size(const void *context, uint32_t sample) {
    const struct sqlrows *r = context;
    const struct profile *view = r->in->view;
    uint32_t row = profile_row(view, sample);
    uint64_t size = FIXED + r->head_max + r->columns;
    for (uint32_t i = view->label_off[row]; i < view->label_off[row + 1]; i++)
        size += r->key[view->label_ref[i]].len + r->value[view->label_ref[i]].len + sizeof "],";
    uint64_t from = view->stack_off[view->stack_of[row]], to = view->stack_off[view->stack_of[row] + 1];
    for (uint64_t i = from; i < to; i++) {
        str text = r->text[view->frame[i]];
        if (!text.ptr) return UINT64_MAX;
        size += text.len + 1;
    }
    return size;
}

static bool write_all(const struct report_in *in, const struct sqlrows_style *style, struct sink *out) {
    struct sqlrows r = {.in = in, .style = style};
    str *name = column_names(in->arena, in->view);
    r.names = graph_names(in->arena, in->view, in->options, false);
    make_heads(&r);
    make_columns(&r, name);
    make_labels(&r);
    r.text = loctexts_make(in->arena, in->view->n_locations, write_location, &r);
    if (style->csv) {
        sink_text(out, "source,time,labels,numbers,stack");
        for (uint32_t i = 0; i < in->view->n_types; i++) forms_csv_str(out, name[i]);
        sink_char(out, '\n');
    }
    struct rows rows = {.context = &r, .write = write_row, .size = row_size};
    rows_write(&rows, in->view->n_samples, out);
    return true;
}

bool report_rows(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    static const struct sqlrows_style style = {.labels = {",\"labels\":{", 11},
                                               .numbers = {"},\"numbers\":{", 13},
                                               .stack = {"},\"stack\":[", 11},
                                               .values = {"]", 1},
                                               .end = {"}\n", 2}};
    return write_all(in, &style, out);
}

static bool rows_csv(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    static const struct sqlrows_style style = {.csv = true,
                                               .labels = {",\"{", 3},
                                               .numbers = {"}\",\"{", 5},
                                               .stack = {"}\",\"[", 5},
                                               .values = {"]\"", 2},
                                               .end = {"\n", 1}};
    return write_all(in, &style, out);
}

static bool rows_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    (void)in;
    (void)out;
    return err_set(e, "-format=markdown: rows takes json or csv");
}

const struct report_forms forms_rows = {report_rows, rows_csv, rows_markdown};
