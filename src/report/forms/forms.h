/* Forms of reports other than text (-format): JSON and CSV for programs, Markdown for pull requests. A form has the
 * contents of the text, in its order: the same nodes, edges, tags and samples. Values are raw, in the profile's unit
 * (after -mean and -divide_by), beside the texts of the report. man/cprof-report.schema.json describes the JSON. */
#ifndef CPROF_REPORT_FORMS_FORMS_H
#define CPROF_REPORT_FORMS_FORMS_H

#include "base/emit.h"
#include "report/report.h"

/* The forms of top, of tree and peek, of tags, of traces, of compare and of rows. */
extern const struct report_forms forms_top, forms_tree, forms_tags, forms_traces, forms_compare, forms_rows;

/* The value whose text the report prints, scaled by divide_by. */
int64_t forms_amount(const struct report_in *in, int64_t v);
/* A percentage with its sign, which the text does not have; 0 without a total. */
double forms_percent(int64_t v, int64_t total);

/* The parts of a name with several parts ("main.main /src/main.go:12"); all are empty or 0 for other names. Lives in
 * `a`. */
struct forms_parts {
    str address; /* "0x401000" */
    str function, file;
    int64_t line, column;
};
struct forms_parts forms_parts(struct arena *a, const struct graph_node *n);
void forms_json_parts(struct emit_json *j, const struct forms_parts *p); /* writes the parts that are set */
void forms_csv_parts(struct sink *out, const struct forms_parts *p);     /* writes all parts: FORMS_CSV_PARTS */
#define FORMS_CSV_PARTS ",address,function,file,line,column"

/* Opens the object and writes the fields that all reports have; the total is in `unit`. */
void forms_json_head(const struct report_in *in, struct emit_json *j, str unit);

/* Each writes a comma before the field. */
void forms_csv_number(struct sink *out, double v);
void forms_csv_int(struct sink *out, int64_t v);
void forms_csv_str(struct sink *out, str v);

/* Writes "### top (cpu)" and the lines above the text report. */
void forms_markdown_head(const struct report_in *in, struct report_lines lines, struct sink *out);
/* Writes a cell and the separator after it. */
void forms_markdown_str(struct sink *out, str v);
void forms_markdown_percent(struct sink *out, int64_t v, int64_t total);

#endif
