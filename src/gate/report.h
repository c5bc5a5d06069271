/* The forms of -check's result. Each writes the same struct gate_result; none judges anything. */
#ifndef CPROF_GATE_REPORT_H
#define CPROF_GATE_REPORT_H

#include "gate/gate.h"
#include "report/report.h"

struct gate_page {
    const struct report_in *in;
    const struct gate_rules *rules;
    const struct gate_result *result;
    const struct gate_runs *runs;
};

typedef void gate_write_fn(const struct gate_page *page, struct sink *out);
gate_write_fn gate_write_text, gate_write_json, gate_write_csv, gate_write_markdown, gate_write_junit,
    gate_write_github, gate_write_sarif;

/* Writes an error message in the same form, in place of a result. */
typedef void gate_trouble_fn(str message, struct sink *out);
gate_trouble_fn gate_trouble_text, gate_trouble_json, gate_trouble_csv, gate_trouble_markdown, gate_trouble_junit,
    gate_trouble_github, gate_trouble_sarif;
/* `format` is the value of -format; an unknown one means text. Returns true if the form is not text. */
bool gate_write_trouble(str format, str message, struct sink *out);

/* Texts shared by the forms; all live in page->in->arena. */
str gate_value(const struct gate_page *page, double value);                /* "1.55s" */
str gate_delta(const struct gate_page *page, double value);                /* "+530ms" */
str gate_growth(const struct gate_page *page, const struct gate_row *row); /* "+52.0%", "new", "gone" */
str gate_share(const struct gate_page *page, double share);                /* "12.3%" */
const char *gate_verdict_word(enum gate_verdict v);                        /* "regression" … */
/* A message for each rule that a row broke: "main.render grew by 52.0% (1.02s to 1.55s), the limit is 10%". */
str gate_sentence(const struct gate_page *page, const struct gate_row *row);
const char *gate_outcome_word(enum gate_outcome o); /* "pass" … */
const char *gate_kind_words(enum gate_kind k);      /* how the values were measured: "exact counts, so …" */
/* "Judged by Welch's t at 99.0% confidence; noise floor: …" */
str gate_how(const struct gate_page *page);
/* "main.render grew by 52.0% with all that it calls (…), which its own time does not show; -cum judges that". */
str gate_hidden_sentence(const struct gate_page *page, const struct gate_row *row);
/* "fail: 2 regressions, 1 improvement, 20 unchanged, 7 inconclusive" */
str gate_summary(const struct gate_page *page);
/* What would show whether the growth of an inconclusive row is chance: "about 12 runs a side", "about 40s of
 * profile a side". Empty for other rows, and if the growth seen is within the limit. */
str gate_need(const struct gate_page *page, const struct gate_row *row);
/* Advice if the outcome is GATE_CANNOT_TELL; else empty. */
str gate_help(const struct gate_page *page);

#endif
