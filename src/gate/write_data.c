/* -check for programs: JSON (schema: man/cprof-check.schema.json) and CSV, with every function; JSON has raw values
 * in the profile's unit and formatted ones. */
#include <math.h>

#include "base/emit.h"
#include "gate/report.h"

/* Incremented when a field is renamed, removed or changes its meaning; new fields do not change it. */
enum { SCHEMA_VERSION = 1 };

static const char *presence_word(enum gate_presence p) {
    static const char *const word[] = {"both", "new", "gone"};
    return word[p];
}

static const char *kind_name(enum gate_kind k) {
    static const char *const name[] = {"samples", "sampled allocations", "contentions", "exact counts"};
    return name[k];
}

static const struct {
    unsigned bit;
    const char *name;
} rule_names[] = {{GATE_BROKE_GROWTH, "max_growth"},
                  {GATE_BROKE_TOTAL, "max_total_growth"},
                  {GATE_BROKE_NEW, "max_new"},
                  {GATE_BROKE_BUDGET, "budget"}};

static void json_budget(struct emit_json *j, const struct gate_budget *b) {
    emit_open(j, "budget", '{');
    emit_str(j, "text", b->text);
    emit_str(j, "origin", b->origin);
    if (b->group.len) emit_str(j, "group", b->group);
    if (b->until.len) emit_str(j, "until", b->until);
    if (b->until.len) emit_bool(j, "expired", b->expired);
    if (b->reason.len) emit_str(j, "reason", b->reason);
    emit_close(j, '}');
}

static void json_row(struct emit_json *j, const struct gate_page *page, const char *key, const struct gate_row *row) {
    emit_open(j, key, '{');
    emit_str(j, "name", row->name);
    emit_str(j, "verdict", str_from(gate_verdict_word(row->verdict)));
    emit_open(j, "broke", '[');
    for (size_t i = 0; i < sizeof rule_names / sizeof *rule_names; i++)
        if (row->broke & rule_names[i].bit) emit_str(j, NULL, str_from(rule_names[i].name));
    emit_close(j, ']');
    emit_str(j, "presence", str_from(presence_word(row->presence)));
    emit_number(j, "old", row->old_value);
    emit_number(j, "new", row->new_value);
    emit_number(j, "delta", row->new_value - row->old_value);
    emit_str(j, "old_text", gate_value(page, row->old_value));
    emit_str(j, "new_text", gate_value(page, row->new_value));
    emit_number(j, "old_share", row->old_share);
    emit_number(j, "new_share", row->new_share);
    emit_number(j, "growth", row->growth);
    emit_bool(j, "counts", row->tested);
    emit_bool(j, "significant", row->significant);
    emit_number(j, "p", row->p);
    emit_number(j, "standard_error", row->noise);
    emit_number(j, "detectable_growth", row->detectable);
    emit_number(j, "samples_needed_factor", row->more_samples);
    str need = gate_need(page, row);
    if (need.len) emit_str(j, "needs", need);
    if (row->accepted) emit_bool(j, "accepted", true);
    if (row->budget) json_budget(j, row->budget);
    if (row->broke) emit_str(j, "message", gate_sentence(page, row));
    if (row->path.len) emit_str(j, "path", row->path);
    if (row->path.len) emit_number(j, "path_delta", row->path_delta);
    if (row->file.len) emit_str(j, "file", row->file);
    if (row->file.len) emit_int(j, "line", row->line);
    if (row->own_file.len) emit_str(j, "checkout_file", row->own_file);
    if (row->n_folded) emit_int(j, "folded", row->n_folded);
    emit_close(j, '}');
}

static void json_texts(struct emit_json *j, const char *key, const str *text, uint32_t n) {
    emit_open(j, key, '[');
    for (uint32_t i = 0; i < n; i++) emit_str(j, NULL, text[i]);
    emit_close(j, ']');
}

static void json_warnings(struct emit_json *j, const struct notes *w) {
    emit_open(j, "warnings", '[');
    for (size_t i = 0; i < w->n; i++) emit_str(j, NULL, w->at[i].text);
    emit_close(j, ']');
}

