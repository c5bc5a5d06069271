/* Marks of functions and mappings whose names match a regular expression, and other names for functions. */
#include "filter/names.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"

/* A pattern over the strings of a profile. Each string is matched at the first look-up. */
struct name_cache {
    const struct regex *regex;
    const struct profile *view;
    uint8_t *known; /* [str_id]: 0 not matched yet, 1 no, 2 yes */
};

static bool match_string(struct name_cache *c, str_id id) {
    if (!c->known[id]) c->known[id] = regex_match(c->regex, profile_str(c->view, id)) ? 2 : 1;
    return c->known[id] == 2;
}

struct filter_marks filter_mark_names(struct arena *a, const struct profile *v, const struct regex *r) {
    bool *function = ARENA_ARRAY(a, bool, v->n_functions), *mapping = ARENA_ARRAY(a, bool, v->n_mappings);
    struct arena scratch = {0};
    struct name_cache c = {r, v, ARENA_ZERO(&scratch, uint8_t, v->n_strings)};
    for (func_id f = 0; f < v->n_functions; f++)
        function[f] = match_string(&c, v->function[f].name) || match_string(&c, v->function[f].file);
    for (map_id m = 0; m < v->n_mappings; m++) mapping[m] = match_string(&c, v->mapping[m].file);
    arena_release(&scratch);
    return (struct filter_marks){function, mapping};
}

bool filter_location_marked(const struct filter_marks *m, const struct profile *v, const struct profile_location *l) {
    for (uint32_t i = 0; i < l->n_lines; i++)
        if (m->function[v->line[l->first_line + i].function]) return true;
    return filter_mapping_marked(m, l);
}

void filter_rename(struct arena *a, struct profile *v, filter_rename_fn *rename, void *context) {
    struct arena scratch = {0};
    struct intern strings = {.arena = &scratch};
    struct profile_function *own = ARENA_ARRAY(a, struct profile_function, v->n_functions);
    intern_reserve(&strings, v->n_strings);
    for (str_id i = 0; i < v->n_strings; i++) intern_id(&strings, profile_str(v, i));
    assert(strings.n == v->n_strings); /* equal strings have equal ids, so each keeps its id */
    for (func_id f = 0; f < v->n_functions; f++) {
        own[f] = v->function[f];
        str old = profile_str(v, own[f].name), new = rename(context, a, v, f);
        if (!str_equal(old, new)) own[f].name = intern_id(&strings, new);
    }
    v->function = own;
    if (strings.n > v->n_strings) {
        str *all = ARENA_ARRAY(a, str, strings.n);
        memcpy(all, strings.key, strings.n * sizeof *all);
        v->string = all;
        v->n_strings = strings.n;
    }
    arena_release(&scratch);
}

struct profile_location *filter_own_locations(struct arena *a, struct profile *v) {
    struct profile_location *own = ARENA_ARRAY(a, struct profile_location, v->n_locations);
    if (v->n_locations) memcpy(own, v->location, v->n_locations * sizeof *own);
    v->location = own;
    return own;
}
