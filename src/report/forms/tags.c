/* tags in other forms. */
#include "report/tags.h"
#include "report/forms/forms.h"

struct tags_page {
    const struct report_in *in;
    struct sink *out;
    struct emit_json json;
};

static str text_of(const struct tags_page *p, int64_t v) { return report_value(p->in, v, p->in->options->unit); }

/* The label of a value, if it is a single number; else NULL. */
static const struct profile_label *number_of(const struct tags_page *p, const struct tags_value *v) {
    const struct profile_label *l = &p->in->view->label[v->label];
    return v->n_labels == 1 && l->numeric ? l : NULL;
}

static str unit_of(const struct tags_page *p, const struct profile_label *l) {
    return filter_unit_of(p->in->units, l->key);
}

static void json_total(const struct tags_page *p, struct emit_json *j, int64_t v) {
    emit_int(j, "total", forms_amount(p->in, v));
    emit_str(j, "total_text", text_of(p, v));
    emit_number(j, "total_percent", forms_percent(v, p->in->value.total));
}

static void json_value(struct tags_page *p, const struct tags_value *v) {
    const struct profile_label *number = number_of(p, v);
    struct emit_json line = emit_open_line(&p->json);
    emit_str(&line, "name", v->name);
    if (number) emit_int(&line, "number", number->number);
    if (number) emit_str(&line, "unit", unit_of(p, number));
    json_total(p, &line, v->flat);
    emit_close_line(&p->json);
}

static void json_key(void *context, const struct tags_key *key) {
    struct tags_page *p = context;
    struct arena_mark m = arena_mark(p->in->arena);
    emit_open(&p->json, NULL, '{');
    emit_str(&p->json, "name", key->name);
    json_total(p, &p->json, key->total);
    emit_open(&p->json, "values", '[');
    for (uint32_t i = 0; i < key->n; i++) {
        json_value(p, &key->value[i]);
        arena_rewind(p->in->arena, m);
    }
    emit_close(&p->json, ']');
    emit_close(&p->json, '}');
}

static bool tags_json(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct tags_page p = {.in = in, .out = out, .json = {.out = out}};
    forms_json_head(in, &p.json, in->options->unit);
    emit_open(&p.json, "keys", '[');
    tags_each_key(in, json_key, &p);
    emit_close(&p.json, ']');
    emit_close(&p.json, '}');
    emit_end(&p.json);
    return true;
}

static void csv_value(struct tags_page *p, const struct tags_key *key, const struct tags_value *v) {
    const struct profile_label *number = number_of(p, v);
    emit_csv_field(p->out, key->name);
    forms_csv_str(p->out, v->name);
    sink_char(p->out, ',');
    if (number) sink_int(p->out, number->number);
    forms_csv_str(p->out, number ? unit_of(p, number) : STR_EMPTY);
    forms_csv_int(p->out, forms_amount(p->in, v->flat));
    forms_csv_str(p->out, text_of(p, v->flat));
    forms_csv_number(p->out, forms_percent(v->flat, p->in->value.total));
    forms_csv_str(p->out, p->in->value.unit);
    sink_char(p->out, '\n');
}

static void csv_key(void *context, const struct tags_key *key) {
    struct tags_page *p = context;
    struct arena_mark m = arena_mark(p->in->arena);
    for (uint32_t i = 0; i < key->n; i++) {
        csv_value(p, key, &key->value[i]);
        arena_rewind(p->in->arena, m);
    }
}

static bool tags_csv(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct tags_page p = {.in = in, .out = out};
    sink_text(out, "key,name,number,number_unit,total,total_text,total_percent,unit\n");
    tags_each_key(in, csv_key, &p);
    return true;
}

static void markdown_total(const struct tags_page *p, int64_t v) {
    forms_markdown_str(p->out, text_of(p, v));
    forms_markdown_percent(p->out, v, p->in->value.total);
}

static void markdown_key(void *context, const struct tags_key *key) {
    struct tags_page *p = context;
    struct arena_mark m = arena_mark(p->in->arena);
    sink_text(p->out, "| ");
    markdown_total(p, key->total);
    sink_text(p->out, "**");
    emit_markdown(p->out, key->name);
    sink_text(p->out, "** | |\n");
    for (uint32_t i = 0; i < key->n; i++) {
        sink_text(p->out, "| ");
        markdown_total(p, key->value[i].flat);
        sink_text(p->out, "| ");
        emit_markdown(p->out, key->value[i].name);
        sink_text(p->out, " |\n");
        arena_rewind(p->in->arena, m);
    }
}

static bool tags_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct tags_page p = {.in = in, .out = out};
    str total = str_join(in->arena, (str[]){STR("Total "), text_of(&p, in->value.total)}, 2, STR_EMPTY);
    forms_markdown_head(in, (struct report_lines){.at = &total, .n = 1}, out);
    sink_text(out, "| total | total% | key | value |\n| ---: | ---: | --- | --- |\n");
    tags_each_key(in, markdown_key, &p);
    return true;
}

const struct report_forms forms_tags = {tags_json, tags_csv, tags_markdown};
