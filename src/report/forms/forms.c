/* Values, names and the head of each format, for all reports with forms. */
#include "report/forms/forms.h"

#include <math.h>

#include "go/unit.h"

int64_t forms_amount(const struct report_in *in, int64_t v) { return graph_scale(&in->value, v); }

double forms_percent(int64_t v, int64_t total) { return total ? (double)v / (double)total * 100 : 0; }

struct forms_parts forms_parts(struct arena *a, const struct graph_node *n) {
    struct forms_parts p = {STR_EMPTY, STR_EMPTY, STR_EMPTY, 0, 0};
    if (!n->address && !n->line && !(n->name.len && n->file.len)) return p;
    if (n->address) p.address = str_format(a, "0x%llx", (unsigned long long)n->address);
    p.function = n->name;
    p.file = n->file;
    p.line = n->line;
    p.column = n->column;
    return p;
}

/* Increases if a field is renamed, removed or changes its meaning; new fields do not increase it. */
enum { SCHEMA_VERSION = 1 };

void forms_json_head(const struct report_in *in, struct emit_json *j, str unit) {
    emit_open(j, NULL, '{');
    emit_str(j, "schema", STR("cprof-report"));
    emit_int(j, "version", SCHEMA_VERSION);
    emit_str(j, "report", str_from(in->report->name));
    emit_str(j, "type", in->value.type_label);
    emit_str(j, "unit", in->value.unit);
    emit_int(j, "total", forms_amount(in, in->value.total));
    emit_str(j, "total_text", report_value(in, in->value.total, unit));
    emit_int(j, "duration_nanos", in->loaded->duration_nanos);
    emit_int(j, "time_nanos", in->loaded->time_nanos);
}

void forms_json_parts(struct emit_json *j, const struct forms_parts *p) {
    if (p->address.len) emit_str(j, "address", p->address);
    if (p->function.len) emit_str(j, "function", p->function);
    if (p->file.len) emit_str(j, "file", p->file);
    if (p->line) emit_int(j, "line", p->line);
    if (p->column) emit_int(j, "column", p->column);
}

void forms_csv_number(struct sink *out, double v) {
    sink_char(out, ',');
    if (isfinite(v)) emit_double(out, v);
}

void forms_csv_int(struct sink *out, int64_t v) {
    sink_char(out, ',');
    sink_int(out, v);
}

void forms_csv_str(struct sink *out, str v) {
    sink_char(out, ',');
    emit_csv_field(out, v);
}

void forms_csv_parts(struct sink *out, const struct forms_parts *p) {
    forms_csv_str(out, p->address);
    forms_csv_str(out, p->function);
    forms_csv_str(out, p->file);
    sink_char(out, ',');
    if (p->line) sink_int(out, p->line);
    sink_char(out, ',');
    if (p->column) sink_int(out, p->column);
}

void forms_markdown_head(const struct report_in *in, struct report_lines lines, struct sink *out) {
    sink_text(out, "### ");
    sink_str(out, str_from(in->report->name));
    sink_text(out, " (");
    emit_markdown(out, in->value.type_label);
    sink_text(out, ")\n\n");
    for (uint32_t i = 0; i < lines.n; i++) {
        emit_markdown(out, str_trim(lines.at[i]));
        sink_str(out, i + 1 < lines.n ? STR("<br>\n") : STR("\n\n"));
    }
}

void forms_markdown_str(struct sink *out, str v) {
    emit_markdown(out, v);
    sink_text(out, " | ");
}

void forms_markdown_percent(struct sink *out, int64_t v, int64_t total) {
    char text[32];
    size_t n = unit_percentage(text, v, total);
    sink_str(out, str_trim((str){text, n}));
    sink_text(out, " | ");
}
