#include "report/runes.h"

uint32_t runes_decode(str s, size_t *length) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    *length = 1;
    uint32_t c = p[0];
    if (c < 0x80) return c;
    size_t need = c < 0xC2 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;
    if (need == 1 || need > s.len) return RUNES_INVALID;
    /* no overlong forms, no surrogates, nothing above U+10FFFF */
    unsigned low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return RUNES_INVALID;
    uint32_t rune = c & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80) return RUNES_INVALID;
        rune = rune << 6 | (p[i] & 0x3Fu);
    }
    *length = need;
    return rune;
}

size_t runes_count(str s) {
    size_t n = 0;
    for (size_t length; s.len; n++) {
        runes_decode(s, &length);
        s = str_from_offset(s, length);
    }
    return n;
}
