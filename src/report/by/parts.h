/* The ways in which -by writes groups. */
#ifndef CPROF_REPORT_BY_PARTS_H
#define CPROF_REPORT_BY_PARTS_H

#include "base/emit.h"
#include "report/by/groups.h"

/* In sections.c: the report once per group, one after the other; as CSV and Markdown one table, with the values in its
 * first columns. */
bool by_write_text(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_json(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_csv(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_markdown(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);

/* In columns.c: the functions of top, with a column per group; as text or as JSON. */
bool by_write_columns(const struct report_in *in, const struct by_groups *groups, struct sink *out);
bool by_write_columns_json(const struct report_in *in, const struct by_groups *groups, struct sink *out);

/* In sections.c, for all JSON: write the fields of one group without its report, and the fields that come before all
 * groups. */
void by_json_group(const struct report_in *in, const struct by_groups *groups, const struct by_group *g,
                   struct emit_json *j);
void by_json_head(const struct report_in *in, const struct by_groups *groups, const char *schema, struct emit_json *j);

struct by_rooted; /* in by.h */
/* In roots.c: stacks that begin with a frame per value. */
void by_add_roots(const struct report_in *in, const struct by_groups *groups, struct by_rooted *out);

#endif
