/* compare in other forms. */
#include "report/compare.h"
#include "report/forms/forms.h"

static void json_row(const struct compare_table *t, struct emit_json *j, const struct compare_row *r) {
    static const struct {
        enum compare_what what;
        const char *key, *text_key;
    } value[] = {
        {COMPARE_OLD, "old", "old_text"}, {COMPARE_NEW, "new", "new_text"}, {COMPARE_DELTA, "delta", "delta_text"}};
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        if (t->per_second)
            emit_number(j, value[i].key, r->amount[value[i].what]);
        else
            emit_int(j, value[i].key, r->whole[value[i].what]);
        emit_str(j, value[i].text_key, compare_text(t, r, value[i].what));
    }
    emit_number(j, "ratio", compare_ratio(r));
    str status = compare_status(r);
    if (status.len) emit_str(j, "status", status);
}

static bool compare_json(const struct report_in *in, struct sink *out, struct err *e) {
    struct compare_table t;
    struct emit_json j = {.out = out};
    if (!compare_make(in, &t, e)) return false;
    forms_json_head(in, &j, t.unit);
    emit_str(&j, "values", t.cum ? STR("cum") : STR("flat"));
    emit_bool(&j, "per_second", t.per_second);
    emit_open(&j, "sum", '{');
    json_row(&t, &j, &t.total);
    emit_close(&j, '}');
    emit_int(&j, "nodes", t.n_all);
    emit_int(&j, "dropped_nodes", t.n_dropped);
    emit_open(&j, "rows", '[');
    for (uint32_t i = 0; i < t.n; i++) {
        struct arena_mark m = arena_mark(in->arena);
        struct forms_parts parts = forms_parts(in->arena, &t.row[i].node);
        emit_open(&j, NULL, '{');
        emit_str(&j, "name", t.row[i].name);
        forms_json_parts(&j, &parts);
        json_row(&t, &j, &t.row[i]);
        emit_close(&j, '}');
        arena_rewind(in->arena, m);
    }
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
    return true;
}

static void csv_value(const struct compare_table *t, struct sink *out, const struct compare_row *r,
                      enum compare_what what) {
    if (t->per_second)
        forms_csv_number(out, r->amount[what]);
    else
        forms_csv_int(out, r->whole[what]);
    forms_csv_str(out, compare_text(t, r, what));
}

static bool compare_csv(const struct report_in *in, struct sink *out, struct err *e) {
    struct compare_table t;
    if (!compare_make(in, &t, e)) return false;
    sink_text(out, "name,old,old_text,new,new_text,delta,delta_text,ratio,status,unit" FORMS_CSV_PARTS "\n");
    for (uint32_t i = 0; i < t.n; i++) {
        const struct compare_row *r = &t.row[i];
        struct arena_mark m = arena_mark(in->arena);
        struct forms_parts parts = forms_parts(in->arena, &r->node);
        emit_csv_field(out, r->name);
        csv_value(&t, out, r, COMPARE_OLD);
        csv_value(&t, out, r, COMPARE_NEW);
        csv_value(&t, out, r, COMPARE_DELTA);
        forms_csv_number(out, compare_ratio(r));
        forms_csv_str(out, compare_status(r));
        forms_csv_str(out, t.per_second ? str_format(in->arena, "%.*s/s", STR_ARG(in->value.unit)) : in->value.unit);
        forms_csv_parts(out, &parts);
        sink_char(out, '\n');
        arena_rewind(in->arena, m);
    }
    return true;
}

static bool compare_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    struct compare_table t;
    if (!compare_make(in, &t, e)) return false;
    forms_markdown_head(in, compare_lines(&t), out);
    sink_text(out, "| old | new | delta | ratio | name |\n| ---: | ---: | ---: | ---: | --- |\n");
    for (uint32_t i = 0; i < t.n; i++) {
        const struct compare_row *r = &t.row[i];
        struct arena_mark m = arena_mark(in->arena);
        sink_text(out, "| ");
        forms_markdown_str(out, compare_text(&t, r, COMPARE_OLD));
        forms_markdown_str(out, compare_text(&t, r, COMPARE_NEW));
        forms_markdown_str(out, compare_text(&t, r, COMPARE_DELTA));
        forms_markdown_str(out, compare_ratio_text(in->arena, r));
        emit_markdown(out, r->name);
        sink_text(out, " |\n");
        arena_rewind(in->arena, m);
    }
    return true;
}

const struct report_forms forms_compare = {compare_json, compare_csv, compare_markdown};
