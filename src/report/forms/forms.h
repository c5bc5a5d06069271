/* Reports in other forms than text (-format): JSON and CSV for programs, Markdown for pull requests. A form shows
 * what the text shows, in its order: the same nodes, edges, tags and samples. Values are raw, in the profile's unit
 * (after -mean and -divide_by), with the report's texts beside. The JSON is described by man/cprof-report.schema.json.
 */
#ifndef CPROF_REPORT_FORMS_FORMS_H
#define CPROF_REPORT_FORMS_FORMS_H

#include "base/emit.h"
#include "report/report.h"

/* The forms of top, of tree and peek, of tags and of traces. */
extern const struct report_forms forms_top, forms_tree, forms_tags, forms_traces;

/* The value whose text the report prints: divide_by is applied. */
int64_t forms_amount(const struct report_in *in, int64_t v);
/* In percent, with the sign that the text does without; 0 where there is no total. */
double forms_percent(int64_t v, int64_t total);

/* What a name that says more than one thing ("main.main /src/main.go:12") is made of; all empty and 0 for a name
 * that is one thing only. Lives in `a`. */
struct forms_parts {
    str address; /* "0x401000" */
    str function, file;
    int64_t line, column;
};
struct forms_parts forms_parts(struct arena *a, const struct graph_node *n);
void forms_json_parts(struct emit_json *j, const struct forms_parts *p); /* those there are */
void forms_csv_parts(struct sink *out, const struct forms_parts *p);     /* all: FORMS_CSV_PARTS */
#define FORMS_CSV_PARTS ",address,function,file,line,column"

/* Opens the object and writes the fields that every report has; the total in `unit`. */
void forms_json_head(const struct report_in *in, struct emit_json *j, str unit);

/* All with a comma before the field. */
void forms_csv_number(struct sink *out, double v);
void forms_csv_int(struct sink *out, int64_t v);
void forms_csv_str(struct sink *out, str v);

/* "### top (cpu)" and the lines that stand above the text report. */
void forms_markdown_head(const struct report_in *in, struct report_lines lines, struct sink *out);
/* A cell and the separator after it. */
void forms_markdown_str(struct sink *out, str v);
void forms_markdown_percent(struct sink *out, int64_t v, int64_t total);

#endif
