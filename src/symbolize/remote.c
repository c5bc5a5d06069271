/* Remote symbolization: asks the servers of fetched profiles for the names at addresses (pprof.md 9.4). */
#include <string.h>

#include "base/lists.h"
#include "bytes/url.h"
#include "symbolize/names.h"
#include "symbolize/symbolize.h"
#include "symbolize/symbolz.h"

/* Go accepts 1 MB before the body of a request, but proxies may accept 8 KB only. */
enum { QUERY_MOST = 6000, AT_ONCE = 8 };

struct remote {
    struct arena *arena, scratch;
    struct profile *view;
    const struct symbolize_servers *servers;
    struct names names;
    struct profile_mapping *mapping;
    struct profile_location *location;
    VEC(struct profile_line) lines;
    VEC(struct profile_function) functions;
    struct lists locations; /* by mapping; in `scratch`, as what follows */
    struct intern keys;     /* of the servers' sources */
    struct lists sources;   /* by key */
    struct intern silent;   /* URLs for symbols that had no answer */
};

/* Writes the addresses of a mapping that have no lines, as the server knows them, separated by plus signs. */
static bool write_query(struct remote *r, map_id mapping, uint64_t offset, str *out, struct err *e) {
    VEC(str) part = {0};
    for (uint32_t i = r->locations.first[mapping]; i != LISTS_END; i = r->locations.next[i]) {
        const struct profile_location *l = &r->location[i];
        uint64_t address;
        if (!l->address || l->n_lines) continue;
        if (!symbolz_move(l->address, offset, &address))
            return err_set(e, "cannot adjust address %llu by %lld, it would overflow", (unsigned long long)l->address,
                           (long long)offset);
        *VEC_PUSH(&r->scratch, &part) = str_format(&r->scratch, "0x%llx", (unsigned long long)address);
    }
    *out = str_join(&r->scratch, part.at, part.n, STR("+"));
    return true;
}

/* Prepares a request to the server of a profile. */
static struct http_request new_request(const struct remote *r, str url) {
    return (struct http_request){.url = url, .timeout_ms = r->servers->timeout_ms};
}

/* Sends the question by GET, in parts that fit into a line of a request, and joins the answers. */
static bool get(struct remote *r, str url, str query, str *answer) {
    VEC(str) part = {0}, text = {0};
    size_t end = 0;
    while (end < url.len && url.ptr[end] != '?' && url.ptr[end] != '#') end++;
    for (size_t at = 0, to; at < query.len; at = to + 1) {
        to = query.len - at > QUERY_MOST ? at + str_find_last_char(str_slice(query, at, at + QUERY_MOST), '+')
                                         : query.len;
        *VEC_PUSH(&r->scratch, &part) =
            str_format(&r->scratch, "%.*s?%.*s", STR_ARG(str_slice(url, 0, end)), STR_ARG(str_slice(query, at, to)));
    }
    bool ok = true;
    for (size_t first = 0; first < part.n && ok; first += AT_ONCE) {
        struct http_request request[AT_ONCE];
        uint32_t n = part.n - first < AT_ONCE ? (uint32_t)(part.n - first) : AT_ONCE;
        for (uint32_t i = 0; i < n; i++) request[i] = new_request(r, part.at[first + i]);
        http_run(request, n, r->servers->who, 0);
        for (uint32_t i = 0; i < n; i++) {
            ok &= request[i].outcome == HTTP_OK;
            *VEC_PUSH(&r->scratch, &text) = request[i].body;
            arena_adopt(&r->scratch, &request[i].arena);
            err_clear(&request[i].err);
        }
    }
    if (ok) *answer = str_join(&r->scratch, text.at, text.n, STR("\n"));
    return ok;
}

/* Sends the question by POST, and again by GET to a server that takes no POST, as Go's has been since 1.22. If
 * neither is answered, the error is that of POST. */
static bool ask(struct remote *r, str url, str query, str *answer, struct err *e) {
    static const int takes_no_post[] = {403, 404, 405, 501};
    struct http_request request = new_request(r, url);
    request.is_post = true;
    request.post = query;
    http_run(&request, 1, r->servers->who, 0);
    arena_adopt(&r->scratch, &request.arena);
    *answer = request.body;
    bool ok = request.outcome == HTTP_OK;
    for (size_t i = 0; i < sizeof takes_no_post / sizeof *takes_no_post && !ok; i++)
        if (request.status == takes_no_post[i]) ok = get(r, url, query, answer);
    if (!ok) err_set(e, "%s", err_text(&request.err));
    if (!ok && request.outcome != HTTP_CUT_OFF) err_prepend(e, "http post %.*s: ", STR_ARG(url_mask(&r->scratch, url)));
    err_clear(&request.err);
    return ok;
}

/* Makes one function for each distinct name in an answer. */
static func_id add_function(struct remote *r, struct intern *made, uint32_t n_before, str name) {
    uint32_t id = intern_id(made, name);
    if (n_before + id < r->functions.n) return n_before + id;
    str_id name_id = names_add(&r->names, str_copy(r->arena, name));
    struct profile_function f = {.id = r->functions.n + 1, .name = name_id, .system_name = name_id};
    *VEC_PUSH(r->arena, &r->functions) = f;
    return n_before + id;
}

