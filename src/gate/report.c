/* check: a regression gate. Judges once (src/check), then writes the result in the form -format names. */
#include "gate/report.h"

#include <inttypes.h>
#include <math.h>

#include "go/unit.h"

static const struct form {
    const char *name;
    check_write_fn *write;
} forms[] = {
    {"text", check_write_text},         {"json", check_write_json},   {"csv", check_write_csv},
    {"markdown", check_write_markdown}, {"junit", check_write_junit}, {"github", check_write_github},
    {"sarif", check_write_sarif},
};

static const struct form *find_form(str name, struct err *e) {
    if (name.len == 0) return &forms[0];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (str_equal(name, str_from(forms[i].name))) return &forms[i];
    err_set(e, "-format=%.*s: it is one of text, json, csv, markdown, junit, github, sarif", STR_ARG(name));
    return NULL;
}

bool report_check(const struct report_in *in, struct sink *out, struct err *e) {
    if (!in->check) return err_set(e, "check needs a base, on the command line: -check -base=OLD NEW");
    const struct form *form = find_form(in->options->format, e);
    struct check_rules rules;
    struct check_result result;
    struct check_in judged = {.runs = in->check->runs,
                              .view = in->view,
                              .options = in->options,
                              .rules = &rules,
                              .value = in->value,
                              .run_total = in->check->run_total};
    if (!form ||
        !check_rules_read(in->arena, in->check->words, in->value.unit, in->check->runs->time_nanos, &rules, e) ||
        !check_judge(in->arena, &judged, &result, e))
        return false;
    struct check_page page = {in, &rules, &result};
    form->write(&page, out);
    *in->check->exit_status = result.exit_status;
    return true;
}

/* --- words ------------------------------------------------------------------------------------------------ */

static str plain(const struct check_page *page, double value) {
    const struct report_in *in = page->in;
    str unit = in->options->unit;
    if (str_equal(unit, STR("minimum"))) unit = STR("auto");
    double rounded = round(value);
    int64_t v = rounded >= 9.2e18 ? INT64_MAX : rounded <= -9.2e18 ? -INT64_MAX : (int64_t)rounded;
    return report_value(in, v, unit);
}

str check_value(const struct check_page *page, double value) { return plain(page, value); }

str check_delta(const struct check_page *page, double value) {
    str v = plain(page, value);
    return value > 0 && !str_equal(v, STR("0")) ? str_format(page->in->arena, "+%.*s", STR_ARG(v)) : v;
}

static str percent(const struct check_page *page, double share, bool sign) {
    double p = share * 100;
    return str_format(page->in->arena, sign ? "%+.*f%%" : "%.*f%%", fabs(p) < 9.995 ? 2 : fabs(p) < 99.95 ? 1 : 0, p);
}

str check_share(const struct check_page *page, double share) { return percent(page, share, false); }

str check_growth(const struct check_page *page, const struct check_row *row) {
    if (row->presence == CHECK_NEW) return STR("new");
    if (row->presence == CHECK_GONE) return STR("gone");
    return percent(page, row->growth, true);
}

const char *check_verdict_word(enum check_verdict v) {
    static const char *const word[] = {"unchanged", "improvement", "inconclusive", "regression"};
    return word[v];
}

static str limit_of(const struct check_page *page, const struct check_budget *b) {
    return b->limit == CHECK_SHARE ? check_share(page, b->share) : b->value_text;
}

str check_sentence(const struct check_page *page, const struct check_row *row) {
    struct arena *a = page->in->arena;
    const struct check_rules *r = page->rules;
    str old_value = check_value(page, row->old_value), new_value = check_value(page, row->new_value);
    if (row->broke & CHECK_BROKE_BUDGET) {
        const struct check_budget *b = row->budget;
        str group = b->group.len ? str_format(a, ", group %.*s", STR_ARG(b->group)) : STR_EMPTY;
        str share = check_share(page, row->new_share), limit = limit_of(page, b);
        return str_format(a, "%.*s takes %.*s (%.*s), its budget is %.*s (%.*s%.*s)", STR_ARG(row->name),
                          STR_ARG(new_value), STR_ARG(share), STR_ARG(limit), STR_ARG(b->origin), STR_ARG(group));
    }
    if (row->broke & CHECK_BROKE_NEW) {
        str share = check_share(page, row->new_share), limit = check_share(page, r->max_new);
        return str_format(a, "%.*s is new and takes %.*s (%.*s), the limit is %.*s", STR_ARG(row->name),
                          STR_ARG(new_value), STR_ARG(share), STR_ARG(limit));
    }
    double limit = row->broke & CHECK_BROKE_TOTAL ? r->max_total_growth : r->max_growth;
    str growth = check_share(page, row->growth), allowed = check_share(page, limit);
    return str_format(a, "%.*s grew by %.*s (%.*s to %.*s), the limit is %.*s", STR_ARG(row->name), STR_ARG(growth),
                      STR_ARG(old_value), STR_ARG(new_value), STR_ARG(allowed));
}

static str count(struct arena *a, uint32_t n, const char *one, const char *many) {
    return str_format(a, "%" PRIu32 " %s", n, n == 1 ? one : many);
}

str check_summary(const struct check_page *page) {
    struct arena *a = page->in->arena;
    const struct check_result *r = page->result;
    bool cannot_tell = r->powerless && page->rules->require_power;
    str total = r->total.verdict == CHECK_REGRESSION ? STR("the total grew, ") : STR_EMPTY;
    str regressions = count(a, r->n_regressions, "regression", "regressions");
    str improvements = count(a, r->n_improvements, "improvement", "improvements");
    return str_format(a, "%s: %.*s%.*s, %.*s, %" PRIu32 " unchanged, %" PRIu32 " inconclusive",
                      r->regressed  ? "fail"
                      : cannot_tell ? "cannot tell"
                                    : "pass",
                      STR_ARG(total), STR_ARG(regressions), STR_ARG(improvements), r->n_unchanged, r->n_inconclusive);
}

str check_need(const struct check_page *page, const struct check_row *row) {
    const struct check_result *r = page->result;
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
