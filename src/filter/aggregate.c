/* Granularity and noinlines: pprof.md 5.4. The columns keep names and numbers; `shown` says which of them count. */
#include "filter/aggregate.h"

#include "filter/names.h"

static struct profile_shown shown_by(const struct options *o) {
    struct profile_shown s = {.column = o->showcolumns};
    switch (o->granularity) {
    case GRANULARITY_ADDRESSES: s.function = s.file = s.line = s.address = true; break;
    case GRANULARITY_LINES: s.function = s.file = s.line = true; break;
    case GRANULARITY_FILEFUNCTIONS: s.function = s.file = true; break;
    case GRANULARITY_FILES: s.file = true; break;
    case GRANULARITY_UNSET:
    case GRANULARITY_PACKAGES: /* filter_name_groups has renamed the functions */
    case GRANULARITY_FUNCTIONS: s.function = true; break;
    }
    if (!s.line) s.column = false;
    return s;
}

static void keep_outermost_lines(struct arena *a, struct profile *view) {
    struct profile_location *location = filter_own_locations(a, view);
    for (loc_id i = 0; i < view->n_locations; i++) {
        struct profile_location *l = &location[i];
        if (l->n_lines < 2) continue;
        l->first_line += l->n_lines - 1;
        l->n_lines = 1;
    }
}

void filter_aggregate(struct arena *a, struct profile *view, const struct options *o) {
    if (o->granularity == GRANULARITY_ADDRESSES && !o->noinlines) return;
    struct profile_shown s = shown_by(o);
    struct profile_mapping *mapping = ARENA_ARRAY(a, struct profile_mapping, view->n_mappings);
    for (map_id i = 0; i < view->n_mappings; i++) {
        struct profile_mapping m = view->mapping[i];
        m.has_functions &= s.function;
        m.has_filenames &= s.file;
        m.has_line_numbers &= s.line;
        m.has_inline_frames &= !o->noinlines;
        mapping[i] = m;
    }
    view->mapping = mapping;
    view->shown = s;
    if (o->noinlines) keep_outermost_lines(a, view);
}
