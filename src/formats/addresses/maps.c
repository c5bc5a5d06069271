/* Memory maps after the samples of a profile of addresses: lines of /proc/self/maps, or of a shorter form with build
 * IDs, maybe after a log prefix, maybe with $names defined by earlier name=value lines. */
#include "formats/addresses/text.h"

#include "base/sink.h"

/* Scanners for one line. Groups are optional and greedy; each takes nothing if it does not match. */

static bool skip_white(str *s) {
    size_t n = 0;
    while (n < s->len && text_is_space(s->ptr[n])) n++;
    *s = str_from_offset(*s, n);
    return n > 0;
}

static bool is_hex_at(str s, size_t i) { return i < s.len && text_is_hex(s.ptr[i]); }

static bool take_hex(str *s, str *digits) {
    size_t n = 0;
    while (is_hex_at(*s, n)) n++;
    *digits = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return n > 0;
}

/* As take_hex, with or without 0x; of 0x without digits it takes the zero. */
static bool take_prefixed_hex(str *s, str *digits) {
    if (str_has_prefix(*s, STR("0x")) && is_hex_at(*s, 2)) *s = str_from_offset(*s, 2);
    return take_hex(s, digits);
}

static bool is_perm_char(char c) { return c == '-' || c == 'r' || c == 'w' || c == 'x' || c == 'p'; }

static void take_perm(str *s, str *perm) {
    str rest = *s;
    size_t n = 0;
    *perm = STR_EMPTY;
    if (!skip_white(&rest)) return;
    while (n < rest.len && is_perm_char(rest.ptr[n])) n++;
    if (!n) return;
    *perm = str_slice(rest, 0, n);
    *s = str_from_offset(rest, n);
}

static void take_word(str *s, str *word) {
    str rest = *s;
    size_t n = 0;
    *word = STR_EMPTY;
    if (!skip_white(&rest)) return;
    while (n < rest.len && !text_is_space(rest.ptr[n])) n++;
    if (!n) return;
    *word = str_slice(rest, 0, n);
    *s = str_from_offset(rest, n);
}

/* The fields of an entry as text. */
struct entry {
    str start, limit, perm, offset, file, build_id;
};

/* START[-]LIMIT, with any white space between them. */
static bool take_range(str *s, struct entry *m) {
    skip_white(s);
    if (!take_prefixed_hex(s, &m->start)) return false;
    str rest = *s;
    if (rest.len && (rest.ptr[0] == '-' || text_is_space(rest.ptr[0]))) rest = str_from_offset(rest, 1);
    skip_white(&rest);
    if (!take_prefixed_hex(&rest, &m->limit)) return false;
    *s = rest;
    return true;
}

/* pprof's pattern allows both numbers without anything between them: of a single run of digits, the last one is the
 * limit and the others are the start. A line that matches in no better way counts as an entry. */
static bool take_joined_range(str *s, struct entry *m) {
    skip_white(s);
    if (!take_prefixed_hex(s, &m->start) || m->start.len < 2) return false;
    m->start.len--;
    m->limit = (str){m->start.ptr + m->start.len, 1};
    if (m->limit.ptr[0] == '0' && str_has_prefix(*s, STR("x")) && is_hex_at(*s, 1)) {
        *s = str_from_offset(*s, 1);
        take_hex(s, &m->limit);
    }
    return true;
}

/* " r-xp 00000000 08:01 1234 /bin/x" after the range. Hex digits and permissions share no letter, so the character
 * after white space decides which group follows. */
static bool take_proc_fields(str s, struct entry *m) {
    str ignored;
    text_take(&s, STR(":"));
    take_perm(&s, &m->perm);
    m->offset = STR_EMPTY;
    if (!skip_white(&s) || !take_hex(&s, &ignored)) return false;
    if (!str_has_prefix(s, STR(":"))) {
        m->offset = ignored;
        if (!skip_white(&s) || !take_hex(&s, &ignored)) return false;
    }
    if (!text_take(&s, STR(":")) || !take_hex(&s, &ignored)) return false;
    if (!skip_white(&s) || !text_take_digits(&s, &ignored)) return false;
    take_word(&s, &m->file);
    m->build_id = STR_EMPTY;
    return true;
}

