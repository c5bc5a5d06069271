/* Hashes of paths of frames. */
#include "stacks/pathhash.h"

#include <stdio.h>

#include "go/utf8.h"

static const uint32_t offset[2] = {0x811c9dc5, 0x1b873593}, prime[2] = {0x01000193, 0x85ebca6b};

static void add_byte(struct pathhash *h, unsigned char c) {
    for (int i = 0; i < 2; i++) h->lane[i] = (h->lane[i] ^ c) * prime[i];
}

/* Adds the text as JSON has it: each invalid byte is U+FFFD. */
static void add_text(struct pathhash *h, str text) {
    for (size_t at = 0, length; at < text.len; at += length) {
        uint32_t rune;
        length = utf8_decode(text, at, &rune);
        bool invalid = rune == UTF8_INVALID && length == 1;
        str bytes = invalid ? STR("\xEF\xBF\xBD") : str_slice(text, at, at + length);
        for (size_t i = 0; i < bytes.len; i++) add_byte(h, (unsigned char)bytes.ptr[i]);
    }
}

struct pathhash pathhash_frame(str name, str file, int64_t number, bool inlined) {
    struct pathhash h = {{offset[0], offset[1]}};
    char line[24];
    int n = snprintf(line, sizeof line, "%lld", (long long)(number > 0 && number <= UINT32_MAX ? number : 0));
    add_text(&h, name);
    add_byte(&h, 0);
    add_text(&h, file);
    add_byte(&h, 0);
    add_text(&h, (str){line, (size_t)n});
    if (inlined) add_byte(&h, 0);
    return h;
}

struct pathhash pathhash_child(struct pathhash parent, struct pathhash frame) {
    for (int i = 0; i < 2; i++) {
        uint32_t h = (parent.lane[i] ^ frame.lane[i]) * prime[i];
        parent.lane[i] = h ^ h >> 15;
    }
    return parent;
}

bool pathhash_parse(str text, struct pathhash *out) {
    if (text.len != 16) return false;
    *out = (struct pathhash){{0, 0}};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], lower = (char)(c | 0x20);
        bool digit = c >= '0' && c <= '9';
        if (!digit && (lower < 'a' || lower > 'f')) return false;
        uint32_t *lane = &out->lane[i / 8];
        *lane = *lane << 4 | (uint32_t)(digit ? c - '0' : lower - 'a' + 10);
    }
    return true;
}
