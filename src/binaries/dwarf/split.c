/* Finds the parts of units that compilers leave out of a program. */
#include "binaries/dwarf/split.h"

#include <limits.h>
#include <sys/stat.h>

enum {
    SECTIONS = 1 << DWARF_INFO | 1 << DWARF_ABBREV | 1 << DWARF_STR | 1 << DWARF_STR_OFFSETS | 1 << DWARF_RNGLISTS |
               1 << DWARF_CU_INDEX
};

bool dwarf_open_package(struct arena *a, const char *program, struct dwarf_image *out) {
    bool is_elf;
    if (!dwarf_image_open(a, str_format(a, "%s.dwp", program).ptr, true, out, &is_elf, NULL)) return false;
    return dwarf_image_load(a, out, SECTIONS, NULL) || (dwarf_image_close(out), false);
}

/* The path of the file that a unit names, or NULL. */
static const char *file_path(struct dwarf_context *c, const struct dwarf_open_unit *u, struct arena *a) {
    str name = dwarf_counted_string(c, u, &u->split_name), directory = dwarf_counted_string(c, u, &u->directory);
    if (!name.len || name.len + directory.len >= PATH_MAX) return NULL;
    bool relative = name.ptr[0] != '/' && directory.len;
    return str_format(a, "%.*s%s%.*s", STR_ARG(relative ? directory : STR_EMPTY), relative ? "/" : "", STR_ARG(name))
        .ptr;
}

struct dwarf_file_id dwarf_split_file(struct dwarf_context *c, const struct dwarf_open_unit *u, struct arena *scratch) {
    struct stat st;
    if (u->split_name.kind != DWARF_STRING) return (struct dwarf_file_id){0, 0};
    const char *path = file_path(c, u, scratch);
    if (!path || stat(path, &st) != 0) return (struct dwarf_file_id){0, 0};
    return (struct dwarf_file_id){st.st_dev, st.st_ino};
}

static void start_walker(struct dwarf_walker *w, struct arena *a, const struct dwarf_image *image,
                         const struct dwarf_walker *program) {
    dwarf_walker_init(w, a, program->results, image, dwarf_scan_units(a, image));
    w->context.split = true;
    w->context.addresses = program->context.image;
    w->context.spent = program->context.spent;
}

/* Opens a unit of split DWARF, for its ID. Returns NULL for another kind of unit, and if it is damaged. */
static const struct dwarf_open_unit *open_part(struct dwarf_context *c, uint32_t unit) {
    return c->units.at[unit].types ? NULL : dwarf_open_unit(c, unit);
}

/* Finds a unit in its part of the package. Damaged ones give many units the same part, so its bytes are counted. */
static struct dwarf_functions find_in_part(struct dwarf_split *s, const struct dwarf_image *part,
                                           const struct dwarf_walker *program, const struct dwarf_open_unit *u) {
    struct dwarf_walker *w = ARENA_NEW(&s->of_part, struct dwarf_walker);
    struct dwarf_context *c = &w->context;
    struct dwarf_functions found = {w, NULL};
    if (!dwarf_spend_tables(program->context.spent, part->section[DWARF_INFO].len + part->section[DWARF_ABBREV].len))
        return found;
    start_walker(w, &s->of_part, part, program);
    for (uint32_t i = 0; i < c->units.n && !found.unit; i++) {
        const struct dwarf_open_unit *in = open_part(c, i);
        if (in && in->id == u->id) found.unit = dwarf_join_unit(c, i, u);
    }
    return found;
}

static void open_file(struct dwarf_split *s, const struct dwarf_walker *program, const char *path) {
    struct dwarf_context *c = &s->walker.context;
    bool is_elf, added;
    s->was_tried = true;
    s->unit_of = (struct u64map){.arena = &s->of_file};
    if (!path || !dwarf_image_open(&s->of_file, path, true, &s->image, &is_elf, NULL)) return;
    s->is_damaged = !dwarf_image_load(&s->of_file, &s->image, SECTIONS, NULL);
    start_walker(&s->walker, &s->of_file, &s->image, program);
    s->was_found = ARENA_ZERO(&s->of_file, bool, c->units.n);
    for (uint32_t i = 0; i < c->units.n; i++) {
        const struct dwarf_open_unit *in = open_part(c, i);
        if (in) u64map_put(&s->unit_of, in->id, i, &added);
    }
}

/* Finds a unit in the open file. If the program has it twice, its bytes are counted the second time. */
static struct dwarf_functions find_in_file(struct dwarf_split *s, const struct dwarf_open_unit *u) {
    struct dwarf_context *c = &s->walker.context;
    struct dwarf_functions found = {&s->walker, NULL};
    uint32_t i;
    if (s->is_damaged || !u64map_get(&s->unit_of, u->id, &i)) return found;
    if (s->was_found[i] && !dwarf_spend_tables(c->spent, c->units.at[i].end - c->units.at[i].offset)) return found;
    s->was_found[i] = true;
    found.unit = dwarf_join_unit(c, i, u);
    return found;
}

struct dwarf_functions dwarf_split_find(struct dwarf_split *s, struct dwarf_walker *program,
                                        const struct dwarf_open_unit *u, bool *damaged) {
    struct dwarf_functions found;
    arena_release(&s->of_part);
    struct dwarf_image *part = ARENA_NEW(&s->of_part, struct dwarf_image);
    if (s->package) *part = *s->package;
    if (s->package && dwarf_image_select(part, u->id)) {
        found = find_in_part(s, part, program, u);
    } else {
        if (!s->was_tried) open_file(s, program, file_path(&program->context, u, &s->of_file));
        found = find_in_file(s, u);
        *damaged |= s->is_damaged;
    }
    if (!found.unit) found.walker = program;
    return found;
}

bool dwarf_split_close(struct dwarf_split *s) {
    bool whole = dwarf_image_close(&s->image);
    arena_release(&s->of_part);
    arena_release(&s->of_file);
    *s = (struct dwarf_split){.package = s->package, .image = {.file = STR_EMPTY}};
    return whole;
}
