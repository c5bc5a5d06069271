/* -check for people: which rules were broken first and why, then every tested function, from the worst. */
#include <inttypes.h>
#include <math.h>

#include "gate/report.h"

static void write_side(const struct gate_page *page, struct sink *out, const char *name, uint32_t n, double total,
                       double samples) {
    str value = gate_value(page, total);
    sink_printf(out, "%s: %" PRIu32 " run%s, %.*s%s", name, n, n == 1 ? "" : "s", STR_ARG(value),
                n == 1 ? "" : " on average");
    if (page->result->kind != GATE_EXACT)
        sink_printf(out, ", %.0f sample%s", samples, samples > 0.5 && samples < 1.5 ? "" : "s");
}

static void write_limit(const struct gate_page *page, struct sink *out, const char *name, double limit) {
    str text = isinf(limit) ? STR("off") : gate_share(page, limit);
    sink_printf(out, "%s %.*s", name, STR_ARG(text));
}

static void write_header(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    const struct gate_rules *rules = page->rules;
    sink_printf(out, "Type: %.*s\n", STR_ARG(page->in->value.type_label));
    sink_printf(out, "Values: %s\n", gate_kind_words(r->kind));
    write_side(page, out, "Base", r->n_base, r->total.old_value, r->old_samples);
    sink_text(out, "\n");
    write_side(page, out, "New", r->n_new, r->total.new_value, r->new_samples);
    sink_text(out, "\n");
    write_limit(page, out, "Limits: growth", rules->max_growth);
    write_limit(page, out, ", of the total", rules->max_total_growth);
    write_limit(page, out, ", new functions", rules->max_new);
    write_limit(page, out, "; functions below", rules->min_share);
    sink_text(out, " do not count\n");
    str how = gate_how(page);
    sink_printf(out, "%.*s\n", STR_ARG(how));
}

static void write_failure(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    str sentence = gate_sentence(page, row);
    sink_printf(out, "  %.*s\n", STR_ARG(sentence));
    if (row->path.len) {
        str delta = gate_delta(page, row->path_delta);
        sink_printf(out, "    most on the path (%.*s): %.*s\n", STR_ARG(delta), STR_ARG(row->path));
    }
    if (row->n_folded)
        sink_printf(out, "    %" PRIu32 " other function%s on that path grew by the same\n", row->n_folded,
                    row->n_folded == 1 ? "" : "s");
    if (row->file.len) sink_printf(out, "    at %.*s:%" PRId64 "\n", STR_ARG(row->file), row->line);
}

/* The columns of numbers, right-aligned. */
enum { COLUMNS = 4 };
struct columns {
    int width[COLUMNS];
};

static void values_of(const struct gate_page *page, const struct gate_row *row, str value[COLUMNS]) {
    value[0] = gate_value(page, row->old_value);
    value[1] = gate_value(page, row->new_value);
    value[2] = gate_delta(page, row->new_value - row->old_value);
    value[3] = gate_growth(page, row);
}

static void make_room(const struct gate_page *page, const struct gate_row *row, struct columns *c) {
    str value[COLUMNS];
    values_of(page, row, value);
    for (int i = 0; i < COLUMNS; i++) {
        int need = (int)value[i].len + (i > 0);
        if (c->width[i] < need) c->width[i] = need;
    }
}

static void write_row(const struct gate_page *page, struct sink *out, const struct columns *c,
                      const struct gate_row *row) {
    str value[COLUMNS];
    values_of(page, row, value);
    for (int i = 0; i < COLUMNS; i++) sink_right(out, value[i], c->width[i]);
    sink_text(out, "  ");
    sink_left(out, str_from(gate_verdict_word(row->verdict)), 12);
    sink_text(out, "  ");
    sink_str(out, row->name);
    str need = gate_need(page, row);
    if (need.len) sink_printf(out, " (needs %.*s)", STR_ARG(need));
    if (row->accepted) sink_printf(out, " (accepted until %.*s)", STR_ARG(row->budget->until));
    sink_char(out, '\n');
}

static void write_expired(const struct gate_page *page, struct sink *out) {
    for (uint32_t i = 0; i < page->rules->n_budgets; i++) {
        const struct gate_budget *b = &page->rules->budget[i];
        if (b->expired)
            sink_printf(out, "  %.*s: %.*s expired on %.*s\n", STR_ARG(b->origin), STR_ARG(b->pattern),
                        STR_ARG(b->until));
    }
}

static bool is_shown(const struct gate_row *row) { return row->tested || row->verdict == GATE_REGRESSION; }

static void write_rows(const struct gate_page *page, struct sink *out) {
    static const char *const head[COLUMNS] = {"old", "new", "delta", "growth"};
    const struct gate_result *r = page->result;
    int64_t most = page->in->options->nodecount, counted = 0;
    struct columns c = {{10, 11, 11, 9}};
    make_room(page, &r->total, &c);
    for (uint32_t i = 0; i < r->n_rows; i++) {
        if (!is_shown(&r->row[i])) continue;
        counted++;
        if (most <= 0 || counted <= most) make_room(page, &r->row[i], &c);
    }
    for (int i = 0; i < COLUMNS; i++) sink_right(out, str_from(head[i]), c.width[i]);
    sink_text(out, "  verdict       \n");
    write_row(page, out, &c, &r->total);
    int64_t shown = 0, below = (int64_t)r->n_rows - counted;
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (is_shown(&r->row[i]) && (most <= 0 || shown++ < most)) write_row(page, out, &c, &r->row[i]);
    if (most > 0 && counted > most) {
        int64_t left = counted - most;
        sink_printf(out, "%" PRId64 " more function%s not shown (-nodecount)\n", left, left == 1 ? " is" : "s are");
    }
    str floor = gate_share(page, page->rules->min_share);
    if (below)
        sink_printf(out, "%" PRId64 " function%s below %.*s %s not shown\n", below, below == 1 ? "" : "s",
                    STR_ARG(floor), below == 1 ? "is" : "are");
}

void gate_write_text(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    write_header(page, out);
    /* on standard error these were printed already */
    for (size_t i = 0; page->in->options->output.len && i < page->runs->warnings.n; i++)
        sink_printf(out, "warning: %.*s\n", STR_ARG(page->runs->warnings.at[i].text));
    str summary = gate_summary(page);
    sink_printf(out, "%.*s\n", STR_ARG(summary));
    str help = gate_help(page);
    if (help.len) sink_printf(out, "  %.*s\n", STR_ARG(help));
    if (r->total.verdict == GATE_REGRESSION) write_failure(page, out, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (r->row[i].verdict == GATE_REGRESSION) write_failure(page, out, &r->row[i]);
    for (uint32_t i = 0; i < r->n_hidden; i++) {
        str sentence = gate_hidden_sentence(page, &r->hidden[i]);
        sink_printf(out, "  %.*s\n", STR_ARG(sentence));
    }
    write_expired(page, out);
    write_rows(page, out);
}

void gate_trouble_text(str message, struct sink *out) { sink_printf(out, "error: %.*s\n", STR_ARG(message)); }
