/* Writes JSON, CSV, XML and Markdown. */
#include "base/emit.h"

#include <math.h>
#include <stdio.h>

#include "base/cells.h"

/* Length of the UTF-8 sequence at p; 0 if it is invalid. */
static size_t sequence(const unsigned char *p, size_t n) {
    if (p[0] < 0x80) return 1;
    size_t need = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    if (need == 0 || need > n) return 0;
    unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < need; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    return need;
}

/* Returns true for characters that no format escapes. */
static bool is_plain(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '.' && c <= ':') || (c >= 'A' && c <= 'Z') || c == ' ' || c == ',' ||
           c == '(' || c == ')';
}

/* Writes a text. `special` writes sequences that need an escape, and returns true for these. */
static void write_escaped(struct sink *out, str s, bool (*special)(struct sink *out, const unsigned char *p)) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        while (i < s.len && is_plain(p[i])) i++;
        if (i > from) sink_write(out, p + from, i - from);
        if (i == s.len) return;
        size_t n = sequence(p + i, s.len - i);
        if (n == 0)
            sink_text(out, "\xEF\xBF\xBD");
        else if (!special(out, p + i))
            sink_write(out, p + i, n);
        i += n ? n : 1;
    }
}

static bool special_json(struct sink *out, const unsigned char *p) {
    unsigned char c = *p;
    switch (c) {
    case '"': sink_text(out, "\\\""); return true;
    case '\\': sink_text(out, "\\\\"); return true;
    case '\n': sink_text(out, "\\n"); return true;
    case '\t': sink_text(out, "\\t"); return true;
    case '\r': sink_text(out, "\\r"); return true;
    default:
        if (c >= 0x20 && c != 0x7f) return false;
        sink_printf(out, "\\u%04x", c);
        return true;
    }
}

static void string(struct sink *out, str s) {
    sink_char(out, '"');
    write_escaped(out, s, special_json);
    sink_char(out, '"');
}

static bool special_script(struct sink *out, const unsigned char *p) {
    /* U+2028 and U+2029 */
    if (p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9)) {
        sink_str(out, p[2] == 0xA8 ? STR("\\u2028") : STR("\\u2029"));
        return true;
    }
    if (p[0] != '<') return special_json(out, p);
    sink_text(out, "\\u003c");
    return true;
}

void emit_script_string(struct sink *out, str s) {
    sink_char(out, '"');
    write_escaped(out, s, special_script);
    sink_char(out, '"');
}

static void start_value(struct emit_json *j, const char *key) {
    if (j->follows) sink_char(j->out, ',');
    if (j->depth) {
        sink_char(j->out, '\n');
        sink_repeat(j->out, ' ', (size_t)j->depth * 2);
    } else if (j->follows) {
        sink_char(j->out, ' ');
    }
    if (key) {
        string(j->out, str_from(key));
        sink_text(j->out, ": ");
    }
    j->follows = true;
}

void emit_open(struct emit_json *j, const char *key, char bracket) {
    start_value(j, key);
    sink_char(j->out, bracket);
    j->depth++;
    j->follows = false;
}

void emit_close(struct emit_json *j, char bracket) {
    j->depth--;
    if (j->follows) {
        sink_char(j->out, '\n');
        sink_repeat(j->out, ' ', (size_t)j->depth * 2);
    }
    sink_char(j->out, bracket);
    j->follows = true;
}

void emit_str(struct emit_json *j, const char *key, str value) {
    start_value(j, key);
    string(j->out, value);
}

void emit_int(struct emit_json *j, const char *key, int64_t value) {
    start_value(j, key);
    sink_int(j->out, value);
}

void emit_double(struct sink *out, double value) { sink_printf(out, "%.10g", value); }

void emit_number(struct emit_json *j, const char *key, double value) {
    if (!isfinite(value)) {
        emit_null(j, key);
        return;
    }
    start_value(j, key);
    emit_double(j->out, value);
}

void emit_bool(struct emit_json *j, const char *key, bool value) {
    start_value(j, key);
    sink_str(j->out, value ? STR("true") : STR("false"));
}

void emit_null(struct emit_json *j, const char *key) {
    start_value(j, key);
    sink_text(j->out, "null");
}

void emit_document(struct emit_json *j, const char *key, str json) {
    start_value(j, key);
    json = str_trim(json);
    for (str line; str_cut(&json, '\n', &line);) {
        sink_str(j->out, line);
        if (!json.len) break;
        sink_char(j->out, '\n');
        sink_repeat(j->out, ' ', (size_t)j->depth * 2);
    }
}

struct emit_json emit_open_line(struct emit_json *outer) {
    emit_open(outer, NULL, '{');
    return (struct emit_json){.out = outer->out}; /* depth 0 never breaks a line */
}

void emit_close_line(struct emit_json *outer) {
    outer->depth--;
    outer->follows = true;
    sink_char(outer->out, '}');
}

void emit_end(struct emit_json *j) { sink_char(j->out, '\n'); }

static bool special_csv(struct sink *out, const unsigned char *p) {
    unsigned char c = *p;
    if (c != '"') return false;
    sink_text(out, "\"\"");
    return true;
}

void emit_csv_inside(struct sink *out, str value) { write_escaped(out, value, special_csv); }