void gate_write_json(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    const struct gate_rules *rules = page->rules;
    struct emit_json j = {.out = out};
    emit_open(&j, NULL, '{');
    emit_str(&j, "schema", STR("cprof-check"));
    emit_int(&j, "version", SCHEMA_VERSION);
    emit_str(&j, "verdict", str_from(gate_outcome_word(r->outcome)));
    emit_int(&j, "exit_status", r->exit_status);
    emit_str(&j, "summary", gate_summary(page));
    str help = gate_help(page);
    if (help.len) emit_str(&j, "help", help);
    if (page->runs->warnings.n) json_warnings(&j, &page->runs->warnings);
    emit_str(&j, "type", page->in->value.type_label);
    emit_str(&j, "unit", page->in->value.unit);
    emit_open(&j, "rules", '{');
    emit_number(&j, "max_growth", rules->max_growth);
    emit_number(&j, "max_total_growth", rules->max_total_growth);
    emit_number(&j, "max_new", rules->max_new);
    emit_number(&j, "min_share", rules->min_share);
    emit_number(&j, "confidence", rules->confidence);
    emit_bool(&j, "require_power", rules->require_power);
    emit_close(&j, '}');
    emit_str(&j, "kind", str_from(kind_name(r->kind)));
    emit_str(&j, "method", str_from(r->method));
    emit_number(&j, "noise_floor", r->noise_floor);
    emit_int(&j, "base_runs", r->n_base);
    emit_int(&j, "new_runs", r->n_new);
    json_texts(&j, "base_sources", page->runs->name, r->n_base);
    json_texts(&j, "new_sources", page->runs->name + r->n_base, r->n_new);
    bool exact = r->kind == GATE_EXACT;
    emit_number(&j, "base_samples", exact ? INFINITY : r->old_samples);
    emit_number(&j, "new_samples", exact ? INFINITY : r->new_samples);
    emit_int(&j, "regressions", r->n_regressions);
    emit_int(&j, "improvements", r->n_improvements);
    emit_int(&j, "unchanged", r->n_unchanged);
    emit_int(&j, "inconclusive", r->n_inconclusive);
    json_row(&j, page, "total", &r->total);
    emit_open(&j, "hidden", '[');
    for (uint32_t i = 0; i < r->n_hidden; i++) json_row(&j, page, NULL, &r->hidden[i]);
    emit_close(&j, ']');
    emit_open(&j, "rows", '[');
    for (uint32_t i = 0; i < r->n_rows; i++) json_row(&j, page, NULL, &r->row[i]);
    emit_close(&j, ']');
    emit_close(&j, '}');
    emit_end(&j);
}

void gate_trouble_json(str message, struct sink *out) {
    struct emit_json j = {.out = out};
    struct arena scratch = {0};
    emit_open(&j, NULL, '{');
    emit_str(&j, "schema", STR("cprof-check"));
    emit_int(&j, "version", SCHEMA_VERSION);
    emit_str(&j, "verdict", STR("error"));
    emit_int(&j, "exit_status", 2);
    emit_str(&j, "summary", str_format(&scratch, "error: %.*s", STR_ARG(message)));
    emit_str(&j, "error", message);
    emit_close(&j, '}');
    emit_end(&j);
    arena_release(&scratch);
}

static void csv_number(struct sink *out, double v) {
    sink_char(out, ',');
    if (isfinite(v)) emit_double(out, v);
}

static void csv_row(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    emit_csv_field(out, row->name);
    sink_printf(out, ",%s,%s", gate_verdict_word(row->verdict), presence_word(row->presence));
    csv_number(out, row->old_value);
    csv_number(out, row->new_value);
    csv_number(out, row->new_value - row->old_value);
    sink_char(out, ',');
    emit_csv_field(out, page->in->value.unit);
    csv_number(out, row->old_share);
    csv_number(out, row->new_share);
    csv_number(out, row->growth);
    csv_number(out, row->p);
    csv_number(out, row->noise);
    sink_text(out, ",");
    if (row->broke)
        emit_csv_field(out, gate_sentence(page, row));
    else if (row == &page->result->total && page->result->outcome == GATE_CANNOT_TELL)
        emit_csv_field(out, gate_summary(page));
    sink_text(out, "\n");
}

static void csv_head(struct sink *out) {
    sink_text(out, "name,verdict,presence,old,new,delta,unit,old_share,new_share,growth,p,standard_error,message\n");
}

void gate_write_csv(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    csv_head(out);
    csv_row(page, out, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++) csv_row(page, out, &r->row[i]);
}

void gate_trouble_csv(str message, struct sink *out) {
    csv_head(out);
    sink_text(out, "total,error,,,,,,,,,,,");
    emit_csv_field(out, message);
    sink_text(out, "\n");
}
