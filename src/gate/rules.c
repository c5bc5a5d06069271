/* The rules of -check, parsed from the command line and from a budgets file.
 *
 * A budget is `PATTERN<=LIMIT`, where LIMIT is a share of the total (5%, 0.05) or a value with a unit (200ms, 64MB,
 * 1200 goroutines). A file has one budget per line; `#` starts a comment, `[name]` a group. A line may end in
 * `until YYYY-MM-DD` and `because TEXT`, which accept a regression; such a line needs no limit. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gate/gate.h"
#include "go/gotext.h"
#include "go/unit.h"

static bool read_number(str text, double *out) {
    return gotext_parse_float(text, out) == GOTEXT_OK && isfinite(*out) && *out >= 0;
}

/* "10%" and "0.1" are 0.1. A number of 1 and more needs the percent sign: a plain 5 could mean 5% or 5. */
static bool read_share(str text, double *out) {
    str t = str_trim(text);
    bool percent = str_has_suffix(t, STR("%"));
    if (!read_number(percent ? str_trim(str_slice(t, 0, t.len - 1)) : t, out)) return false;
    if (percent) *out /= 100;
    return percent || *out < 1;
}

static bool read_limit(const char *flag, str text, bool may_be_off, double *out, struct err *e) {
    if (may_be_off && str_equal(text, STR("off"))) {
        *out = INFINITY;
        return true;
    }
    if (read_share(text, out)) return true;
    return err_set(e, "-%s=%.*s: the value must be a share that is not negative, such as 10%% or 0.1%s", flag,
                   STR_ARG(text), may_be_off ? ", or off" : "");
}

/* Parses "YYYY-MM-DD" into days since 1970 (H. Hinnant's days_from_civil, in the public domain). */
static bool read_day(str text, int64_t *day) {
    int64_t y, m, d;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-') return false;
    if (gotext_parse_int(str_slice(text, 0, 4), 10, &y) != GOTEXT_OK ||
        gotext_parse_int(str_slice(text, 5, 7), 10, &m) != GOTEXT_OK ||
        gotext_parse_int(str_slice(text, 8, 10), 10, &d) != GOTEXT_OK)
        return false;
    static const int64_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > days[m - 1]) return false;
    y -= m <= 2;
    int64_t era = y / 400, year = y - era * 400;
    int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    *day = era * 146097 + year * 365 + year / 4 - year / 100 + day_of_year - 719468;
    return true;
}

/* Cuts " WORD rest" off the end of *text; returns false if the word is not there. */
static bool cut_clause(str *text, str word, str *rest) {
    for (size_t at = text->len; at-- > 0;) {
        str tail = str_from_offset(*text, at);
        if (!str_has_prefix(tail, word)) continue;
        *rest = str_trim(str_from_offset(tail, word.len));
        *text = str_trim(str_slice(*text, 0, at));
        return true;
    }
    return false;
}

static size_t find_last(str text, str needle) {
    for (size_t at = text.len + 1; at-- > 0;)
        if (str_has_prefix(str_from_offset(text, at), needle)) return at;
    return text.len;
}

/* True for "goroutines" if the type is goroutine, "objects" if it is inuse_objects: only for counts. */
static bool names_what_is_counted(str word, struct gate_values of) {
    if (!str_equal(of.unit, STR("count"))) return false;
    if (word.len > 3 && str_has_suffix(word, STR("s"))) word.len--;
    return word.len > 2 && str_find(of.type, word) < of.type.len;
}

static bool read_budget_value(str text, struct gate_values of, struct gate_budget *b, struct err *e) {
    size_t digits = 0;
    while (digits < text.len && strchr("+-.0123456789eE", text.ptr[digits])) digits++;
    /* an e may start a unit: 3e is not a number */
    double number;
    while (digits > 0 && gotext_parse_float(str_slice(text, 0, digits), &number) != GOTEXT_OK) digits--;
    str written_unit = str_trim(str_from_offset(text, digits));
    if (digits == 0 || !read_number(str_slice(text, 0, digits), &b->value))
        return err_set(e, "the limit %.*s is neither a share (5%%) nor a value with a unit (200ms, 64MB)",
                       STR_ARG(text));
    bool counted = names_what_is_counted(written_unit, of);
    if (written_unit.len && !counted && !unit_compatible(written_unit, of.unit))
        return err_set(e, "the limit %.*s is not in a unit of this profile's values (%.*s)", STR_ARG(text),
                       STR_ARG(of.unit));
    b->limit = GATE_VALUE;
    b->value_text = text;
    b->value_unit = written_unit.len && !counted ? written_unit : of.unit;
    b->value *= unit_ratio(b->value_unit, of.unit);
    return true;
}

