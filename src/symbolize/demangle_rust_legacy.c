/* Rust symbols of the scheme before v0: C++'s _ZN with length-prefixed identifiers, $ escapes and a hash. */
#include <string.h>

#include "base/sink.h"
#include "symbolize/demangle.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int lower_hex(char c) {
    if (is_digit(c)) return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Sixteen digits that look random: at least five different ones. */
static bool is_hash(str s) {
    unsigned seen = 0;
    for (size_t i = 0; i < s.len; i++) {
        int digit = lower_hex(s.ptr[i]);
        if (digit < 0) return false;
        seen |= 1U << digit;
    }
    return __builtin_popcount(seen) >= 5;
}

static bool take_length(str *s, size_t *out) {
    if (!s->len || !is_digit(s->ptr[0])) return false;
    size_t n = 0;
    for (; s->len && is_digit(s->ptr[0]); *s = str_from_offset(*s, 1)) {
        size_t digit = (size_t)(s->ptr[0] - '0');
        if (n >= INT32_MAX / 10 - digit) return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

/* One $…$ escape off the front of *id. */
static bool take_escape(str *id, char *out) {
    static const struct {
        char name[4], is;
    } escapes[] = {{"$SP$", '@'}, {"$BP$", '*'}, {"$RF$", '&'}, {"$LT$", '<'},
                   {"$GT$", '>'}, {"$LP$", '('}, {"$RP$", ')'}};
    if (str_has_prefix(*id, STR("$C$"))) {
        *out = ',';
        *id = str_from_offset(*id, 3);
        return true;
    }
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (!str_has_prefix(*id, (str){escapes[i].name, 4})) continue;
        *out = escapes[i].is;
        *id = str_from_offset(*id, 4);
        return true;
    }
    if (id->len < 5 || id->ptr[1] != 'u' || id->ptr[4] != '$') return false;
    int high = lower_hex(id->ptr[2]), low = lower_hex(id->ptr[3]);
    if (high < 2 || high > 7 || low < 0) return false;
    *out = (char)(high << 4 | low);
    *id = str_from_offset(*id, 5);
    return true;
}

static void put_identifier(struct sink *s, str id) {
    if (str_has_prefix(id, STR("_$"))) id = str_from_offset(id, 1); /* keeps the escape from coming first */
    while (id.len) {
        char c;
        if (id.ptr[0] == '$') {
            if (!take_escape(&id, &c)) {
                sink_str(s, id);
                return;
            }
            sink_char(s, c);
        } else if (str_has_prefix(id, STR(".."))) {
            sink_text(s, "::");
            id = str_from_offset(id, 2);
        } else {
            sink_char(s, id.ptr[0]);
            id = str_from_offset(id, 1);
        }
    }
}

static bool put_legacy(struct sink *s, str path) {
    for (bool first = true; path.len; first = false) {
        size_t n;
        if (!take_length(&path, &n)) return false;
        if (path.len && path.ptr[0] == '_') { /* an optional separator, counted in the length */
            path = str_from_offset(path, 1);
            n--;
        }
        if (n > path.len) return false; /* also after 0 - 1 */
        if (!first && s->len) sink_text(s, "::");
        put_identifier(s, str_slice(path, 0, n));
        path = str_from_offset(path, n);
    }
    return true;
}

bool demangle_rust_legacy(struct arena *a, str mangled, str *out) {
    if (!str_has_prefix(mangled, STR("_ZN"))) return false;
    for (size_t i = mangled.len; i-- > 1;) { /* cut at the last "E." */
        if (mangled.ptr[i] != '.' || mangled.ptr[i - 1] != 'E') continue;
        mangled.len = i;
        break;
    }
    if (mangled.len <= 23 || mangled.ptr[mangled.len - 1] != 'E') return false;
    size_t hash = mangled.len - 20;
    if (!str_equal(str_slice(mangled, hash, hash + 3), STR("17h"))) return false;
    if (!is_hash(str_slice(mangled, hash + 3, mangled.len - 1))) return false;
    struct sink s;
    sink_to_memory(&s);
    bool ok = put_legacy(&s, str_slice(mangled, 3, hash));
    return demangle_keep(a, &s, ok, out);
}
