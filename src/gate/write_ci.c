/* -check for CI: a pull-request comment (Markdown), a CI server's test report (JUnit XML), GitHub's annotations,
 * and code scanning (SARIF 2.1.0). */
#include <inttypes.h>
#include <math.h>

#include "base/emit.h"
#include "gate/report.h"

static bool is_failure(const struct gate_row *row) { return row->verdict == GATE_REGRESSION; }

/* Calls write for each row that broke a rule, the total first. */
static void each_failure(const struct gate_page *page, struct sink *out,
                         void (*write)(const struct gate_page *, struct sink *, const struct gate_row *)) {
    const struct gate_result *r = page->result;
    if (is_failure(&r->total)) write(page, out, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (is_failure(&r->row[i])) write(page, out, &r->row[i]);
}

static void markdown_row(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    static const char *const mark[] = {"", ":green_circle: ", ":grey_question: ", ":red_circle: "};
    sink_printf(out, "| %s%s | ", mark[row->verdict], gate_verdict_word(row->verdict));
    emit_markdown(out, row->name);
    /* units are texts of the profile */
    str value[] = {gate_value(page, row->old_value), gate_value(page, row->new_value),
                   gate_delta(page, row->new_value - row->old_value), gate_growth(page, row)};
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        sink_text(out, " | ");
        emit_markdown(out, value[i]);
    }
    sink_text(out, " |\n");
}

static void markdown_failure(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    sink_text(out, "- ");
    emit_markdown(out, gate_sentence(page, row));
    if (row->file.len) {
        sink_text(out, ", at ");
        emit_markdown(out, row->file);
        sink_printf(out, ":%" PRId64, row->line);
    }
    sink_text(out, "\n");
    if (!row->path.len) return;
    sink_text(out, "  - most on the path ");
    emit_markdown(out, row->path);
    sink_text(out, "\n");
}

