/* Decodes queries and applies them to options. */
#include "serve/query.h"

#include <stdlib.h>

#include "base/emit.h"
#include "options/settings.h"

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool query_decode(struct arena *a, str text, bool plus, str *out) {
    *out = text;
    if (str_find_char(text, '%') == text.len && (!plus || str_find_char(text, '+') == text.len)) return true;
    char *to = ARENA_ARRAY(a, char, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        to[n++] = c;
    }
    *out = (str){to, n};
    return true;
}

struct query query_parse(struct arena *a, str text) {
    VEC(struct query_pair) pairs = {0};
    for (str part; pairs.n < QUERY_PAIRS && str_cut(&text, '&', &part);) {
        if (!part.len || str_find_char(part, ';') < part.len) continue;
        size_t equals = str_find_char(part, '=');
        struct query_pair p;
        if (query_decode(a, str_slice(part, 0, equals), true, &p.name) &&
            query_decode(a, str_from_offset(part, equals + 1), true, &p.value))
            *VEC_PUSH(a, &pairs) = p;
    }
    return (struct query){pairs.at, (uint32_t)pairs.n};
}

str query_get(const struct query *q, str name) {
    for (uint32_t i = 0; i < q->n; i++)
        if (str_equal(q->at[i].name, name)) return q->at[i].value;
    return STR_EMPTY;
}

bool query_apply(const struct query *q, struct options *o, struct err *e) {
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        str value = row->url[0] ? query_get(q, str_from(row->url)) : STR_EMPTY;
        if (value.len && !options_set(row, o, value, e))
            return err_prepend(e, "error setting config field %s: ", row->name);
    }
    return true;
}

static int compare_pairs(const void *x, const void *y) {
    const struct query_pair *a = *(const struct query_pair *const *)x, *b = *(const struct query_pair *const *)y;
    int order = str_compare(a->name, b->name);
    return order ? order : (a > b) - (a < b);
}

/* Writes letters, digits and `plain` as they are. */
static void encode(struct sink *out, str s, const char *plain, bool plus) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], lower = (char)(c | 0x20);
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (c && strchr(plain, c)))
            sink_char(out, c);
        else if (c == ' ' && plus)
            sink_char(out, '+');
        else
            sink_printf(out, "%%%02X", (unsigned char)c);
    }
}

str query_encode_path(struct arena *a, str path) {
    struct sink out;
    sink_to_memory(&out);
    encode(&out, path, "-_.~$&+,/:;=@", false);
    str text = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return text;
}

str query_encode(struct arena *a, const struct query *q) {
    const struct query_pair **sorted = ARENA_ARRAY(a, const struct query_pair *, q->n);
    struct sink out;
    sink_to_memory(&out);
    for (uint32_t i = 0; i < q->n; i++) sorted[i] = &q->at[i];
    if (q->n) qsort(sorted, q->n, sizeof *sorted, compare_pairs);
    for (uint32_t i = 0; i < q->n; i++) {
        if (i) sink_char(&out, '&');
        encode(&out, sorted[i]->name, "-_.~", true);
        sink_char(&out, '=');
        encode(&out, sorted[i]->value, "-_.~", true);
    }
    str text = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return text;
}

str query_with_options(struct arena *a, const struct query *q, const struct options *o, bool *changed) {
    struct options defaults;
    VEC(struct query_pair) pairs = {0};
    options_defaults(&defaults);
    *changed = false;
    for (uint32_t i = 0; i < q->n; i++) *VEC_PUSH(a, &pairs) = q->at[i];
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (!row->url[0] || !settings_saves(row)) continue;
        str name = str_from(row->url), value = options_get(a, row, o);
        if (str_equal(value, options_get(a, row, &defaults)))
            value = STR_EMPTY;
        else if (row->kind == OPTIONS_BOOL)
            value = str_slice(value, 0, 1);
        if (str_equal(query_get(q, name), value)) continue;
        *changed = true;
        size_t n = 0;
        for (size_t k = 0; k < pairs.n; k++)
            if (!str_equal(pairs.at[k].name, name)) pairs.at[n++] = pairs.at[k];
        pairs.n = n;
        if (value.len) *VEC_PUSH(a, &pairs) = (struct query_pair){name, value};
    }
    return query_encode(a, &(struct query){pairs.at, (uint32_t)pairs.n});
}

str query_options_key(struct arena *a, const struct options *o) {
    struct sink out;
    struct options defaults;
    options_defaults(&defaults);
    sink_to_memory(&out);
    for (unsigned i = 0; i < options_table_n; i++) {
        str value = options_get(a, &options_table[i], o);
        if (str_equal(value, options_get(a, &options_table[i], &defaults))) continue;
        sink_printf(&out, "%s:%zu:", options_table[i].name, value.len);
        sink_str(&out, value);
    }
    str key = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return key;
}
