/* The ways in which -by writes groups. */
#ifndef CPROF_REPORT_BY_PARTS_H
#define CPROF_REPORT_BY_PARTS_H

#include "report/by/groups.h"

/* In sections.c: the report once per group, one after the other; as CSV and Markdown one table, with the values in its
 * first columns. */
bool by_write_text(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_json(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_csv(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);
bool by_write_markdown(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);

/* In columns.c: the functions of top, with a column per group. */
bool by_write_columns(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);

/* In roots.c: one report on stacks that begin with a frame per value. */
bool by_write_roots(const struct report_in *in, const struct by_groups *groups, struct sink *out, struct err *e);

#endif