static void markdown_head(struct sink *out) {
    sink_text(out, "| verdict | function | old | new | delta | growth |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
}

void gate_write_markdown(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    str summary = gate_summary(page);
    sink_text(out, "### Profile check (");
    emit_markdown(out, page->in->value.type_label);
    sink_printf(out, ")\n\n**%.*s**\n\n", STR_ARG(summary));
    for (size_t i = 0; i < page->runs->warnings.n; i++) {
        sink_text(out, "Warning: ");
        emit_markdown(out, page->runs->warnings.at[i].text);
        sink_text(out, "\n\n");
    }
    each_failure(page, out, markdown_failure);
    for (uint32_t i = 0; i < r->n_hidden; i++) {
        sink_text(out, "- ");
        emit_markdown(out, gate_hidden_sentence(page, &r->hidden[i]));
        sink_text(out, "\n");
    }
    if (r->outcome == GATE_FAIL || r->n_hidden) sink_text(out, "\n");
    str help = gate_help(page);
    if (help.len) {
        emit_markdown(out, help);
        sink_text(out, ".\n\n");
    }
    markdown_head(out);
    markdown_row(page, out, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (is_failure(&r->row[i])) markdown_row(page, out, &r->row[i]);
    sink_text(out, "\n<details><summary>All functions that can count</summary>\n\n");
    markdown_head(out);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (r->row[i].tested || is_failure(&r->row[i])) markdown_row(page, out, &r->row[i]);
    str how = gate_how(page);
    sink_printf(out, "\n</details>\n\nValues: %s. %.*s.\n", gate_kind_words(r->kind), STR_ARG(how));
}

void gate_trouble_markdown(str message, struct sink *out) {
    sink_text(out, "### Profile check\n\n**error: nothing was judged**\n\n");
    emit_markdown(out, message);
    sink_text(out, "\n");
}

/* Writes a test case for GATE_CANNOT_TELL: an error with -require_power, else skipped. */
static void junit_cannot_tell(const struct gate_page *page, struct sink *out) {
    str help = gate_help(page), summary = gate_summary(page);
    const char *element = page->rules->require_power ? "error type=\"inconclusive\"" : "skipped";
    sink_printf(out, "    <testcase classname=\"cprof.check\" name=\"verdict\">\n      <%s message=\"", element);
    emit_xml(out, summary);
    if (help.len) sink_text(out, "; ");
    emit_xml(out, help);
    sink_text(out, "\"/>\n    </testcase>\n");
}

static void junit_case(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    sink_text(out, "    <testcase classname=\"cprof.check\" name=\"");
    emit_xml(out, row->name);
    sink_text(out, "\"");
    if (row->own_file.len) {
        sink_text(out, " file=\"");
        emit_xml(out, row->own_file);
        sink_printf(out, "\" line=\"%" PRId64 "\"", row->line);
    }
    bool failed = is_failure(row);
    bool skipped = row->verdict == GATE_INCONCLUSIVE;
    if (!failed && !skipped) {
        sink_text(out, "/>\n");
        return;
    }
    sink_text(out, ">\n      <");
    sink_str(out, failed ? STR("failure type=\"regression\" message=\"") : STR("skipped message=\""));
    if (failed)
        emit_xml(out, gate_sentence(page, row));
    else {
        str need = gate_need(page, row);
        sink_str(out, need.len ? STR("inconclusive: needs ") : STR("inconclusive"));
        emit_xml(out, need);
    }
    sink_text(out, "\"");
    if (failed && row->path.len) {
        sink_text(out, ">");
        emit_xml(out, row->path);
        sink_text(out, "</failure>\n");
    } else {
        sink_text(out, "/>\n");
    }
    sink_text(out, "    </testcase>\n");
}

static void junit_head(struct sink *out, uint32_t tests, uint32_t failures, uint32_t errors, uint32_t skipped) {
    sink_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    sink_printf(out,
                "<testsuites>\n  <testsuite name=\"cprof check\" tests=\"%" PRIu32 "\" failures=\"%" PRIu32
                "\" errors=\"%" PRIu32 "\" skipped=\"%" PRIu32 "\">\n",
                tests, failures, errors, skipped);
}

void gate_write_junit(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    uint32_t tests = 1, failures = is_failure(&r->total), skipped = r->total.verdict == GATE_INCONCLUSIVE;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        const struct gate_row *row = &r->row[i];
        tests += row->tested || is_failure(row);
        failures += is_failure(row);
        skipped += row->verdict == GATE_INCONCLUSIVE;
    }
    bool blind = r->outcome == GATE_CANNOT_TELL, required = page->rules->require_power;
    tests += blind;
    skipped += blind && !required;
    junit_head(out, tests, failures, blind && required, skipped);
    if (blind) junit_cannot_tell(page, out);
    junit_case(page, out, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (r->row[i].tested || is_failure(&r->row[i])) junit_case(page, out, &r->row[i]);
    for (size_t w = 0; w < page->runs->warnings.n; w++) {
        sink_str(out, w == 0 ? STR("    <system-err>") : STR("\n"));
        emit_xml(out, page->runs->warnings.at[w].text);
    }
    if (page->runs->warnings.n) sink_text(out, "</system-err>\n");
    sink_text(out, "  </testsuite>\n</testsuites>\n");
}

void gate_trouble_junit(str message, struct sink *out) {
    junit_head(out, 1, 0, 1, 0);
    sink_text(out, "    <testcase classname=\"cprof.check\" name=\"total\">\n      <error type=\"trouble\" message=\"");
    emit_xml(out, message);
    sink_text(out, "\"/>\n    </testcase>\n  </testsuite>\n</testsuites>\n");
}

static void github_place(struct sink *out, const char *command, const struct gate_row *row) {
    sink_printf(out, "::%s ", command);
    if (row->own_file.len) {
        sink_text(out, "file=");
        emit_percent_encoded(out, row->own_file, ":,");
        sink_printf(out, ",line=%" PRId64 ",", row->line > 0 ? row->line : 1);
    }
}

static void github_hidden(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    github_place(out, "warning", row);
    sink_text(out, "title=Growth in what it calls::");
    emit_percent_encoded(out, gate_hidden_sentence(page, row), "");
    sink_text(out, "\n");
}

static void github_row(const struct gate_page *page, struct sink *out, const struct gate_row *row) {
    github_place(out, "error", row);
    sink_text(out, "title=Performance regression::");
    emit_percent_encoded(out, gate_sentence(page, row), "");
    if (row->path.len) {
        sink_text(out, "%0Amost on the path: ");
        emit_percent_encoded(out, row->path, "");
    }
    sink_text(out, "\n");
}

void gate_write_github(const struct gate_page *page, struct sink *out) {
    for (size_t w = 0; w < page->runs->warnings.n; w++) {
        sink_text(out, "::warning title=Profile check::");
        emit_percent_encoded(out, page->runs->warnings.at[w].text, "");
        sink_text(out, "\n");
    }
    each_failure(page, out, github_row);
    for (uint32_t i = 0; i < page->result->n_hidden; i++) github_hidden(page, out, &page->result->hidden[i]);
    sink_printf(out, "::%s title=Profile check::", page->result->outcome == GATE_CANNOT_TELL ? "warning" : "notice");
    emit_percent_encoded(out, gate_summary(page), "");
    str help = gate_help(page);
    if (help.len) sink_text(out, "%0A");
    emit_percent_encoded(out, help, "");
    sink_text(out, "\n");
}

void gate_trouble_github(str message, struct sink *out) {
    sink_text(out, "::error title=Profile check::");
    emit_percent_encoded(out, message, "");
    sink_text(out, "\n");
}

static const char *sarif_rule(const struct gate_row *row) {
    return row->broke & GATE_BROKE_BUDGET  ? "budget"
           : row->broke & GATE_BROKE_TOTAL ? "total-growth"
           : row->broke & GATE_BROKE_NEW   ? "new-function"
                                           : "growth";
}

/* Viewers make a link of "[text](address)", which a zero-width space stops. */
static void sarif_message(struct emit_json *j, const char *level, str text) {
    struct sink plain;
    sink_to_memory(&plain);
    for (size_t at; (at = str_find(text, STR("]("))) < text.len; text = str_from_offset(text, at + 1)) {
        sink_str(&plain, str_slice(text, 0, at + 1));
        sink_text(&plain, "\xE2\x80\x8B");
    }
    sink_str(&plain, text);
    emit_str(j, "level", str_from(level));
    emit_open(j, "message", '{');
    emit_str(j, "text", sink_bytes(&plain));
    emit_close(j, '}');
    sink_drop(&plain);
}

static void sarif_result(struct emit_json *j, const struct gate_page *page, const struct gate_row *row) {
    emit_open(j, NULL, '{');
    emit_str(j, "ruleId", str_from(sarif_rule(row)));
    sarif_message(j, "error", gate_sentence(page, row));
    emit_open(j, "locations", '[');
    if (row->own_file.len) {
        emit_open(j, NULL, '{');
        emit_open(j, "physicalLocation", '{');
        emit_open(j, "artifactLocation", '{');
        emit_str(j, "uri", row->own_file);
        emit_close(j, '}');
        emit_open(j, "region", '{');
        emit_int(j, "startLine", row->line > 0 ? row->line : 1);
        emit_close(j, '}');
        emit_close(j, '}');
        emit_close(j, '}');
    }
    emit_close(j, ']');
    emit_open(j, "partialFingerprints", '{');
    emit_str(j, "function/v1", row->name);
    emit_close(j, '}');
    emit_close(j, '}');
}

static void sarif_cannot_tell(struct emit_json *j, const struct gate_page *page) {
    str help = gate_help(page), summary = gate_summary(page);
    emit_open(j, NULL, '{');
    emit_str(j, "ruleId", STR("cannot-tell"));
    sarif_message(j, "warning",
                  str_format(page->in->arena, help.len ? "%.*s; %.*s" : "%.*s%.*s", STR_ARG(summary), STR_ARG(help)));
    emit_open(j, "locations", '[');
    emit_close(j, ']');
    emit_close(j, '}');
}

/* Writes everything before the results; leaves their list open. */
static void sarif_head(struct emit_json *j) {
    static const char *const rules[][2] = {
        {"growth", "A function grew by more than the limit"},
        {"new-function", "A new function takes more than the limit"},
        {"budget", "A function exceeds its budget"},
        {"total-growth", "The total grew by more than the limit"},
        {"cannot-tell", "The runs are too few, or have too few samples, to tell"},
        {"error", "Nothing was judged"},
    };
    emit_open(j, NULL, '{');
    emit_str(j, "$schema", STR("https://json.schemastore.org/sarif-2.1.0.json"));
    emit_str(j, "version", STR("2.1.0"));
    emit_open(j, "runs", '[');
    emit_open(j, NULL, '{');
    emit_open(j, "tool", '{');
    emit_open(j, "driver", '{');
    emit_str(j, "name", STR("cprof"));
    emit_open(j, "rules", '[');
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        emit_open(j, NULL, '{');
        emit_str(j, "id", str_from(rules[i][0]));
        emit_open(j, "shortDescription", '{');
        emit_str(j, "text", str_from(rules[i][1]));
        emit_close(j, '}');
        emit_close(j, '}');
    }
    emit_close(j, ']');
    emit_close(j, '}');
    emit_close(j, '}');
    emit_open(j, "results", '[');
}

/* Closes the list of results and all around it. Notifications are notes about the run itself. */
static void sarif_end(struct emit_json *j, bool successful, const struct note *note, size_t n) {
    emit_close(j, ']');
    if (n) {
        emit_open(j, "invocations", '[');
        emit_open(j, NULL, '{');
        emit_bool(j, "executionSuccessful", successful);
        emit_open(j, "toolExecutionNotifications", '[');
        for (size_t i = 0; i < n; i++) {
            emit_open(j, NULL, '{');
            sarif_message(j, successful ? "warning" : "error", note[i].text);
            emit_close(j, '}');
        }
        emit_close(j, ']');
        emit_close(j, '}');
        emit_close(j, ']');
    }
    emit_close(j, '}');
    emit_close(j, ']');
    emit_close(j, '}');
    emit_end(j);
}

void gate_write_sarif(const struct gate_page *page, struct sink *out) {
    const struct gate_result *r = page->result;
    struct emit_json j = {.out = out};
    sarif_head(&j);
    if (r->outcome == GATE_CANNOT_TELL) sarif_cannot_tell(&j, page);
    if (is_failure(&r->total)) sarif_result(&j, page, &r->total);
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (is_failure(&r->row[i])) sarif_result(&j, page, &r->row[i]);
    sarif_end(&j, true, page->runs->warnings.at, page->runs->warnings.n);
}

/* SARIF's place for it is a notification; it is a result as well, because viewers of results show nothing else. */
void gate_trouble_sarif(str message, struct sink *out) {
    struct emit_json j = {.out = out};
    struct note note = {.text = message};
    sarif_head(&j);
    emit_open(&j, NULL, '{');
    emit_str(&j, "ruleId", STR("error"));
    sarif_message(&j, "error", message);
    emit_open(&j, "locations", '[');
    emit_close(&j, ']');
    emit_close(&j, '}');
    sarif_end(&j, false, &note, 1);
}
