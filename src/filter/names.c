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

const map_id *filter_mapping_of_functions(struct arena *a, const struct profile *v) {
    map_id *mapping = ARENA_ARRAY(a, map_id, v->n_functions);
    for (func_id f = 0; f < v->n_functions; f++) mapping[f] = PROFILE_NONE;
    for (loc_id i = v->n_locations; i-- > 0;)
        for (uint32_t k = 0; k < v->location[i].n_lines; k++)
            mapping[v->line[v->location[i].first_line + k].function] = v->location[i].mapping;
    return mapping;
}

void filter_add_functions(struct arena *a, struct profile *v) {
    uint32_t n = v->n_mappings + 1, used = 0;
    struct profile_location *location = filter_own_locations(a, v);
    struct profile_function *function = ARENA_ARRAY(a, struct profile_function, (size_t)v->n_functions + n);
    struct profile_line *line = ARENA_ARRAY(a, struct profile_line, (size_t)v->n_lines + n);
    if (v->n_functions) memcpy(function, v->function, v->n_functions * sizeof *function);
    if (v->n_lines) memcpy(line, v->line, v->n_lines * sizeof *line);
    uint64_t id = 0;
    for (func_id f = 0; f < v->n_functions; f++)
        if (function[f].id > id) id = function[f].id;
    for (uint32_t m = 0; m < n; m++) {
        id++;
        function[v->n_functions + m] =
            (struct profile_function){.id = id, .file = m < v->n_mappings ? v->mapping[m].file : 0};
        line[v->n_lines + m] = (struct profile_line){.function = v->n_functions + m};
    }
    for (loc_id i = 0; i < v->n_locations; i++) {
        if (location[i].n_lines) continue;
        location[i].first_line = v->n_lines + (location[i].mapping == PROFILE_NONE ? n - 1 : location[i].mapping);
        location[i].n_lines = 1;
        used++;
    }
    if (!used) return;
    v->function = function;
    v->line = line;
    v->n_functions += n;
    v->n_lines += n;
}

struct profile_location *filter_own_locations(struct arena *a, struct profile *v) {
    struct profile_location *own = ARENA_ARRAY(a, struct profile_location, v->n_locations);
    if (v->n_locations) memcpy(own, v->location, v->n_locations * sizeof *own);
    v->location = own;
    return own;
}
