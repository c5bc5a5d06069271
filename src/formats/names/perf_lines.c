/* Reads lines of perf script. */
#include "formats/names/perf_lines.h"

static void skip_blanks(str *s) {
    while (s->len && textlines_is_blank(s->ptr[0])) *s = str_from_offset(*s, 1);
}

static str take_word(str *s) {
    skip_blanks(s);
    size_t n = 0;
    while (n < s->len && !textlines_is_blank(s->ptr[n])) n++;
    str word = str_slice(*s, 0, n);
    *s = str_from_offset(*s, n);
    return word;
}

static bool is_digits(str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!textlines_is_digit(s.ptr[i])) return false;
    return s.len > 0;
}

/* -1, 12 or 12/34 */
static bool is_thread(str word) {
    str first = str_slice(word, 0, str_find_char(word, '/'));
    str second = first.len < word.len ? str_from_offset(word, first.len + 1) : first;
    if (first.len && first.ptr[0] == '-') first = str_from_offset(first, 1);
    if (second.len && second.ptr[0] == '-') second = str_from_offset(second, 1);
    return is_digits(first) && is_digits(second);
}

static bool is_cpu(str word) {
    return word.len > 2 && word.ptr[0] == '[' && word.ptr[word.len - 1] == ']' &&
           is_digits(str_slice(word, 1, word.len - 1));
}

/* 12.345678: */
static bool read_time(str word, int64_t *nanoseconds) {
    enum { FRACTION = 9 };
    size_t point = str_find_char(word, '.');
    if (word.len < 4 || word.ptr[word.len - 1] != ':' || point >= word.len) return false;
    str seconds = str_slice(word, 0, point), fraction = str_slice(word, point + 1, word.len - 1);
    if (!is_digits(seconds) || !is_digits(fraction) || seconds.len > FRACTION) return false;
    int64_t v = 0;
    for (size_t i = 0; i < seconds.len; i++) v = v * 10 + (seconds.ptr[i] - '0');
    for (size_t i = 0; i < FRACTION; i++) v = v * 10 + (i < fraction.len ? fraction.ptr[i] - '0' : 0);
    *nanoseconds = v;
    return true;
}

/* Reads the text after the thread. *anchored: it has a processor or a time, which no other kind of line has. */
static bool read_after_thread(str rest, struct perf_event *out, bool *anchored) {
    *out = (struct perf_event){.time = -1, .period = -1};
    *anchored = false;
    str word = take_word(&rest);
    if (is_cpu(word)) {
        *anchored = true;
        word = take_word(&rest);
    }
    if (read_time(word, &out->time)) {
        *anchored = true;
        word = take_word(&rest);
    }
    if (is_digits(word)) {
        int64_t v = 0;
        for (size_t i = 0; i < word.len && !out->too_large; i++)
            out->too_large = __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, word.ptr[i] - '0', &v);
        out->period = v;
        word = take_word(&rest);
    }
    size_t colon = str_find_last_char(word, ':');
    if (!word.len) return *anchored || out->period < 0; /* no event, which -F can omit */
    if (colon == word.len || !colon) return false;
    out->event = str_slice(word, 0, colon);
    out->rest = str_from_offset(word, colon + 1).len ? STR_EMPTY : rest;
    return true;
}

enum anchor { ANCHOR_NONE, ANCHOR_EVENT, ANCHOR_STRONG };

/* Reads the first line of a sample. Commands may contain blanks and numbers, and so may the text after the event: the
 * thread is the last number before a processor or a time; without either, the first number that a complete rest
 * follows. */
static enum anchor read_event(str line, struct perf_event *out) {
    enum { COMMAND_MOST = 16 };
    enum anchor found = ANCHOR_NONE;
    str rest = line, first = take_word(&rest);
    for (str word; (word = take_word(&rest)).len;) {
        struct perf_event e;
        bool anchored;
        if (found == ANCHOR_STRONG && word.ptr - first.ptr > COMMAND_MOST) break;
        if (!is_thread(word) || !read_after_thread(rest, &e, &anchored)) continue;
        if (!anchored && found != ANCHOR_NONE) continue;
        str after = rest;
        if (anchored && is_cpu(take_word(&after)))
            e.who = (str){first.ptr, (size_t)(after.ptr - first.ptr)};
        else
            e.who = (str){first.ptr, (size_t)(word.ptr + word.len - first.ptr)};
        *out = e;
        found = anchored ? ANCHOR_STRONG : ANCHOR_EVENT;
    }
    return found;
}

