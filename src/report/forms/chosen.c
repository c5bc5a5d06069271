/* Chosen columns of top (-columns) in other forms. */
#include "report/forms/chosen.h"

#include "report/chosen.h"
#include "report/forms/forms.h"

/* Calls write() for each row, with the sum of the flat values up to it. Texts of a row are freed after it. */
static void each_row(const struct chosen_page *p, void *context,
                     void (*write)(const struct chosen_page *p, uint32_t row, int64_t sum, void *context)) {
    int64_t sum = 0;
    for (uint32_t row = 0; row < p->n_rows; row++) {
        struct arena_mark m = arena_mark(p->in->arena);
        sum = graph_add(sum, chosen_flat(p, row));
        write(p, row, sum, context);
        arena_rewind(p->in->arena, m);
    }
}

static void json_row(const struct chosen_page *p, uint32_t row, int64_t sum, void *context) {
    struct emit_json *j = context;
    emit_open(j, NULL, '{');
    for (uint32_t i = 0; i < p->n_chosen; i++) {
        const struct chosen_column *column = &chosen_columns[p->chosen[i]];
        struct chosen_cell c = chosen_cell(p, row, sum, p->chosen[i]);
        switch (column->kind) {
        case COLUMN_AMOUNT: emit_int(j, column->key, forms_amount(p->in, c.number)); break;
        case COLUMN_PERCENT: emit_number(j, column->key, forms_percent(c.number, p->in->value.total)); break;
        case COLUMN_NUMBER: emit_int(j, column->key, c.number); break;
        case COLUMN_WORDS: emit_str(j, column->key, c.words); break;
        }
    }
    emit_close(j, '}');
}

bool chosen_json(const struct report_in *in, struct sink *out, struct err *e) {
    struct chosen_page p;
    struct emit_json j = {.out = out};
    if (!chosen_make(in, &p, e)) return false;
    forms_json_head(in, &j, p.unit);
    emit_int(&j, "nodes", p.graph->orig_count);
    emit_int(&j, "dropped_nodes", p.graph->dropped_nodes);
    emit_open(&j, "columns", '[');
    for (uint32_t i = 0; i < p.n_chosen; i++) emit_str(&j, NULL, str_from(chosen_columns[p.chosen[i]].key));
    emit_close(&j, ']');
    emit_open(&j, "rows", '[');
    each_row(&p, &j, json_row);
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
    return true;
}

static void csv_row(const struct chosen_page *p, uint32_t row, int64_t sum, void *context) {
    struct sink *out = context;
    for (uint32_t i = 0; i < p->n_chosen; i++) {
        enum chosen_kind kind = chosen_columns[p->chosen[i]].kind;
        struct chosen_cell c = chosen_cell(p, row, sum, p->chosen[i]);
        if (i) sink_char(out, ',');
        if (kind == COLUMN_AMOUNT) sink_int(out, forms_amount(p->in, c.number));
        if (kind == COLUMN_PERCENT) emit_double(out, forms_percent(c.number, p->in->value.total));
        if (kind == COLUMN_NUMBER && c.number) sink_int(out, c.number);
        if (kind == COLUMN_WORDS) emit_csv_field(out, c.words);
    }
    sink_char(out, '\n');
}

bool chosen_csv(const struct report_in *in, struct sink *out, struct err *e) {
    struct chosen_page p;
    if (!chosen_make(in, &p, e)) return false;
    for (uint32_t i = 0; i < p.n_chosen; i++) {
        if (i) sink_char(out, ',');
        sink_str(out, str_from(chosen_columns[p.chosen[i]].key));
    }
    sink_char(out, '\n');
    each_row(&p, out, csv_row);
    return true;
}

static void markdown_row(const struct chosen_page *p, uint32_t row, int64_t sum, void *context) {
    struct sink *out = context;
    sink_char(out, '|');
    for (uint32_t i = 0; i < p->n_chosen; i++) {
        sink_char(out, ' ');
        emit_markdown(out, str_trim(chosen_text(p, row, sum, p->chosen[i])));
        sink_text(out, " |");
    }
    sink_char(out, '\n');
}

bool chosen_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    struct chosen_page p;
    if (!chosen_make(in, &p, e)) return false;
    forms_markdown_head(in, report_header(in, p.graph, p.unit, false), out);
    for (uint32_t i = 0; i < p.n_chosen; i++) {
        sink_str(out, i ? STR(" ") : STR("| "));
        sink_str(out, str_from(chosen_columns[p.chosen[i]].name));
        sink_text(out, " |");
    }
    sink_char(out, '\n');
    for (uint32_t i = 0; i < p.n_chosen; i++) {
        sink_str(out, i ? STR(" ") : STR("| "));
        sink_str(out, chosen_columns[p.chosen[i]].kind == COLUMN_WORDS ? STR("--- |") : STR("---: |"));
    }
    sink_char(out, '\n');
    each_row(&p, out, markdown_row);
    return true;
}