/* Gives the functions that an answer names to the mapping's locations. */
static bool read_answer(struct remote *r, map_id mapping, uint64_t offset, str answer, struct err *e) {
    struct u64map named = {.arena = &r->scratch};
    struct intern made = {.arena = &r->scratch};
    struct symbolz_names names;
    uint32_t n_before = (uint32_t)r->functions.n;
    if (!symbolz_read(&r->scratch, answer, offset, &names, e)) return false;
    func_id *function = ARENA_ARRAY(&r->scratch, func_id, names.n);
    for (size_t i = 0; i < names.n; i++) {
        bool added;
        uint32_t at = u64map_put(&named, names.at[i].address, (uint32_t)i, &added);
        function[i] = add_function(r, &made, n_before, names.at[i].name);
        if (!added) function[at] = function[i];
    }
    for (uint32_t i = r->locations.first[mapping]; i != LISTS_END; i = r->locations.next[i]) {
        struct profile_location *l = &r->location[i];
        uint32_t at;
        if (!u64map_get(&named, l->address, &at)) continue;
        l->first_line = (uint32_t)r->lines.n;
        l->n_lines = 1;
        struct profile_line made_line = {.function = function[at]};
        *VEC_PUSH(r->arena, &r->lines) = made_line;
    }
    return true;
}

/* Sends the question to the first of the mapping's servers that has a URL for symbols. A server that had no answer is
 * not asked again: each question may wait until -timeout. */
static void ask_about(struct remote *r, map_id mapping, str key, bool *asked, struct notes *notes) {
    uint32_t id;
    if (!intern_find(&r->keys, key, &id)) return;
    for (uint32_t i = r->sources.first[id]; i != LISTS_END && !*asked; i = r->sources.next[i]) {
        const struct symbolize_source *s = &r->servers->source[i];
        str url = url_of_symbols(&r->scratch, s->url), query, answer;
        uint32_t silent;
        if (!url.len || intern_find(&r->silent, url, &silent)) continue;
        *asked = true;
        size_t n_functions = r->functions.n;
        uint64_t offset = s->start - r->mapping[mapping].start;
        struct err e = {0};
        bool ok = write_query(r, mapping, offset, &query, &e);
        if (ok && query.len) {
            ok = ask(r, url, query, &answer, &e);
            if (!ok) intern_id(&r->silent, url);
            ok = ok && read_answer(r, mapping, offset, answer, &e);
        }
        if (ok) {
            r->mapping[mapping].has_functions = true;
            continue;
        }
        r->functions.n = n_functions;
        notes_add(notes, NOTE_WARNING, "%s", err_text(&e));
        err_clear(&e);
    }
}

static void start(struct remote *r) {
    const struct profile *p = r->view;
    r->names = (struct names){.arena = r->arena, .view = r->view};
    r->mapping = ARENA_ARRAY(r->arena, struct profile_mapping, p->n_mappings);
    r->location = ARENA_ARRAY(r->arena, struct profile_location, p->n_locations);
    for (uint32_t i = 0; i < p->n_mappings; i++) r->mapping[i] = p->mapping[i];
    for (uint32_t i = 0; i < p->n_locations; i++) r->location[i] = p->location[i];
    for (uint32_t i = 0; i < p->n_lines; i++) *VEC_PUSH(r->arena, &r->lines) = p->line[i];
    for (uint32_t i = 0; i < p->n_functions; i++) *VEC_PUSH(r->arena, &r->functions) = p->function[i];
    r->keys.arena = r->silent.arena = &r->scratch;
    uint32_t n = (uint32_t)r->servers->n,
             *number = ARENA_ARRAY(&r->scratch, uint32_t, p->n_locations > n ? p->n_locations : n);
    for (uint32_t i = 0; i < p->n_locations; i++) number[i] = p->location[i].mapping;
    r->locations = lists_of(&r->scratch, number, p->n_locations, p->n_mappings);
    for (uint32_t i = 0; i < n; i++) number[i] = intern_id(&r->keys, r->servers->source[i].key);
    r->sources = lists_of(&r->scratch, number, n, r->keys.n);
}

static void finish(struct remote *r) {
    r->view->mapping = r->mapping;
    r->view->location = r->location;
    r->view->line = r->lines.at;
    profile_fill_empty(r->view);
    r->view->n_lines = (uint32_t)r->lines.n;
    r->view->function = r->functions.at;
    r->view->n_functions = (uint32_t)r->functions.n;
}

void symbolize_remote(struct arena *a, struct profile *view, bool force, const struct symbolize_servers *servers,
                      struct notes *notes) {
    struct remote r = {.arena = a, .view = view, .servers = servers};
    start(&r);
    for (map_id m = 0; m < view->n_mappings; m++) {
        bool asked = false;
        str file = profile_str(view, r.mapping[m].file), build_id = profile_str(view, r.mapping[m].build_id);
        if (!force && r.mapping[m].has_functions) continue;
        ask_about(&r, m, file, &asked, notes);
        if (build_id.len) ask_about(&r, m, build_id, &asked, notes);
    }
    finish(&r);
    arena_release(&r.scratch);
}