static int hex_value(char c) {
    return textlines_is_digit(c)  ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool read_address(str word, uint64_t *out) {
    enum { DIGITS_MOST = 16 };
    if (str_has_prefix(word, STR("0x"))) word = str_from_offset(word, 2);
    if (!word.len || word.len > DIGITS_MOST) return false;
    uint64_t v = 0;
    for (size_t i = 0; i < word.len; i++) {
        int digit = hex_value(word.ptr[i]);
        if (digit < 0) return false;
        v = v << 4 | (unsigned)digit;
    }
    *out = v;
    return true;
}

/* The offset of the parenthesis after a blank that closes at the end of the text; text.len if not found. */
static size_t find_file(str text) {
    int depth = 0;
    if (!text.len || text.ptr[text.len - 1] != ')') return text.len;
    for (size_t i = text.len; i-- > 0;) {
        if (text.ptr[i] == ')') depth++;
        if (text.ptr[i] == '(' && --depth == 0) return !i || textlines_is_blank(text.ptr[i - 1]) ? i : text.len;
    }
    return text.len;
}

bool perf_read_frame(str line, struct perf_frame_text *out) {
    str rest = line, word = take_word(&rest);
    *out = (struct perf_frame_text){0};
    if (!read_address(word, &out->address)) return false;
    rest = textlines_trim(rest);
    size_t file = find_file(rest);
    out->file = file < rest.len ? str_slice(rest, file + 1, rest.len - 1) : STR_EMPTY;
    out->inlined = str_equal(out->file, STR("inlined"));
    rest = textlines_trim(str_slice(rest, 0, file));
    size_t plus = str_find_last_char(rest, '+');
    uint64_t offset;
    if (plus < rest.len && str_has_prefix(str_from_offset(rest, plus), STR("+0x")) &&
        read_address(str_from_offset(rest, plus + 1), &offset))
        rest = str_slice(rest, 0, plus);
    out->symbol = rest;
    return true;
}

bool perf_read_source(str text, str *file, int64_t *line) {
    text = textlines_trim(text);
    size_t end = str_find(text, STR(" (discriminator "));
    text = str_slice(text, 0, end);
    size_t colon = str_find_last_char(text, ':');
    *file = STR_EMPTY;
    *line = 0;
    if (!text.len) return false;
    if (text.ptr[text.len - 1] == ']') return true;
    if (colon == text.len || !colon) return false;
    str number = str_from_offset(text, colon + 1);
    if (str_equal(number, STR("?"))) return true;
    if (!is_digits(number) || number.len > 9) return false;
    for (size_t i = 0; i < number.len; i++) *line = *line * 10 + (number.ptr[i] - '0');
    if (str_has_prefix(text, STR("??"))) *line = 0;
    if (*line) *file = str_slice(text, 0, colon);
    return true;
}

/* Returns true for records of mapped files and of tasks, which options of perf script add to the output. */
static bool is_record(str line) {
    size_t at = str_find(line, STR("PERF_RECORD_"));
    return at < line.len && (!at || textlines_is_blank(line.ptr[at - 1]));
}

/* Returns true if the first word is an address. */
static bool starts_with_address(str line) {
    uint64_t address;
    return read_address(take_word(&line), &address);
}

/* The same for a line after a tab, with one look at each byte: nearly all lines are such frames. */
static bool is_tab_and_address(str line) {
    enum { DIGITS_MOST = 16 };
    static const bool is_hex[256] = {
        ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
        ['8'] = true, ['9'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
        ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true};
    const char *p = line.ptr, *end = p + line.len;
    if (p == end || *p != '\t') return false;
    while (p < end && textlines_is_blank(*p)) p++;
    if (end - p > 2 && p[0] == '0' && p[1] == 'x') p += 2;
    const char *first = p;
    while (p < end && is_hex[(unsigned char)*p]) p++;
    return p > first && p - first <= DIGITS_MOST && (p == end || textlines_is_blank(*p));
}

enum perf_kind perf_kind_of(str line, struct perf_event *event) {
    str file;
    int64_t number;
    if (is_tab_and_address(line)) return PERF_FRAME; /* perf uses a tab for nothing else */
    if (!textlines_trim(line).len) return PERF_BLANK;
    if (line.ptr[0] == '#') return PERF_NOTHING;
    bool is_indented = textlines_is_blank(line.ptr[0]);
    enum anchor a = read_event(line, event);
    if (a != ANCHOR_STRONG && starts_with_address(line) && (is_indented || a == ANCHOR_NONE)) return PERF_FRAME;
    if (is_record(line)) return PERF_NOTHING;
    if (a == ANCHOR_STRONG) return PERF_EVENT;
    if (is_indented && perf_read_source(line, &file, &number)) return PERF_SOURCE;
    return a == ANCHOR_EVENT ? PERF_EVENT : PERF_UNKNOWN;
}

struct perf_who perf_read_who(str who) {
    struct perf_who out = {.cpu = STR_EMPTY};
    size_t last = who.len;
    while (last && !textlines_is_blank(who.ptr[last - 1])) last--;
    if (is_cpu(str_from_offset(who, last))) {
        out.cpu = str_slice(who, last + 1, who.len - 1);
        who = textlines_trim(str_slice(who, 0, last));
        for (last = who.len; last && !textlines_is_blank(who.ptr[last - 1]);) last--;
    }
    str thread = str_from_offset(who, last);
    size_t slash = str_find_char(thread, '/');
    out.command = textlines_trim(str_slice(who, 0, last));
    out.pid = slash < thread.len ? str_slice(thread, 0, slash) : STR_EMPTY;
    out.tid = slash < thread.len ? str_from_offset(thread, slash + 1) : thread;
    return out;
}
