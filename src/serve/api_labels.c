/* labels: what each label's values account for under the filters, and the filter that picks each of them. */
#include <stdlib.h>

#include "base/emit.h"
#include "go/unit.h"
#include "report/tags.h"
#include "serve/api.h"
#include "session/run.h"

enum {
    VALUES_MOST = 100, /* of a key; the rest is one sum */
    RANGES_MOST = 12   /* of a key with numbers */
};

struct labels_writing {
    const struct report_in *in;
    struct emit_json j;
};

/* A value as a regular expression that matches it alone, for tagfocus, where ',' separates expressions. */
static str exact_pattern(struct arena *a, str value) {
    struct sink out;
    sink_to_memory(&out);
    sink_char(&out, '^');
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c == ',' || c == '\n') {
            sink_printf(&out, "\\x%02x", (unsigned)c);
        } else {
            if (strchr("\\.?+*[](){}|^$", c) && c) sink_char(&out, '\\');
            sink_char(&out, c);
        }
    }
    sink_char(&out, '$');
    str text = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return text;
}

/* What tagfocus accepts as a key, and as the unit of a number. */
static bool is_filter_key(str key) { return key.len && str_find_char(key, '=') == key.len; }
static bool is_word(str unit) {
    for (size_t i = 0; i < unit.len; i++)
        if (((unsigned)(unit.ptr[i] | 0x20) - 'a') > 'z' - 'a') return false;
    return true;
}

/* KEY=VALUE for tagfocus; empty where its grammar has no way to say it. */
static str filter_text(const struct labels_writing *w, str key, const struct tags_value *value) {
    const struct profile_label *l = &w->in->view->label[value->label];
    struct arena *a = w->in->arena;
    if (!is_filter_key(key)) return STR_EMPTY;
    if (!l->numeric) return str_join(a, (str[]){key, exact_pattern(a, value->name)}, 2, STR("="));
    if (value->n_labels > 1) return STR_EMPTY; /* several numbers read alike */
    str unit = filter_unit_of(w->in->units, l->key);
    if (!is_word(unit)) return STR_EMPTY;
    return str_format(a, "%.*s=%lld%.*s", STR_ARG(key), (long long)l->number, STR_ARG(unit));
}

static void write_amount(struct emit_json *j, const struct report_in *in, int64_t value) {
    emit_int(j, "value", value);
    emit_str(j, "text", report_value(in, value, in->options->unit));
    emit_number(j, "percent", in->value.total ? (double)value / (double)in->value.total * 100 : 0);
}

/* Numbers from 0 on are divided at round ones: memory at powers of two, others at 1, 2, 5, 10, 20 …; negative ones in
 * the same way. A scale takes `step` of these divisions together. */
struct labels_scale {
    bool memory;
    unsigned step;
};

static uint64_t division(const struct labels_scale *s, unsigned i) {
    static const uint64_t lead[] = {1, 2, 5};
    uint64_t edge = 1;
    if (s->memory) return i < 64 ? (uint64_t)1 << i : 0;
    for (unsigned k = 0; k < i / 3; k++) edge *= 10;
    return i <= 57 ? edge * lead[i % 3] : 0; /* 10^19 */
}

/* The range of a number: 0 of 0 alone, 1 from 1 on, -1 from -1 downwards. */
static int range_of(const struct labels_scale *s, int64_t number) {
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    unsigned i = 0;
    if (!size) return 0;
    while (division(s, i + 1) && division(s, i + 1) <= size) i++;
    int range = (int)(i / s->step) + 1;
    return number < 0 ? -range : range;
}

struct labels_range {
    int range;
    uint32_t n;
    int64_t flat;
};

static int compare_ranges(const void *x, const void *y) {
    const struct labels_range *a = x, *b = y;
    return (a->range > b->range) - (a->range < b->range);
}

/* Sums the numbers of a key by range; there is room for all in `out`. Returns the number of ranges. */
static uint32_t sum_ranges(const struct labels_writing *w, const struct tags_key *key, const struct labels_scale *s,
                           struct labels_range *out) {
    uint32_t n = 0, to = 0;
    for (uint32_t i = 0; i < key->n_labels; i++) {
        const struct profile_label *l = &w->in->view->label[key->label[i].label];
        if (l->numeric) out[n++] = (struct labels_range){range_of(s, l->number), 1, key->label[i].flat};
    }
    if (n) qsort(out, n, sizeof *out, compare_ranges);
    for (uint32_t i = 0; i < n; i++) {
        if (to && out[to - 1].range == out[i].range) {
            out[to - 1].n++;
            out[to - 1].flat = graph_add(out[to - 1].flat, out[i].flat);
        } else {
            out[to++] = out[i];
        }
    }
    return to;
}

