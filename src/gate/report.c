/* The report check, the regression gate: judges once (gate/judge.c), then writes the result in the form that
 * -format names. */
#include "gate/report.h"

#include <inttypes.h>
#include <math.h>

#include "gate/checkout.h"
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

bool gate_write_trouble(str format, str message, struct sink *out) {
    const struct form *form = find_form(format);
    if (!form) form = &forms[0];
    form->trouble(message, out);
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
    struct gate_values of = {in->value.type_label, in->value.unit};
    if (!form)
        return err_set(e, "-format=%.*s: the value must be one of text, json, csv, markdown, junit, github, sarif",
                       STR_ARG(in->options->format));
    if (!gate_rules_read(in->arena, gate->words, of, gate->runs->time_nanos, &rules, e) ||
        !gate_judge(in->arena, &judged, &result, e))
        return false;
    for (uint32_t i = 0; i < result.n_rows; i++)
        if (result.row[i].path.len) result.row[i].own_file = checkout_file(in->arena, result.row[i].file);
    for (uint32_t i = 0; i < result.n_hidden; i++)
        result.hidden[i].own_file = checkout_file(in->arena, result.hidden[i].file);
    struct gate_page page = {in, &rules, &result, gate->runs};
    form->write(&page, out);
    *status = result.exit_status;
    return true;
}

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
    if (fabs(p) < 0.005) p = 0; /* avoids -0.00% */
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

str gate_how(const struct gate_page *page) {
    const struct gate_result *r = page->result;
    str confidence = gate_share(page, page->rules->confidence), noise = gate_share(page, r->noise_floor);
    if (r->kind == GATE_EXACT && r->n_base == 1 && r->n_new == 1)
        return STR("Judged by their plain difference: with one run a side, every difference is real");
    return str_format(page->in->arena,
                      "Judged by %s at %.*s confidence; noise floor: half of the functions vary by more than %.*s",
                      r->method, STR_ARG(confidence), STR_ARG(noise));
}

str gate_hidden_sentence(const struct gate_page *page, const struct gate_row *row) {
    str old_value = gate_value(page, row->old_value), new_value = gate_value(page, row->new_value);
    str growth = gate_share(page, row->growth);
    str grew = row->presence == GATE_NEW ? STR("is new") : str_format(page->in->arena, "grew by %.*s", STR_ARG(growth));
    return str_format(
        page->in->arena,
        "%.*s %.*s with all that it calls (%.*s to %.*s), which flat values do not show; -cum judges that",
        STR_ARG(row->name), STR_ARG(grew), STR_ARG(old_value), STR_ARG(new_value));
}

static str count(struct arena *a, uint32_t n, const char *one, const char *many) {
    return str_format(a, "%" PRIu32 " %s", n, n == 1 ? one : many);
}

const char *gate_outcome_word(enum gate_outcome o) {
    static const char *const word[] = {"pass", "fail", "cannot tell"};
    return word[o];
}

const char *gate_kind_words(enum gate_kind k) {
    static const char *const words[] = {"estimated from samples", "estimated from sampled allocations",
                                        "contentions, each with its delay",
                                        "exact counts, so only the spread between runs is noise"};
    return words[k];
}

str gate_summary(const struct gate_page *page) {
    struct arena *a = page->in->arena;
    const struct gate_result *r = page->result;
    str total = r->total.verdict == GATE_REGRESSION ? STR("the total grew, ") : STR_EMPTY;
    str regressions = count(a, r->n_regressions, "regression", "regressions");
    str improvements = count(a, r->n_improvements, "improvement", "improvements");
    return str_format(a, "%s: %.*s%.*s, %.*s, %" PRIu32 " unchanged, %" PRIu32 " inconclusive",
                      gate_outcome_word(r->outcome), STR_ARG(total), STR_ARG(regressions), STR_ARG(improvements),
                      r->n_unchanged, r->n_inconclusive);
}

/* The sampling rate that samples `factor` times the share of a row's objects; below 1 if no rate does, as for
 * objects larger than the rate. A share p of objects of size s is 1-exp(-s/rate) (gate/sums.h). */
static double finer_rate(const struct gate_result *r, const struct gate_row *row, double factor) {
    double wanted = row->seen * factor;
    return wanted > 0 && wanted < 1 ? r->rate * log1p(-row->seen) / log1p(-wanted) : 0;
}

/* Advice on how to get `factor` times the samples: more runs if there are several, else a finer sampling rate or a
 * longer run. Empty if that is out of reach. */
static str more(const struct gate_page *page, const struct gate_row *row, double factor) {
    enum { RUNS_SENSIBLE = 100, SECONDS_SENSIBLE = 600, TIMES_SENSIBLE = 100 };
    struct arena *a = page->in->arena;
    const struct gate_result *r = page->result;
    bool by_runs = r->n_base > 1 && r->n_new > 1;
    uint32_t n = r->n_base > r->n_new ? r->n_base : r->n_new;
    double runs = fmax(ceil(factor * n), n + 1.0), seconds = ceil(factor * r->run_seconds);
    if (factor > TIMES_SENSIBLE) return STR_EMPTY;
    double finer_than = r->kind == GATE_ALLOCATIONS ? finer_rate(r, row, factor) : 0;
    if (!by_runs && finer_than >= 1) {
        str rate = unit_label(a, (int64_t)r->rate, STR("bytes"), STR("auto"));
        str finer = unit_label(a, (int64_t)finer_than, STR("bytes"), STR("auto"));
        return str_format(a, "a sampling rate of %.*s instead of %.*s", STR_ARG(finer), STR_ARG(rate));
    }
    if (!by_runs && seconds > 0 && seconds <= SECONDS_SENSIBLE)
        return str_format(a, "about %.0fs of profile a side", seconds);
    if (runs <= RUNS_SENSIBLE) return str_format(a, "about %.0f runs a side", runs);
    return str_format(a, "runs about %.0f times as long", ceil(factor));
}

str gate_need(const struct gate_page *page, const struct gate_row *row) {
    const struct gate_rules *rules = page->rules;
    double limit = row == &page->result->total ? rules->max_total_growth : rules->max_growth;
    bool seems_over = row->presence == GATE_NEW || fabs(row->growth) > limit;
    if (row->verdict != GATE_INCONCLUSIVE || !seems_over || !isfinite(row->more_samples)) return STR_EMPTY;
    return more(page, row, row->more_samples);
}

str gate_help(const struct gate_page *page) {
    const struct gate_result *r = page->result;
    const struct gate_row *row = r->doubt;
    if (!row || !isfinite(r->doubt_samples)) return STR_EMPTY;
    struct arena *a = page->in->arena;
    str need = more(page, row, r->doubt_samples), limit = gate_share(page, page->rules->max_growth);
    if (!need.len && isfinite(row->detectable)) {
        str least = gate_share(page, row->detectable);
        return str_format(a, "these runs show only a growth of %.*s or more in %.*s", STR_ARG(least),
                          STR_ARG(row->name));
    }
    if (!need.len) return STR_EMPTY;
    if (row->growth > page->rules->max_growth)
        return str_format(a, "%.*s would show whether %.*s grew", STR_ARG(need), STR_ARG(row->name));
    return str_format(a, "%.*s would show a growth of %.*s in %.*s", STR_ARG(need), STR_ARG(limit), STR_ARG(row->name));
}
