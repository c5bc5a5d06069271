/* Finds the binaries of a profile's mappings below the search path (pprof.md 9.1). */
#include "symbolize/names.h"
#include "symbolize/places.h"
#include "symbolize/symbolize.h"
#include "symbolize/tried.h"
#include "symbolize/trouble.h"

struct locator {
    struct arena *arena, scratch;
    struct names names;
    str search_path;
    struct troubles troubles;
    struct tried tried;
};

/* True if this file is the mapping's binary. */
static bool try_candidate(struct locator *l, str path, const struct profile_mapping *m) {
    const struct profile *p = l->names.view;
    struct object object;
    struct object_mapping mapping = {path, m->start, m->limit, m->offset, profile_str(p, m->kernel_symbol)};
    struct tried_file file = tried_file(&l->tried, path);
    str wanted = profile_str(p, m->build_id);
    bool same = !wanted.len || str_equal(wanted, file.build_id);
    if (!file.object) return false;
    /* of the notes that are only counted, none needs another look at the file */
    if (!same && l->troubles.n[TROUBLE_OTHER_BUILD] >= TROUBLE_MOST) {
        trouble_count(&l->troubles, TROUBLE_OTHER_BUILD);
        return false;
    }
    if (!tried_open(&l->tried, &mapping, &object, NULL)) return false;
    /* pprof takes a file of debug information for the binary, and then finds no names; debug_file.c uses it as such */
    if (same) return !wanted.len || !object.no_contents;
    trouble_add(&l->troubles, TROUBLE_OTHER_BUILD, "Ignoring local file %.*s: build-id mismatch (%.*s != %.*s)",
                STR_ARG(path), STR_ARG(wanted), STR_ARG(file.build_id));
    return false;
}

static void locate(struct locator *l, struct profile_mapping *m) {
    const struct profile *p = l->names.view;
    str rest = l->search_path, directory, file = profile_str(p, m->file), build_id = profile_str(p, m->build_id);
    places_list candidates = {0};
    while (str_cut(&rest, ':', &directory))
        if (places_may_be_below(&l->scratch, directory, file))
            places_candidates(&l->scratch, directory, file, build_id, &candidates);
    for (size_t i = 0; i < candidates.n; i++) {
        if (!try_candidate(l, candidates.at[i], m)) continue;
        m->file = names_add(&l->names, str_copy(l->arena, candidates.at[i]));
        return;
    }
}

/* Adds a mapping, so that a binary at a fixed address can be symbolized without one in the profile. */
static void add_mapping(struct arena *a, struct profile *view) {
    struct profile_mapping *m = ARENA_NEW(a, struct profile_mapping);
    struct profile_location *location = ARENA_ARRAY(a, struct profile_location, view->n_locations);
    m->id = 1;
    for (uint32_t i = 0; i < view->n_locations; i++) {
        location[i] = view->location[i];
        location[i].mapping = 0;
    }
    view->mapping = m;
    view->n_mappings = 1;
    view->location = location;
}

static struct profile_mapping *own_mappings(struct arena *a, struct profile *view) {
    struct profile_mapping *m = ARENA_ARRAY(a, struct profile_mapping, view->n_mappings);
    for (uint32_t i = 0; i < view->n_mappings; i++) m[i] = view->mapping[i];
    view->mapping = m;
    return m;
}

void symbolize_locate_binaries(struct arena *a, struct profile *view, const struct symbolize_locate *how,
                               struct notes *notes) {
    struct locator l = {.arena = a, .names = {.arena = a, .view = view}, .troubles = {.notes = notes}};
    l.tried.arena = &l.scratch;
    l.search_path = places_search_path(&l.scratch, how->search_path);
    bool made = view->n_mappings == 0;
    if (made) add_mapping(a, view);
    struct profile_mapping *m = own_mappings(a, view);
    for (uint32_t i = 0; i < view->n_mappings && !made; i++) locate(&l, &m[i]);
    if (how->exec_name.len) m[0].file = names_add(&l.names, how->exec_name);
    if (how->build_id.len && !m[0].build_id) m[0].build_id = names_add(&l.names, how->build_id);
    trouble_finish(&l.troubles);
    arena_release(&l.scratch);
}