static bool read_clauses(str *text, int64_t now_day, struct gate_budget *b, struct err *e) {
    str rest;
    if (cut_clause(text, STR(" because "), &rest)) b->reason = rest;
    if (!cut_clause(text, STR(" until "), &rest)) return true;
    b->until = rest;
    if (!read_day(rest, &b->until_day))
        return err_set(e, "until %.*s: the value must be a date, such as 2026-12-31", STR_ARG(rest));
    b->expired = now_day > b->until_day;
    return true;
}

static bool read_budget(struct arena *a, str text, struct gate_values of, int64_t now_day, struct gate_budget *b,
                        struct err *e) {
    b->text = text;
    if (!read_clauses(&text, now_day, b, e)) return false;
    size_t at = find_last(text, STR("<="));
    str pattern = str_trim(str_slice(text, 0, at));
    if (at == text.len && !b->until.len)
        return err_set(e, "the limit is missing; a budget is PATTERN<=LIMIT, such as 'main\\.render<=5%%'");
    if (pattern.len == 0) return err_set(e, "the pattern is missing; a budget is PATTERN<=LIMIT");
    b->pattern = str_copy(a, pattern);
    if (at < text.len) {
        str limit = str_trim(str_from_offset(text, at + 2));
        if (read_share(limit, &b->share))
            b->limit = GATE_SHARE;
        else if (!read_budget_value(limit, of, b, e))
            return false;
    }
    b->regex = regex_compile(a, b->pattern, e);
    return b->regex != NULL;
}

typedef VEC(struct gate_budget) budget_list;

static bool read_file(struct arena *a, const struct gate_words *w, struct gate_values of, int64_t now_day,
                      budget_list *list, struct err *e) {
    str rest = w->budgets_text, line, group = STR_EMPTY;
    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#') continue;
        if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
            group = str_trim(str_slice(line, 1, line.len - 1));
            continue;
        }
        struct gate_budget b = {.group = group,
                                .origin = str_format(a, "%.*s:%" PRIu32, STR_ARG(w->budgets_file), number)};
        if (!read_budget(a, line, of, now_day, &b, e)) return err_prepend(e, "%.*s: ", STR_ARG(b.origin));
        *VEC_PUSH(a, list) = b;
    }
    return true;
}

bool gate_rules_read(struct arena *a, const struct gate_words *w, struct gate_values of, int64_t now_ns,
                     struct gate_rules *out, struct err *e) {
    *out = (struct gate_rules){.require_power = w->require_power};
    if (!read_limit("max_growth", w->max_growth, true, &out->max_growth, e) ||
        !read_limit("max_total_growth", w->max_total_growth, true, &out->max_total_growth, e) ||
        !read_limit("max_new", w->max_new, true, &out->max_new, e) ||
        !read_limit("min_share", w->min_share, false, &out->min_share, e) ||
        !read_limit("confidence", w->confidence, false, &out->confidence, e))
        return false;
    if (out->confidence < 0.5 || out->confidence >= 1)
        return err_set(e, "-confidence=%.*s: the value must be a share from 50%% to below 100%%",
                       STR_ARG(w->confidence));
    int64_t now_day = now_ns / (86400 * INT64_C(1000000000));
    budget_list list = {0};
    if (w->budgets_file.len && !read_file(a, w, of, now_day, &list, e)) return false;
    /* after the file, so that the command line overrides it */
    for (uint32_t i = 0; i < w->n_budgets; i++) {
        struct gate_budget b = {.origin = STR("-budget")};
        if (!read_budget(a, w->budget[i], of, now_day, &b, e))
            return err_prepend(e, "-budget=%.*s: ", STR_ARG(w->budget[i]));
        *VEC_PUSH(a, &list) = b;
    }
    out->budget = list.at;
    out->n_budgets = (uint32_t)list.n;
    return true;
}
