/* labels: what each label's values account for under the filters, and the filter that picks each of them. */
#include "base/emit.h"
#include "report/tags.h"
#include "serve/api.h"
#include "session/run.h"

enum { VALUES_MOST = 100 }; /* of a key; the rest is one sum */

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

/* KEY=VALUE for tagfocus; empty where its grammar has no way to say it. */
static str filter_text(const struct labels_writing *w, str key, const struct tags_value *value) {
    const struct profile_label *l = &w->in->view->label[value->label];
    struct arena *a = w->in->arena;
    if (!key.len || str_find_char(key, '=') < key.len) return STR_EMPTY;
    if (!l->numeric) return str_join(a, (str[]){key, exact_pattern(a, value->name)}, 2, STR("="));
    if (value->n_labels > 1) return STR_EMPTY; /* several numbers read alike */
    str unit = filter_unit_of(w->in->units, l->key);
    for (size_t i = 0; i < unit.len; i++)
        if (((unsigned)(unit.ptr[i] | 0x20) - 'a') > 'z' - 'a') return STR_EMPTY;
    return str_format(a, "%.*s=%lld%.*s", STR_ARG(key), (long long)l->number, STR_ARG(unit));
}

static void write_amount(struct emit_json *j, const struct report_in *in, int64_t value) {
    emit_int(j, "value", value);
    emit_str(j, "text", report_value(in, value, in->options->unit));
    emit_number(j, "percent", in->value.total ? (double)value / (double)in->value.total * 100 : 0);
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