/* Writes FROM:TO in the key's unit, for the name in the unit that suits each. */
static void write_range(const struct labels_writing *w, struct emit_json *j, const struct tags_key *key,
                        const struct labels_scale *s, const struct labels_range *range) {
    const struct report_in *in = w->in;
    struct arena *a = in->arena;
    unsigned first = ((unsigned)(range->range < 0 ? -range->range : range->range) - 1) * s->step;
    uint64_t least = range->range ? division(s, first) : 0, end = range->range ? division(s, first + s->step) : 1;
    if (!end || end > (uint64_t)INT64_MAX + 1) end = (uint64_t)INT64_MAX + 1;
    int64_t from = (int64_t)least, to = (int64_t)(end - 1);
    if (range->range < 0) {
        from = end > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)(end - 1);
        to = (int64_t)(0 - least);
    }
    str unit = filter_unit_of(in->units, w->in->view->label[key->label[0].label].key);
    str name = unit_label(a, from, unit, in->options->unit), last = unit_label(a, to, unit, in->options->unit);
    if (from != to) name = str_join(a, (str[]){name, last}, 2, STR(" \xE2\x80\x93 "));
    str filter = STR_EMPTY;
    if (is_filter_key(key->name) && is_word(unit))
        filter = str_format(a, "%.*s=%lld%.*s:%lld%.*s", STR_ARG(key->name), (long long)from, STR_ARG(unit),
                            (long long)to, STR_ARG(unit));
    emit_str(j, "name", name);
    emit_int(j, "from", from);
    emit_int(j, "to", to);
    emit_int(j, "n", range->n);
    write_amount(j, in, range->flat);
    emit_str(j, "filter", filter);
}

static void write_ranges(struct labels_writing *w, const struct tags_key *key) {
    struct arena scratch = {0};
    str unit = filter_unit_of(w->in->units, w->in->view->label[key->label[0].label].key);
    struct labels_scale s = {.memory = unit_known(unit) && str_equal(unit_scale(1024, unit, STR("kB")).unit, STR("kB")),
                             .step = 1};
    struct labels_range *range = ARENA_ARRAY(&scratch, struct labels_range, key->n_labels);
    uint32_t n;
    while ((n = sum_ranges(w, key, &s, range)) > RANGES_MOST) s.step = s.step == 1 && !s.memory ? 3 : 2 * s.step;
    emit_open(&w->j, "ranges", '[');
    for (uint32_t i = 0; i < n; i++) {
        struct emit_json row = emit_open_line(&w->j);
        write_range(w, &row, key, &s, &range[i]);
        emit_close_line(&w->j);
    }
    emit_close(&w->j, ']');
    arena_release(&scratch);
}

static void write_key(void *context, const struct tags_key *key) {
    struct labels_writing *w = context;
    const struct report_in *in = w->in;
    uint32_t shown = key->n < VALUES_MOST ? key->n : VALUES_MOST;
    int64_t rest = 0;
    for (uint32_t i = shown; i < key->n; i++) rest = graph_add(rest, key->value[i].flat);
    emit_open(&w->j, NULL, '{');
    emit_str(&w->j, "key", key->name);
    emit_bool(&w->j, "numeric", in->view->label[key->value[0].label].numeric);
    emit_int(&w->j, "n", key->n);
    write_amount(&w->j, in, key->total);
    emit_open(&w->j, "values", '[');
    for (uint32_t i = 0; i < shown; i++) {
        const struct tags_value *value = &key->value[i];
        struct emit_json row = emit_open_line(&w->j);
        emit_str(&row, "name", value->name);
        write_amount(&row, in, value->flat);
        emit_str(&row, "filter", filter_text(w, key->name, value));
        emit_close_line(&w->j);
    }
    emit_close(&w->j, ']');
    write_ranges(w, key);
    emit_open(&w->j, "rest", '{');
    emit_int(&w->j, "n", key->n - shown);
    write_amount(&w->j, in, rest);
    emit_close(&w->j, '}');
    emit_close(&w->j, '}');
}

bool api_labels(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
                struct result *r, struct err *e) {
    struct run_view view;
    (void)r;
    if (!run_prepare(request->session, &request->command, a, notes, &view, e)) return false;
    struct labels_writing w = {.in = &view.in, .j = {.out = out}};
    emit_open(&w.j, NULL, '{');
    emit_str(&w.j, "schema", STR("cprof-labels"));
    emit_int(&w.j, "version", 1);
    emit_str(&w.j, "type", view.in.value.type_label);
    emit_str(&w.j, "unit", view.in.value.unit);
    emit_int(&w.j, "total", view.in.value.total);
    emit_str(&w.j, "total_text", report_value(&view.in, view.in.value.total, view.in.options->unit));
    emit_open(&w.j, "keys", '[');
    tags_each_key(&view.in, write_key, &w);
    emit_close(&w.j, ']');
    emit_close(&w.j, '}');
    emit_end(&w.j);
    return true;
}
