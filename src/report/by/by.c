/* Chooses how a report shows its groups. */
#include "report/by/by.h"
#include "report/by/parts.h"

enum { GROUPS = 20, COLUMNS = 6, COLUMNS_MOST = 50 }; /* the first two without by_count */

/* The reports that are written once per group have forms; those on stacks, of which nodes are not the rows, get
 * frames. Traces have forms and are on stacks, and show labels by themselves. */
static bool is_written_per_group(const struct report *r) { return r->forms && !r->writes_stacks; }
static bool gets_frames(const struct report *r) { return r->writes_stacks && !r->forms; }

static bool make_groups(const struct report_in *in, bool columns, struct by_groups *out, struct err *e) {
    int limit = columns ? COLUMNS_MOST : BY_GROUPS_MOST;
    int64_t count = in->options->by_count;
    if (count < 0 || count > limit)
        return err_set(e, "by_count must be from 0 to %d%s", limit, columns ? " with by_columns" : "");
    return by_groups_make(in, count ? (uint32_t)count : columns ? COLUMNS : GROUPS, out, e);
}

bool report_by_roots(const struct report_in *in, struct by_rooted *out, struct err *e) {
    struct by_groups groups;
    if (!make_groups(in, false, &groups, e)) return false;
    by_add_roots(in, &groups, out);
    return true;
}

bool report_by(const struct report_in *in, struct sink *out, struct err *e) {
    const struct options *o = in->options;
    const struct report *r = in->report;
    bool columns = o->by_columns;
    str format = o->format;
    bool text = format.len == 0 || str_equal(format, STR("text"));
    if (!is_written_per_group(r) && !gets_frames(r))
        return err_set(e,
                       "%s has no groups: -by is for top, text, tree, peek, tags, flame graphs, speedscope and "
                       "collapsed; -tagroot adds values as frames everywhere",
                       r->name);
    bool json = str_equal(format, STR("json"));
    if (columns && (r->run != report_text || (!text && !json)))
        return err_set(e, "-by_columns is for top and text, and not for -format=csv or markdown");
    if (columns && o->columns.len)
        return err_set(e, "-by_columns has one value for each group: -columns is for -by without -by_columns");
    struct by_groups groups;
    if (!make_groups(in, columns, &groups, e)) return false;
    if (gets_frames(r)) {
        struct by_rooted whole;
        by_add_roots(in, &groups, &whole);
        return report_run(&whole.in, out, e);
    }
    if (columns) return json ? by_write_columns_json(in, &groups, out) : by_write_columns(in, &groups, out);
    if (json) return by_write_json(in, &groups, out, e);
    if (str_equal(format, STR("csv"))) return by_write_csv(in, &groups, out, e);
    if (str_equal(format, STR("markdown"))) return by_write_markdown(in, &groups, out, e);
    if (!text) return report_run(in, out, e); /* which names the formats */
    return by_write_text(in, &groups, out, e);
}
