/* The forms in which -check's result is written. One result, many readers: none of them judges anything. */
#ifndef CPROF_GATE_REPORT_H
#define CPROF_GATE_REPORT_H

#include "gate/check.h"
#include "report/report.h"

struct check_page {
    const struct report_in *in;
    const struct check_rules *rules;
    const struct check_result *result;
};

typedef void check_write_fn(const struct check_page *page, struct sink *out);
check_write_fn check_write_text, check_write_json, check_write_csv, check_write_markdown, check_write_junit,
    check_write_github, check_write_sarif;

/* Words shared by the forms; all live in page->in->arena. */
str check_value(const struct check_page *page, double value);                 /* "1.55s" */
str check_delta(const struct check_page *page, double value);                 /* "+530ms" */
str check_growth(const struct check_page *page, const struct check_row *row); /* "+52.0%", "new", "gone" */
str check_share(const struct check_page *page, double share);                 /* "12.3%" */
const char *check_verdict_word(enum check_verdict v);                         /* "regression" … */
/* One sentence a broken row: "main.render grew by 52.0% (1.02s to 1.55s), the limit is 10%". */
str check_sentence(const struct check_page *page, const struct check_row *row);
/* "fail: 2 regressions, 1 improvement, 20 unchanged, 7 inconclusive" */
str check_summary(const struct check_page *page);
/* What it would take to judge a row that is inconclusive: "about 12 times the samples". Empty when enough. */
str check_need(const struct check_page *page, const struct check_row *row);

#endif
