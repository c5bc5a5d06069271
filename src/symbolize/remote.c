/* Remote symbolization: asks the servers of fetched profiles for the names at addresses (pprof.md 9.4). */
#include <string.h>

#include "bytes/url.h"
#include "symbolize/names.h"
#include "symbolize/symbolize.h"

struct remote {
    struct arena *arena, scratch;
    struct profile *view;
    const struct symbolize_servers *servers;
    struct names names;
    struct profile_mapping *mapping;
    struct profile_location *location;
    VEC(struct profile_line) lines;
    VEC(struct profile_function) functions;
};

static bool is_space(char c) { return c && strchr(" \t\n\f\r", c); }

/* -1 if it is not a hex digit */
static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Converts an address between the server's mapping and the merged profile's, which merging may move. False on
 * overflow. */
static bool move_address(uint64_t address, uint64_t offset, uint64_t *out) {
    *out = address + offset;
    return (int64_t)offset < 0 ? *out < address : *out >= address;
}

/* Finds "0xADDRESS NAME" anywhere in a line; false if it is not there. */
static bool read_reply(str line, str *address, str *name) {
    for (size_t i = 0; i + 2 < line.len; i++) {
        if (line.ptr[i] != '0' || line.ptr[i + 1] != 'x') continue;
        size_t end = i + 2;
        while (end < line.len && hex_digit(line.ptr[end]) >= 0) end++;
        if (end == i + 2 || end == line.len || !is_space(line.ptr[end])) continue;
        *address = str_slice(line, i, end);
        while (end < line.len && is_space(line.ptr[end])) end++;
        *name = str_from_offset(line, end);
        if (str_has_suffix(*name, STR("\n"))) name->len--;
        return true;
    }
    return false;
}

static bool parse_address(str text, uint64_t *out, struct err *e) {
    *out = 0;
    for (size_t i = 2; i < text.len; i++) {
        if (*out >> 60)
            return err_set(e, "unexpected parse failure %.*s: strconv.ParseUint: parsing \"%.*s\": value out of range",
                           STR_ARG(text), STR_ARG(text));
        *out = *out << 4 | (uint64_t)hex_digit(text.ptr[i]);
    }
    return true;
}

/* Writes the addresses of a mapping that have no lines, as the server knows them, separated by plus signs. */
static bool write_query(struct remote *r, map_id mapping, uint64_t offset, str *out, struct err *e) {
    VEC(str) part = {0};
    for (uint32_t i = 0; i < r->view->n_locations; i++) {
        const struct profile_location *l = &r->location[i];
        uint64_t address;
        if (l->mapping != mapping || !l->address || l->n_lines) continue;
        if (!move_address(l->address, offset, &address))
            return err_set(e, "cannot adjust address %llu by %lld, it would overflow", (unsigned long long)l->address,
                           (long long)offset);
        *VEC_PUSH(&r->scratch, &part) = str_format(&r->scratch, "0x%llx", (unsigned long long)address);
    }
    *out = str_join(&r->scratch, part.at, part.n, STR("+"));
    return true;
}

static bool post(struct remote *r, str url, str query, str *answer, struct err *e) {
    struct http_request request = {.url = url, .is_post = true, .post = query, .timeout_ms = r->servers->timeout_ms};
    http_run(&request, 1, r->servers->tls, 0);
    arena_adopt(&r->scratch, &request.arena);
    *answer = request.body;
    if (request.outcome == HTTP_OK) return true;
    err_set(e, "%s", err_text(&request.err));
    err_clear(&request.err);
    return request.outcome == HTTP_CUT_OFF ? false
                                           : err_prepend(e, "http post %.*s: ", STR_ARG(url_mask(&r->scratch, url)));
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

static bool read_answer(struct remote *r, map_id mapping, uint64_t offset, str answer, struct err *e) {
    struct u64map named = {.arena = &r->scratch};
    VEC(func_id) function = {0};
    struct intern made = {.arena = &r->scratch};
    uint32_t n_before = (uint32_t)r->functions.n;
    while (answer.len) {
        size_t end = str_find_char(answer, '\n');
        if (end == answer.len) break; /* a last line without a newline is ignored */
        str line = str_slice(answer, 0, end + 1), text, name;
        answer = str_from_offset(answer, end + 1);
        uint64_t there, here;
        if (!read_reply(line, &text, &name)) continue;
        if (!parse_address(text, &there, e)) return false;
        if (!move_address(there, 0 - offset, &here))
            return err_set(e, "cannot adjust symbolz address %llu by %lld, it would overflow",
                           (unsigned long long)there, (long long)(0 - offset));
        bool added;
        uint32_t at = u64map_put(&named, here, (uint32_t)function.n, &added);
        func_id f = add_function(r, &made, n_before, name);
        if (added)
            *VEC_PUSH(&r->scratch, &function) = f;
        else
            function.at[at] = f;
    }
    for (uint32_t i = 0; i < r->view->n_locations; i++) {
        struct profile_location *l = &r->location[i];
        uint32_t at;
        if (l->mapping != mapping || !u64map_get(&named, l->address, &at)) continue;
        l->first_line = (uint32_t)r->lines.n;
        l->n_lines = 1;
        struct profile_line made_line = {.function = function.at[at]};
        *VEC_PUSH(r->arena, &r->lines) = made_line;
    }
    return true;
}

/* Sends the question to the first of the mapping's servers that has a URL for symbols. */
static bool ask_about(struct remote *r, map_id mapping, str key, bool *asked, struct err *e) {
    for (size_t i = 0; i < r->servers->n && !*asked; i++) {
        const struct symbolize_source *s = &r->servers->source[i];
        if (!str_equal(s->key, key)) continue;
        str url = url_of_symbols(&r->scratch, s->url), query, answer;
        if (!url.len) continue;
        *asked = true;
        uint64_t offset = s->start - r->mapping[mapping].start;
        if (!write_query(r, mapping, offset, &query, e)) return false;
        if (query.len && (!post(r, url, query, &answer, e) || !read_answer(r, mapping, offset, answer, e)))
            return false;
    }
    return true;
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
}

static void finish(struct remote *r) {
    r->view->mapping = r->mapping;
    r->view->location = r->location;
    r->view->line = r->lines.at;
    r->view->n_lines = (uint32_t)r->lines.n;
    r->view->function = r->functions.at;
    r->view->n_functions = (uint32_t)r->functions.n;
}

bool symbolize_remote(struct arena *a, struct profile *view, bool force, const struct symbolize_servers *servers,
                      struct err *e) {
    struct remote r = {.arena = a, .view = view, .servers = servers};
    bool ok = true;
    start(&r);
    for (map_id m = 0; m < view->n_mappings && ok; m++) {
        bool asked = false;
        str file = profile_str(view, r.mapping[m].file), build_id = profile_str(view, r.mapping[m].build_id);
        if (!force && r.mapping[m].has_functions) continue;
        ok = ask_about(&r, m, file, &asked, e) && (!build_id.len || ask_about(&r, m, build_id, &asked, e));
        r.mapping[m].has_functions |= asked;
    }
    if (ok) finish(&r);
    arena_release(&r.scratch);
    return ok;
}
