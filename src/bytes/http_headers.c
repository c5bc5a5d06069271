/* Parsing of the headers that the user adds to requests (RFC 9110 5.1 and 5.5). */
#include "bytes/http_headers.h"

/* A character of a name: "token" in the RFC. */
static bool is_token(char c) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static str name_of(str line) { return str_slice(line, 0, str_find_char(line, ':')); }

static bool is_set_by_us(str name) {
    static const char *const names[] = {"Accept-Encoding", "Connection", "Content-Length",
                                        "Content-Type",    "Expect",     "Transfer-Encoding"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal_fold(name, str_from(names[i]))) return true;
    return false;
}

bool http_headers_add(struct arena *a, struct http_headers *h, str line, struct err *e) {
    line = str_trim(line);
    str name = name_of(line), value = str_trim(str_from_offset(line, name.len + 1));
    bool ok = name.len > 0 && name.len < line.len && value.len > 0;
    for (size_t i = 0; i < name.len; i++) ok &= is_token(name.ptr[i]);
    if (!ok) return err_set(e, "a header reads \"Name: value\"");
    if (line.len > HTTP_HEADER_MOST)
        return err_set(e, "the header %.*s has more than %d bytes", STR_ARG(str_slice(name, 0, 100)), HTTP_HEADER_MOST);
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.ptr[i] < 0x20 && value.ptr[i] != '\t') || value.ptr[i] == 0x7F)
            return err_set(e, "the header %.*s has a control character", STR_ARG(name));
    if (is_set_by_us(name)) return err_set(e, "the header %.*s is set by cprof itself", STR_ARG(name));
    if (h->line.n >= HTTP_HEADERS_MOST) return err_set(e, "there are more than %d headers", HTTP_HEADERS_MOST);
    *VEC_PUSH(a, &h->line) = str_format(a, "%.*s: %.*s", STR_ARG(name), STR_ARG(value));
    return true;
}

bool http_headers_add_lines(struct arena *a, struct http_headers *h, str text, struct err *e) {
    unsigned number = 0;
    for (str line; str_cut(&text, '\n', &line);) {
        number++;
        line = str_trim(line);
        if (!line.len || line.ptr[0] == '#') continue;
        if (!http_headers_add(a, h, line, e)) return err_prepend(e, "line %u: ", number);
    }
    return true;
}

void http_headers_add_missing(struct arena *a, struct http_headers *h, const struct http_headers *more) {
    size_t n = h->line.n;
    for (size_t i = 0; i < more->line.n; i++) {
        bool has = false;
        for (size_t k = 0; k < n; k++) has |= str_equal_fold(name_of(h->line.at[k]), name_of(more->line.at[i]));
        if (!has) *VEC_PUSH(a, &h->line) = more->line.at[i];
    }
}