/* " r-xp /bin/x (@1000) abc123" after the range. */
static void take_brief_fields(str s, struct entry *m) {
    text_take(&s, STR(":"));
    take_perm(&s, &m->perm);
    take_word(&s, &m->file);
    str rest = s;
    m->offset = m->build_id = STR_EMPTY;
    if (skip_white(&rest) && text_take(&rest, STR("(@")) && take_hex(&rest, &m->offset) && text_take(&rest, STR(")")))
        s = rest;
    else
        m->offset = STR_EMPTY;
    if (skip_white(&s)) take_hex(&s, &m->build_id);
}

static bool scan_entry(str line, struct entry *m) {
    str s = line;
    if (take_range(&s, m) && take_proc_fields(s, m)) return true;
    s = line;
    if (take_joined_range(&s, m) && take_proc_fields(s, m)) return true;
    s = line;
    bool found = take_range(&s, m);
    if (!found) {
        s = line;
        found = take_joined_range(&s, m);
    }
    if (found) take_brief_fields(s, m);
    return found;
}

enum entry_kind { ENTRY_NONE, ENTRY_SKIPPED, ENTRY_MAPPING };

static enum entry_kind parse_entry(str line, struct text_mapping *out) {
    struct entry m;
    if (!scan_entry(line, &m)) return ENTRY_NONE;
    if (m.perm.len && str_find_char(m.perm, 'x') == m.perm.len) return ENTRY_SKIPPED; /* not executable */
    *out = (struct text_mapping){.file = m.file, .build_id = m.build_id};
    bool fits = text_parse_hex(m.start, &out->start) && text_parse_hex(m.limit, &out->limit) &&
                text_parse_hex(m.offset, &out->offset);
    return fits ? ENTRY_MAPPING : ENTRY_NONE;
}

/* Strips "FILE:LINE] " of glog: text without brackets, a colon, digits, a bracket and white space. */
static str strip_log_prefix(str line) {
    size_t i = 0;
    while (i < line.len && line.ptr[i] != '[' && line.ptr[i] != ']') i++;
    if (i + 1 >= line.len || line.ptr[i] != ']' || !text_is_space(line.ptr[i + 1])) return line;
    size_t digits = i;
    while (digits > 0 && text_is_digit(line.ptr[digits - 1])) digits--;
    if (digits == i || digits < 2 || line.ptr[digits - 1] != ':') return line;
    return str_from_offset(line, i + 2);
}

/* A name=value line: the value of $name in later lines. */
struct substitution {
    str dollar_name, value;
};
struct substitutions {
    VEC(struct substitution) at;
    size_t work; /* comparisons and bytes so far */
};
/* Far more than the map of any program needs; nested substitutions could take for ever. */
enum { WORK_MOST = 1 << 26 };

/* The substitution for the name at the start of s, or NULL. If two names match, the one that was defined first. */
static const struct substitution *find_substitution(struct substitutions *subs, str s) {
    for (size_t i = 0; i < subs->at.n && subs->work < WORK_MOST; i++) {
        subs->work++;
        if (str_has_prefix(s, subs->at.at[i].dollar_name)) return &subs->at.at[i];
    }
    return NULL;
}

/* Replaces $names in a line. Returns `line` itself, or bytes of *text (a memory sink). */
static str substitute(struct substitutions *subs, str line, struct sink *text) {
    if (!subs->at.n || str_find_char(line, '$') == line.len) return line;
    text->len = 0;
    text->total = 0;
    while (line.len && subs->work < WORK_MOST) {
        size_t n = str_find_char(line, '$');
        sink_str(text, str_slice(line, 0, n));
        line = str_from_offset(line, n);
        if (!line.len) break;
        const struct substitution *sub = find_substitution(subs, line);
        str put = sub ? sub->value : STR("$");
        sink_str(text, put);
        subs->work += put.len;
        line = str_from_offset(line, sub ? sub->dollar_name.len : 1);
    }
    return sink_bytes(text);
}

