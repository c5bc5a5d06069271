/* Applies the filters in order and warns about those that matched nothing: pprof.md 5.1. */
#include "filter/filter.h"

#include "filter/depth.h"
#include "filter/focus.h"
#include "filter/fold_numbers.h"
#include "filter/keep_heads.h"
#include "filter/package.h"
#include "filter/recursion.h"
#include "filter/show_from.h"
#include "filter/tags.h"
#include "filter/where.h"

static bool compile(struct arena *a, const char *name, str pattern, const struct regex **out, struct err *e) {
    *out = NULL;
    if (!pattern.len) return true;
    *out = regex_compile(a, pattern, e);
    return *out || err_prepend(e, "parsing %s regexp: ", name);
}

static void warn_unless(bool matched, const char *name, struct notes *notes) {
    if (!matched) notes_add(notes, NOTE_FILTER_MISSED, "%s expression matched no samples", name);
}

bool filter_apply(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                  struct notes *notes, struct err *e) {
    struct filter_focus names = {0};
    struct filter_tags tags = {0};
    struct filter_tag_keys keys = {0};
    struct filter_tag_match *tagfocus, *tagignore;
    const struct regex *show_from, *prune_from;
    struct where_expression where;
    bool has_where = str_trim(o->where).len > 0;
    if (!compile(a, "focus", o->focus, &names.focus, e) || !compile(a, "ignore", o->ignore, &names.ignore, e) ||
        !compile(a, "hide", o->hide, &names.hide, e) || !compile(a, "show", o->show, &names.show, e) ||
        !compile(a, "show_from", o->show_from, &show_from, e) ||
        !filter_tag_compile(a, "tagfocus", o->tagfocus, notes, &tagfocus, e) ||
        !filter_tag_compile(a, "tagignore", o->tagignore, notes, &tagignore, e) ||
        !compile(a, "prune_from", o->prune_from, &prune_from, e) || (has_where && !where_parse(a, o->where, &where, e)))
        return false;
    tags.focus = tagfocus;
    tags.ignore = tagignore;

    filter_by_name(a, view, &names);
    warn_unless(!names.focus || names.focus_matched, "Focus", notes);
    warn_unless(!names.ignore || names.ignore_matched, "Ignore", notes);
    warn_unless(!names.hide || names.hide_matched, "Hide", notes);
    warn_unless(!names.show || names.show_matched, "Show", notes);

    bool matched = filter_show_from(a, view, show_from);
    warn_unless(!show_from || matched, "ShowFrom", notes);

    filter_by_tag(a, view, units, &tags);
    warn_unless(!tags.focus || tags.focus_matched, "TagFocus", notes);
    warn_unless(!tags.ignore || tags.ignore_matched, "TagIgnore", notes);

    matched = !has_where || filter_where(a, view, units, &where, notes);
    warn_unless(matched, "Where", notes);

    /* pprof compiles these two after it has filtered the samples, so their errors come after those warnings */
    bool ok = compile(a, "tagshow", o->tagshow, &keys.show, e) && compile(a, "taghide", o->taghide, &keys.hide, e);
    filter_tag_keys(a, view, &keys);
    warn_unless(!keys.show || keys.show_matched, "TagShow", notes);
    warn_unless(!keys.hide || keys.hide_matched, "TagHide", notes);
    if (!ok) return false;

    filter_prune_from(a, view, prune_from);
    return true;
}

void filter_rename_functions(struct arena *a, struct profile *view, const struct options *o) {
    if (o->keep_heads) filter_keep_heads(a, view);
    if (o->fold_numbers) filter_fold_numbers(a, view);
}

void filter_name_groups(struct arena *a, struct profile *view, const struct options *o,
                        const struct group_rules *rules) {
    if (rules)
        group_rules_apply(a, view, rules);
    else if (o->granularity == GRANULARITY_PACKAGES)
        filter_packages(a, view);
}

bool filter_shorten(struct arena *a, struct profile *view, const struct options *o, struct err *e) {
    if (o->maxdepth < 0)
        return err_set(e, "-maxdepth=%lld: the number of frames must be positive, or 0 for no limit",
                       (long long)o->maxdepth);
    if (o->norecursion) filter_no_recursion(a, view, o);
    filter_max_depth(a, view, (uint64_t)o->maxdepth);
    return true;
}
