/* Reading of a server's list of profiles. Only links and numbers matter, in whatever HTML they are: releases of Go
 * differ in the rest. */
#include "bytes/http_index.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' || c == '-';
}

/* The target of a link whose tag, without its brackets, is <a href='NAME?query'>; empty if it is not such a link or
 * leads to another folder. */
static str target_of(str tag) {
    if (!str_has_prefix(tag, STR("a ")) && !str_has_prefix(tag, STR("A "))) return STR_EMPTY;
    size_t at = str_find(tag, STR("href="));
    str target = str_from_offset(tag, at + 5);
    if (target.len && (target.ptr[0] == '\'' || target.ptr[0] == '"')) {
        char quote = target.ptr[0];
        target = str_from_offset(target, 1);
        target = str_slice(target, 0, str_find_char(target, quote));
    }
    target = str_slice(target, 0, str_find_char(target, '?'));
    bool ok = target.len > 0 && target.len <= HTTP_INDEX_NAME_MOST && target.ptr[0] != '.' && target.ptr[0] != '-';
    for (size_t i = 0; i < target.len; i++) ok &= is_plain(target.ptr[i]);
    return ok ? target : STR_EMPTY;
}

static bool is_of_go(str name) {
    static const char *const names[] = {"allocs", "block", "goroutine", "heap", "mutex", "profile", "threadcreate"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal(name, str_from(names[i]))) return true;
    return false;
}

bool http_index_read(struct arena *a, str page, struct http_index *out) {
    *out = (struct http_index){0};
    bool known = false;
    str count = STR_EMPTY;
    while (page.len) {
        size_t open = str_find_char(page, '<');
        str text = str_trim(str_slice(page, 0, open));
        bool is_number = text.len > 0 && text.len <= 20;
        for (size_t i = 0; i < text.len; i++) is_number &= is_digit(text.ptr[i]);
        if (is_number) count = text;
        page = str_from_offset(page, open + 1);
        size_t close = str_find_char(page, '>');
        str name = target_of(str_slice(page, 0, close));
        page = str_from_offset(page, close + 1);
        if (!name.len) continue;
        bool is_new = out->entry.n < HTTP_INDEX_MOST;
        for (size_t i = 0; i < out->entry.n; i++) is_new &= !str_equal(out->entry.at[i].name, name);
        struct http_index_entry entry = {name, count};
        count = STR_EMPTY;
        if (!is_new) continue;
        *VEC_PUSH(a, &out->entry) = entry;
        known |= is_of_go(name);
    }
    return known;
}