static void define(struct text_profile *t, struct substitutions *subs, str line) {
    size_t equals = str_find_char(line, '=');
    if (equals == line.len) return;
    str name = str_trim(str_slice(line, 0, equals)), value = str_trim(str_from_offset(line, equals + 1));
    *VEC_PUSH(&t->scratch, &subs->at) = (struct substitution){
        .dollar_name = str_format(&t->scratch, "$%.*s", STR_ARG(name)), .value = str_copy(&t->scratch, value)};
    subs->work += value.len;
}

static void read_line(struct text_profile *t, struct substitutions *subs, str raw, struct sink *text) {
    str line = substitute(subs, strip_log_prefix(raw), text);
    struct text_mapping m;
    switch (parse_entry(line, &m)) {
    case ENTRY_NONE: define(t, subs, line); break;
    case ENTRY_SKIPPED: break;
    case ENTRY_MAPPING:
        /* `line` may be in the sink, which the next line overwrites */
        m.file = str_copy(t->arena, m.file);
        m.build_id = str_copy(t->arena, m.build_id);
        *VEC_PUSH(&t->scratch, &t->mappings) = m;
        break;
    }
}

static bool agree(str a, str b) { return !a.len || !b.len || str_equal(a, b); }

/* Returns true if two entries are one mapping that was split. */
static bool adjacent(const struct text_mapping *a, const struct text_mapping *b) {
    if (!agree(a->file, b->file) || !agree(a->build_id, b->build_id) || a->limit != b->start) return false;
    return !a->offset || !b->offset || a->offset + (a->limit - a->start) == b->offset;
}

static void merge_neighbours(struct text_profile *t) {
    size_t n = 0;
    for (size_t i = 0; i < t->mappings.n; i++) {
        const struct text_mapping *m = &t->mappings.at[i];
        struct text_mapping *last = n ? &t->mappings.at[n - 1] : NULL;
        if (!last || !adjacent(last, m)) {
            t->mappings.at[n++] = *m;
            continue;
        }
        last->limit = m->limit;
        if (m->file.len) last->file = m->file;
        if (m->build_id.len) last->build_id = m->build_id;
    }
    t->mappings.n = n;
}

/* Returns true if the name ends in .so, or has .so and a version in it. */
static bool is_library(str file) {
    for (size_t at; (at = str_find(file, STR(".so"))) < file.len;) {
        file = str_from_offset(file, at + 3);
        if (!file.len) return true;
        if (file.len > 1 && (file.ptr[0] == '.' || file.ptr[0] == '_') && text_is_digit(file.ptr[1])) return true;
    }
    return false;
}

static bool is_main_binary(str file, struct sink *text) {
    text->len = 0;
    text->total = 0;
    for (size_t at; (at = str_find(file, STR("(deleted)"))) < file.len;) {
        sink_str(text, str_slice(file, 0, at));
        file = str_from_offset(file, at + sizeof "(deleted)" - 1);
    }
    sink_str(text, file);
    str name = str_trim(sink_bytes(text));
    return name.len && name.ptr[0] != '[' && !is_library(name);
}

static void move_main_to_front(struct text_profile *t, struct sink *text) {
    for (size_t i = 0; i < t->mappings.n; i++) {
        if (!is_main_binary(t->mappings.at[i].file, text)) continue;
        struct text_mapping main = t->mappings.at[i];
        t->mappings.at[i] = t->mappings.at[0];
        t->mappings.at[0] = main;
        return;
    }
}

bool text_read_map(struct text_profile *t, struct text_lines *r, struct err *e) {
    struct substitutions subs = {0};
    struct sink text;
    sink_to_memory(&text);
    while (subs.work < WORK_MOST && text_next_line(r)) read_line(t, &subs, r->line, &text);
    merge_neighbours(t);
    move_main_to_front(t, &text);
    sink_close(&text, NULL);
    if (subs.work >= WORK_MOST) return err_set(e, "memory map: too many substitutions");
    return !r->too_long || err_set(e, "bufio.Scanner: token too long");
}

bool text_skip_to_map(struct text_profile *t, struct text_lines *r, struct err *e) {
    while (!text_is_map_sentinel(r->line) && text_next_line(r)) {
    }
    if (r->too_long) return err_set(e, "bufio.Scanner: token too long");
    return text_read_map(t, r, e);
}
