/* Decoding and encoding UTF-8 as Go does. */
#include "go/utf8.h"

#include <string.h>

#include "base/cells.h"

size_t utf8_decode(str s, size_t at, uint32_t *rune) {
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    uint32_t first = p[0], r;
    size_t n;
    *rune = first;
    if (first < 0x80) return 1;
    *rune = UTF8_INVALID;
    if (first < 0xc2 || first > 0xf4) return 1;
    if (first < 0xe0)
        n = 2, r = first & 0x1f;
    else if (first < 0xf0)
        n = 3, r = first & 0x0f;
    else
        n = 4, r = first & 0x07;
    if (n > s.len - at) return 1;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) return 1;
        r = r << 6 | (p[i] & 0x3f);
    }
    bool overlong = r < (n == 2 ? 0x80u : n == 3 ? 0x800u : 0x10000u);
    if (overlong || r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff)) return 1;
    *rune = r;
    return n;
}

size_t utf8_encode(char *buf, uint32_t rune) {
    if (rune < 0x80) {
        buf[0] = (char)rune;
        return 1;
    }
    size_t n = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; rune >>= 6) buf[i] = (char)(0x80 | (rune & 0x3f));
    buf[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | rune);
    return n;
}

size_t utf8_first_invalid(str s) {
    size_t i = 0;
    while (i < s.len) {
        uint64_t eight;
        if (s.len - i >= sizeof eight) {
            memcpy(&eight, s.ptr + i, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                i += sizeof eight;
                continue;
            }
        }
        uint32_t rune;
        size_t n = utf8_decode(s, i, &rune);
        if (n == 1 && rune == UTF8_INVALID) return i;
        i += n;
    }
    return s.len;
}

size_t utf8_cells(str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t rune;
        i += utf8_decode(s, i, &rune);
        n += (size_t)cells_of(rune);
    }
    return n;
}