void emit_csv_field(struct sink *out, str value) {
    bool quote = false;
    for (size_t i = 0; i < value.len && !quote; i++) {
        char c = value.ptr[i];
        quote = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    if (quote) sink_char(out, '"');
    emit_csv_inside(out, value);
    if (quote) sink_char(out, '"');
}

static bool special_xml(struct sink *out, const unsigned char *p) {
    unsigned char c = *p;
    switch (c) {
    case '&': sink_text(out, "&amp;"); return true;
    case '<': sink_text(out, "&lt;"); return true;
    case '>': sink_text(out, "&gt;"); return true;
    case '"': sink_text(out, "&quot;"); return true;
    case '\n': sink_text(out, "&#10;"); return true;
    case '\t': sink_text(out, "&#9;"); return true;
    default:
        /* XML 1.0 has neither control characters nor U+FFFE and U+FFFF */
        if (c >= 0x20 && !(c == 0xEF && p[1] == 0xBF && p[2] >= 0xBE)) return false;
        sink_text(out, "\xEF\xBF\xBD");
        return true;
    }
}

void emit_xml(struct sink *out, str value) { write_escaped(out, value, special_xml); }

/* A zero-width space. */
#define STOP "&#8203;"

/* The character of a valid sequence. */
static uint32_t code_point(const unsigned char *p) {
    if (p[0] < 0x80) return p[0];
    unsigned more = p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    uint32_t rune = p[0] & (0x3Fu >> more);
    for (unsigned i = 1; i <= more; i++) rune = rune << 6 | (p[i] & 0x3Fu);
    return rune;
}

static bool special_markdown(struct sink *out, const unsigned char *p) {
    unsigned char c = *p;
    if (c == '\n' || c == '\r' || c == '\t') {
        sink_char(out, ' ');
        return true;
    }
    if (cells_are_unsafe(code_point(p))) {
        sink_text(out, "\xEF\xBF\xBD");
        return true;
    }
    switch (c) {
    case '<': sink_text(out, "&lt;"); return true;
    case '>': sink_text(out, "&gt;"); return true;
    case '&': sink_text(out, "&amp;"); return true;
    /* servers search the text that Markdown leaves for accounts and issues, and only a zero-width space stops them */
    case '@':
    case '#': sink_printf(out, "%c" STOP, c); return true;
    default: break;
    }
    if (!strchr("|*_`\\[]~$", c)) return false;
    sink_char(out, '\\');
    sink_char(out, (char)c);
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* If servers make a link of what begins at s.ptr[at], the number of bytes after which a zero-width space stops them:
 * "https://x", "www.x", "GH-1", "!1". */
static size_t link_start(str s, size_t at) {
    str rest = str_from_offset(s, at);
    bool inside = at > 0 && (is_letter(s.ptr[at - 1]) || is_digit(s.ptr[at - 1]));
    if (str_has_prefix(rest, STR("://"))) return 1;
    if (rest.len > 1 && rest.ptr[0] == '!' && is_digit(rest.ptr[1])) return 1;
    if (inside || rest.len < 4) return 0;
    bool www =
        (rest.ptr[0] | 32) == 'w' && (rest.ptr[1] | 32) == 'w' && (rest.ptr[2] | 32) == 'w' && rest.ptr[3] == '.';
    bool issue = (rest.ptr[0] | 32) == 'g' && (rest.ptr[1] | 32) == 'h' && rest.ptr[2] == '-' && is_digit(rest.ptr[3]);
    return www || issue ? 3 : 0;
}

/* Writes the start of a text where Markdown could see a list or a block of code: "- x", "1. x", "    x". Returns the
 * number of bytes that it wrote. */
static size_t write_block_start(struct sink *out, str s) {
    if (s.len && strchr(" \t\n\r", s.ptr[0])) {
        sink_text(out, "&#32;");
        return 1;
    }
    size_t mark = 0;
    while (mark < s.len && is_digit(s.ptr[mark])) mark++;
    if (mark == s.len || !strchr(mark ? ".)" : "-+", s.ptr[mark])) return 0;
    if (mark + 1 < s.len && !strchr(" \t\n\r", s.ptr[mark + 1])) return 0;
    sink_str(out, str_slice(s, 0, mark));
    sink_char(out, '\\');
    sink_char(out, s.ptr[mark]);
    return mark + 1;
}

void emit_markdown(struct sink *out, str value) {
    size_t from = write_block_start(out, value);
    for (size_t i = from; i < value.len; i++) {
        size_t n = link_start(value, i);
        if (n == 0) continue;
        write_escaped(out, str_slice(value, from, i + n), special_markdown);
        sink_text(out, STOP);
        from = i + n;
    }
    write_escaped(out, str_from_offset(value, from), special_markdown);
}

void emit_percent_encoded(struct sink *out, str value, const char *which) {
    const unsigned char *p = (const unsigned char *)value.ptr;
    for (size_t i = 0, n; i < value.len; i += n ? n : 1) {
        n = sequence(p + i, value.len - i);
        if (n == 0)
            sink_text(out, "\xEF\xBF\xBD");
        else if (p[i] < 0x20 || p[i] == 0x7f || p[i] == '%' || strchr(which, p[i]))
            sink_printf(out, "%%%02X", p[i]);
        else
            sink_write(out, p + i, n);
    }
}
