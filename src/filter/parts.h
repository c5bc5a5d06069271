/* What the filters share. Names are matched once each, stacks are looked at once each; a sample is only
 * looked at to decide whether its row stays. Everything here works on a view (profile.h): fresh columns
 * are put in place of the old ones, which are never written. */
#ifndef CPROF_FILTER_PARTS_H
#define CPROF_FILTER_PARTS_H

#include "filter/filter.h"
#include "regex/regex.h"

/* --- names.c: regular expressions over names */

/* What a pattern says of functions (their name or file matches) and mappings (their file does). */
struct filter_marks {
    const bool *function; /* [func_id] */
    const bool *mapping;  /* [map_id] */
};
struct filter_marks filter_mark_names(struct arena *a, const struct profile *v, const struct regex *r);
static inline bool filter_mapping_marked(const struct filter_marks *m, const struct profile_location *l) {
    return l->mapping != PROFILE_NONE && m->mapping[l->mapping];
}
/* Any line, or the mapping. */
bool filter_location_marked(const struct filter_marks *m, const struct profile *v, const struct profile_location *l);

/* A private copy of the view's locations, put in its place, for a filter that changes their lines. */
struct profile_location *filter_own_locations(struct arena *a, struct profile *v);

/* --- stacks.c: work per distinct stack, and the choice of rows */

/* Calls visit(context, from, to) on ranges that cover all stacks once, on several threads where it pays. */
void filter_visit_stacks(const struct profile *v, void (*visit)(void *context, stack_id from, stack_id to),
                         void *context);
/* Stack by stack, which ones the samples use; NULL: all, as far as is known cheaply. */
const bool *filter_used_stacks(struct arena *a, const struct profile *v);
/* Keeps of each stack s the frames cut[s].from … cut[s].to - 1, counted from the leaf. */
struct filter_cut {
    uint32_t from, to;
};
void filter_cut_stacks(struct arena *a, struct profile *v, const struct filter_cut *cut);
/* Gives the view empty stacks of size[s] frames, `n` of them; whoever calls fills the frames returned. */
loc_id *filter_new_stacks(struct arena *a, struct profile *v, const uint32_t *size, uint32_t n);

/* Drops the samples whose stack has no keep[stack]. */
void filter_keep_stacks(struct arena *a, struct profile *v, const bool *keep);
/* Keeps the samples that pick() picks: it writes the rows of those among samples from … to-1 to `out` and
 * returns how many; called on several threads, once for each part (0 … FILTER_PARTS_MOST - 1). */
enum { FILTER_PARTS_MOST = 64 };
void filter_pick_samples(struct arena *a, struct profile *v,
                         uint32_t (*pick)(void *context, int part, uint32_t from, uint32_t to, uint32_t *out),
                         void *context);

/* --- the filters; a NULL pattern filters nothing, and the matched flags say what a warning is about */

struct filter_focus {
    const struct regex *focus, *ignore, *hide, *show;
    bool focus_matched, ignore_matched, hide_matched, show_matched;
};
void filter_by_name(struct arena *a, struct profile *v, struct filter_focus *f);

bool filter_show_from(struct arena *a, struct profile *v, const struct regex *r);
void filter_prune_from(struct arena *a, struct profile *v, const struct regex *r);

/* A tagfocus or tagignore value, compiled; NULL for an empty one. `option` is its name, for sentences. */
struct filter_tag_match;
bool filter_tag_compile(struct arena *a, const char *option, str value, struct notes *notes,
                        struct filter_tag_match **out, struct err *e);
struct filter_tags {
    const struct filter_tag_match *focus, *ignore;
    bool focus_matched, ignore_matched;
};
void filter_by_tag(struct arena *a, struct profile *v, const struct filter_units *units, struct filter_tags *f);

/* tagshow and taghide: which labels stay, by their keys. */
struct filter_tag_keys {
    const struct regex *show, *hide;
    bool show_matched, hide_matched;
};
void filter_tag_keys(struct arena *a, struct profile *v, struct filter_tag_keys *f);

/* A function name without what hides it from a pattern: a leading '.', and all from the first '(' that is
 * not part of "(anonymous namespace)" or "operator()". */
str filter_simple_name(str name);

#endif
