/* check: a regression gate. Judges once (gate/judge.c), then writes the result in the form -format names. */
#include "gate/report.h"

#include <inttypes.h>
#include <math.h>

#include "go/unit.h"

static const struct form {
    const char *name;
    gate_write_fn *write;
    gate_trouble_fn *trouble;
} forms[] = {
    {"text", gate_write_text, gate_trouble_text},    {"json", gate_write_json, gate_trouble_json},
    {"csv", gate_write_csv, gate_trouble_csv},       {"markdown", gate_write_markdown, gate_trouble_markdown},
    {"junit", gate_write_junit, gate_trouble_junit}, {"github", gate_write_github, gate_trouble_github},
    {"sarif", gate_write_sarif, gate_trouble_sarif},
};

static const struct form *find_form(str name) {
    if (name.len == 0) return &forms[0];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (str_equal(name, str_from(forms[i].name))) return &forms[i];
    return NULL;
}

bool gate_write_trouble(str format, str sentence, struct sink *out) {
    const struct form *form = find_form(format);
    if (!form) form = &forms[0];
    form->trouble(sentence, out);
    return form != &forms[0];
}

bool report_check(const struct report_in *in, const struct report_gate *gate, struct sink *out, int *status,
                  struct err *e) {
    const struct form *form = find_form(in->options->format);
    struct gate_rules rules;
    struct gate_result result;
    struct gate_in judged = {.runs = gate->runs,
                             .view = in->view,
                             .options = in->options,
                             .rules = &rules,
                             .value = in->value,
                             .run_total = gate->run_total};
    if (!form)
        return err_set(e, "-format=%.*s: it is one of text, json, csv, markdown, junit, github, sarif",
                       STR_ARG(in->options->format));
    if (!gate_rules_read(in->arena, gate->words, in->value.unit, gate->runs->time_nanos, &rules, e) ||
        !gate_judge(in->arena, &judged, &result, e))
        return false;
    struct gate_page page = {in, &rules, &result};
    form->write(&page, out);
    *status = result.exit_status;
    return true;
}

/* --- words ------------------------------------------------------------------------------------------------ */

static str plain(const struct gate_page *page, double value) {
    const struct report_in *in = page->in;
    str unit = in->options->unit;
    if (str_equal(unit, STR("minimum"))) unit = STR("auto");
    double rounded = round(value);
    int64_t v = rounded >= 9.2e18 ? INT64_MAX : rounded <= -9.2e18 ? -INT64_MAX : (int64_t)rounded;
    return report_value(in, v, unit);
}

str gate_value(const struct gate_page *page, double value) { return plain(page, value); }

str gate_delta(const struct gate_page *page, double value) {
    str v = plain(page, value);
    return value > 0 && !str_equal(v, STR("0")) ? str_format(page->in->arena, "+%.*s", STR_ARG(v)) : v;
}

static str percent(const struct gate_page *page, double share, bool sign) {
    double p = share * 100;
    return str_format(page->in->arena, sign ? "%+.*f%%" : "%.*f%%", fabs(p) < 9.995 ? 2 : fabs(p) < 99.95 ? 1 : 0, p);
}

str gate_share(const struct gate_page *page, double share) { return percent(page, share, false); }

str gate_growth(const struct gate_page *page, const struct gate_row *row) {
    if (row->presence == GATE_NEW) return STR("new");
    if (row->presence == GATE_GONE) return STR("gone");
    return percent(page, row->growth, true);
}

const char *gate_verdict_word(enum gate_verdict v) {
    static const char *const word[] = {"unchanged", "improvement", "inconclusive", "regression"};
    return word[v];
}

static str limit_of(const struct gate_page *page, const struct gate_budget *b) {
    return b->limit == GATE_SHARE ? gate_share(page, b->share) : b->value_text;
}

str gate_sentence(const struct gate_page *page, const struct gate_row *row) {
    struct arena *a = page->in->arena;
    const struct gate_rules *r = page->rules;
    str old_value = gate_value(page, row->old_value), new_value = gate_value(page, row->new_value);
    if (row->broke & GATE_BROKE_BUDGET) {
        const struct gate_budget *b = row->budget;
        str group = b->group.len ? str_format(a, ", group %.*s", STR_ARG(b->group)) : STR_EMPTY;
        str share = gate_share(page, row->new_share), limit = limit_of(page, b);
        return str_format(a, "%.*s takes %.*s (%.*s), its budget is %.*s (%.*s%.*s)", STR_ARG(row->name),
                          STR_ARG(new_value), STR_ARG(share), STR_ARG(limit), STR_ARG(b->origin), STR_ARG(group));
    }
    if (row->broke & GATE_BROKE_NEW) {
        str share = gate_share(page, row->new_share), limit = gate_share(page, r->max_new);
        return str_format(a, "%.*s is new and takes %.*s (%.*s), the limit is %.*s", STR_ARG(row->name),
                          STR_ARG(new_value), STR_ARG(share), STR_ARG(limit));
    }
    double limit = row->broke & GATE_BROKE_TOTAL ? r->max_total_growth : r->max_growth;
    str growth = gate_share(page, row->growth), allowed = gate_share(page, limit);
    return str_format(a, "%.*s grew by %.*s (%.*s to %.*s), the limit is %.*s", STR_ARG(row->name), STR_ARG(growth),
                      STR_ARG(old_value), STR_ARG(new_value), STR_ARG(allowed));
}

static str count(struct arena *a, uint32_t n, const char *one, const char *many) {
    return str_format(a, "%" PRIu32 " %s", n, n == 1 ? one : many);
}

str gate_summary(const struct gate_page *page) {
    struct arena *a = page->in->arena;
    const struct gate_result *r = page->result;
    bool cannot_tell = r->powerless && page->rules->require_power;
    str total = r->total.verdict == GATE_REGRESSION ? STR("the total grew, ") : STR_EMPTY;
    str regressions = count(a, r->n_regressions, "regression", "regressions");
    str improvements = count(a, r->n_improvements, "improvement", "improvements");
    return str_format(a, "%s: %.*s%.*s, %.*s, %" PRIu32 " unchanged, %" PRIu32 " inconclusive",
                      r->regressed  ? "fail"
                      : cannot_tell ? "cannot tell"
                                    : "pass",
                      STR_ARG(total), STR_ARG(regressions), STR_ARG(improvements), r->n_unchanged, r->n_inconclusive);
}

str gate_need(const struct gate_page *page, const struct gate_row *row) {
    const struct gate_result *r = page->result;
    if (!(row->more_samples > 1) || !isfinite(row->more_samples)) return STR_EMPTY;
    struct arena *a = page->in->arena;
    bool by_runs = r->n_base > 1 && r->n_new > 1;
    if (by_runs) {
        double runs = ceil(row->more_samples * fmax(r->n_base, r->n_new));
        return str_format(a, "about %.0f runs a side", fmax(runs, 1));
    }
    double more = (row->more_samples - 1) * (r->old_samples + r->new_samples);
    int decimals = row->more_samples < 10 ? 1 : 0;
    return str_format(a, "about %.*f times the samples, %.0f more", decimals, row->more_samples, ceil(more));
}
