/* Locations that have some of the lines of others. */
#include "filter/line_parts.h"

#include <string.h>

/* Finds the location with this key. Returns true if it is new: the caller then adds it. */
static bool is_new(struct line_parts *p, const uint32_t *key, size_t n, loc_id *out) {
    uint32_t before = p->known.n;
    p->known.arena = p->scratch;
    p->known.copy = true;
    uint32_t id = intern_id(&p->known, (str){(const char *)key, n * sizeof *key});
    *out = p->view->n_locations + id;
    return id == before;
}

loc_id line_parts_range(struct line_parts *p, loc_id l, uint32_t first, uint32_t n) {
    struct profile_location part = p->view->location[l];
    loc_id id;
    if (n == part.n_lines) return l;
    part.first_line += first;
    part.n_lines = n;
    if (is_new(p, (uint32_t[]){l, first, n}, 3, &id)) *VEC_PUSH(p->scratch, &p->location) = part;
    return id;
}

loc_id line_parts_of(struct line_parts *p, loc_id l, const uint32_t *line, uint32_t n) {
    const struct profile_location *whole = &p->view->location[l];
    uint32_t key[LINE_PARTS_MOST + 2] = {l, PROFILE_NONE}; /* the second number tells it from a range's */
    loc_id id;
    if (n == whole->n_lines) return l;
    memcpy(key + 2, line, n * sizeof *key);
    if (!is_new(p, key, (size_t)n + 2, &id)) return id;
    struct profile_location part = *whole;
    part.first_line = p->view->n_lines + (uint32_t)p->line.n;
    part.n_lines = n;
    for (uint32_t i = 0; i < n; i++) *VEC_PUSH(p->scratch, &p->line) = p->view->line[whole->first_line + line[i]];
    *VEC_PUSH(p->scratch, &p->location) = part;
    return id;
}

void line_parts_add(struct arena *a, struct line_parts *p, struct profile *view) {
    if (!p->location.n) return;
    size_t n = view->n_locations, lines = view->n_lines;
    uint64_t next_id = 0;
    struct profile_location *location = ARENA_ARRAY(a, struct profile_location, n + p->location.n);
    struct profile_line *line = ARENA_ARRAY(a, struct profile_line, lines + p->line.n);
    memcpy(location, view->location, n * sizeof *location);
    memcpy(line, view->line, lines * sizeof *line);
    memcpy(location + n, p->location.at, p->location.n * sizeof *location);
    if (p->line.n) memcpy(line + lines, p->line.at, p->line.n * sizeof *line); /* ranges share their lines */
    for (size_t i = 0; i < n; i++)
        if (location[i].id > next_id) next_id = location[i].id;
    for (size_t i = n; i < n + p->location.n; i++) location[i].id = ++next_id;
    view->location = location;
    view->line = line;
    view->n_locations += (uint32_t)p->location.n;
    view->n_lines += (uint32_t)p->line.n;
}
