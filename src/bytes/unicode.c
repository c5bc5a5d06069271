/* Converting UTF-16 to UTF-8, a part of the input at a time, and skipping byte order marks. */
#include "bytes/unicode.h"

#include "go/utf8.h"

static const str mark_utf8 = {"\xef\xbb\xbf", 3}, mark_little = {"\xff\xfe", 2}, mark_big = {"\xfe\xff", 2};

enum { REPLACEMENT = 0xFFFD, RUNE_MOST = 4 };

struct unicode {
    wrapper_refill refill;
    void *context;
    str in;
    bool wide, big;
    bool started, ended;
    int first;                /* the first byte of a unit that is not complete; -1: there is no such byte */
    uint32_t high;            /* the first half of a surrogate pair; 0: no pair has begun */
    char made[2 * RUNE_MOST]; /* converted bytes that did not fit into the caller's buffer */
    size_t n_made;
};

bool unicode_is(str start) {
    return str_has_prefix(start, mark_utf8) || str_has_prefix(start, mark_little) || str_has_prefix(start, mark_big);
}

void *unicode_open(struct arena *a, wrapper_refill refill, void *context) {
    struct unicode *u = ARENA_NEW(a, struct unicode);
    u->refill = refill;
    u->context = context;
    u->first = -1;
    return u;
}

static bool fill(struct unicode *u, struct err *e) {
    if (!u->refill(u->context, &u->in, e)) return false;
    u->ended = !u->in.len;
    if (!u->started) {
        u->started = true;
        u->wide = !str_has_prefix(u->in, mark_utf8);
        u->big = str_has_prefix(u->in, mark_big);
        u->in = str_from_offset(u->in, u->wide ? 2 : 3);
    }
    return true;
}

/* Writes the code points of one unit of UTF-16, at most two. */
static size_t put_unit(struct unicode *u, uint32_t unit, char *to) {
    bool is_high = unit >= 0xD800 && unit < 0xDC00, is_low = unit >= 0xDC00 && unit < 0xE000;
    size_t n = 0;
    if (u->high && is_low) {
        n = utf8_encode(to, 0x10000 + ((u->high - 0xD800) << 10) + (unit - 0xDC00));
        u->high = 0;
        return n;
    }
    if (u->high) n = utf8_encode(to, REPLACEMENT);
    u->high = is_high ? unit : 0;
    if (!is_high) n += utf8_encode(to + n, is_low ? REPLACEMENT : unit);
    return n;
}

/* Converts units of u->in as long as their text fits. */
static size_t convert(struct unicode *u, char *to, size_t cap) {
    size_t n = 0, at = 0;
    for (; at < u->in.len && cap - n >= (size_t)2 * RUNE_MOST; at++) {
        uint32_t byte = (unsigned char)u->in.ptr[at];
        if (u->first < 0) {
            u->first = (int)byte;
            continue;
        }
        n += put_unit(u, u->big ? (uint32_t)u->first << 8 | byte : byte << 8 | (uint32_t)u->first, to + n);
        u->first = -1;
    }
    u->in = str_from_offset(u->in, at);
    return n;
}

/* Converts an incomplete unit or pair at the end of the input. */
static size_t convert_rest(struct unicode *u, char *to) {
    size_t n = u->high ? utf8_encode(to, REPLACEMENT) : 0;
    if (u->first >= 0) n += utf8_encode(to + n, REPLACEMENT);
    u->high = 0;
    u->first = -1;
    return n;
}

bool unicode_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct unicode *u = stream;
    bool is_tight = cap < sizeof u->made;
    *n = 0;
    while (!u->n_made && !*n) {
        if (!u->in.len && !u->ended && !fill(u, e)) return false;
        if (!u->wide) {
            *n = u->in.len < cap ? u->in.len : cap;
            if (*n) memcpy(out, u->in.ptr, *n);
            u->in = str_from_offset(u->in, *n);
        } else if (is_tight) {
            u->n_made = u->in.len ? convert(u, u->made, sizeof u->made) : convert_rest(u, u->made);
        } else {
            *n = u->in.len ? convert(u, out, cap) : convert_rest(u, out);
        }
        if (u->ended) break;
    }
    if (u->n_made) {
        *n = u->n_made < cap ? u->n_made : cap;
        memcpy(out, u->made, *n);
        u->n_made -= *n;
        memmove(u->made, u->made + *n, u->n_made);
    }
    return true;
}
