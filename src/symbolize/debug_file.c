/* Finds separate files of debug information. */
#include "symbolize/debug_file.h"

#include "symbolize/places.h"

#define SYSTEM "/usr/lib/debug"

/* The folder of a path, without the slash at its end. */
static str folder_of(str path) { return str_slice(path, 0, str_find_last_char(path, '/')); }

static void add_system_places(struct arena *a, const struct debug_file_query *q, places_list *out) {
    str by_id = places_by_build_id(a, q->build_id), file = q->binary ? q->binary->path : q->file;
    bool absolute = str_has_prefix(file, STR("/"));
    if (q->binary && q->binary->debug_link.len &&
        str_find_char(q->binary->debug_link, '/') == q->binary->debug_link.len) {
        str link = q->binary->debug_link,
            folder = absolute || str_find_char(file, '/') < file.len ? folder_of(file) : STR(".");
        *VEC_PUSH(a, out) = str_format(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(link));
        *VEC_PUSH(a, out) = str_format(a, "%.*s/.debug/%.*s", STR_ARG(folder), STR_ARG(link));
        if (absolute) *VEC_PUSH(a, out) = str_format(a, SYSTEM "%.*s/%.*s", STR_ARG(folder), STR_ARG(link));
    }
    if (by_id.len) *VEC_PUSH(a, out) = str_format(a, SYSTEM "/.build-id/%.*s", STR_ARG(by_id));
    if (absolute) *VEC_PUSH(a, out) = str_format(a, SYSTEM "%.*s.debug", STR_ARG(file));
}

bool debug_file_find(struct arena *a, const struct debug_file_query *q, str *path) {
    struct arena scratch = {0};
    places_list all = {0};
    if (!q->build_id.len) return false;
    str rest = places_search_path(&scratch, q->search_path), directory;
    bool found = false;
    while (str_cut(&rest, ':', &directory))
        if (places_may_be_below(&scratch, directory, q->file))
            places_candidates(&scratch, directory, q->file, q->build_id, &all);
    add_system_places(&scratch, q, &all);
    for (size_t i = 0; i < all.n && !found; i++) {
        struct tried_file f = tried_file(q->tried, all.at[i]);
        found = f.object && f.elf && f.has_debug && str_equal(f.build_id, q->build_id);
        if (found) *path = str_copy(a, all.at[i]);
    }
    arena_release(&scratch);
    return found;
}
