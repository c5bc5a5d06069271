/* Names in collapsed stacks: escapes, and their removal. */
#include "profile/foldname.h"

#include <string.h>

#include "go/utf8.h"

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Returns true if name has an escape such as "\x1b" at this offset. */
static bool looks_escaped(str s, size_t at) {
    return s.len - at >= 4 && s.ptr[at] == '\\' && s.ptr[at + 1] == 'x' && is_hex(s.ptr[at + 2]) &&
           is_hex(s.ptr[at + 3]);
}

/* The offset of the space in front of the number (12, -3, 4.5, 4.) that ends the name; s.len if not found. */
static size_t find_number(str s) {
    size_t i = s.len;
    while (i > 0 && is_digit(s.ptr[i - 1])) i--;
    if (i > 0 && s.ptr[i - 1] == '.') {
        i--;
        size_t end = i;
        while (i > 0 && is_digit(s.ptr[i - 1])) i--;
        if (i == end) return s.len;
    } else if (i == s.len) {
        return s.len;
    }
    if (i > 0 && s.ptr[i - 1] == '-') i--;
    return i > 0 && s.ptr[i - 1] == ' ' ? i - 1 : s.len;
}

static char *put_hex(char *to, char c) {
    static const char digit[] = "0123456789abcdef";
    memcpy(to, "\\x", 2);
    to[2] = digit[(unsigned char)c >> 4];
    to[3] = digit[(unsigned char)c & 15];
    return to + 4;
}

static bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != ';' && c != '\\'; }

str foldname_escape(struct arena *a, str name, bool last) {
    size_t number = last ? find_number(name) : name.len;
    char *bytes = arena_alloc(a, name.len * 4), *to = bytes;
    for (size_t i = 0; i < name.len;) {
        if (is_plain(name.ptr[i]) && i != number && !(last && i == name.len - 1)) {
            *to++ = name.ptr[i++];
            continue;
        }
        uint32_t rune;
        size_t n = utf8_decode(name, i, &rune);
        bool invalid = rune == UTF8_INVALID && n == 1;
        bool control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0);
        bool ends = last && i == name.len - 1 && rune == ' ';
        bool escape = ends || invalid || control || rune == ';' || i == number || looks_escaped(name, i);
        for (size_t k = 0; k < n; k++) {
            if (escape)
                to = put_hex(to, name.ptr[i + k]);
            else
                *to++ = name.ptr[i + k];
        }
        i += n;
    }
    size_t n = (size_t)(to - bytes);
    return (str){arena_grow(a, bytes, name.len * 4, n), n}; /* frees the unused end */
}

static unsigned hex_value(char c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10); }

/* Returns true if foldname_escape may escape this byte. */
static bool is_escaped(unsigned byte) { return byte < 0x21 || byte == ';' || byte == '\\' || byte >= 0x7f; }

str foldname_unescape(struct arena *a, str frame) {
    size_t at = str_find_char(frame, '\\');
    if (at == frame.len) return frame;
    char *bytes = arena_alloc(a, frame.len), *to = bytes;
    for (size_t i = 0; i < frame.len; i++) {
        *to = frame.ptr[i];
        if (looks_escaped(frame, i)) {
            unsigned byte = hex_value(frame.ptr[i + 2]) << 4 | hex_value(frame.ptr[i + 3]);
            if (is_escaped(byte)) {
                *to = (char)byte;
                i += 3;
            }
        }
        to++;
    }
    return (str){bytes, (size_t)(to - bytes)};
}
