/* Shortens function names. The rules are pprof's regular expressions (pprof.md 8.8), as hand-written matchers: each
 * graph shortens names, and so needs no regular expression engine. Each matcher quotes its expression. As in RE2, \w is
 * ASCII, `.` is any character except a newline, and `$` is the end of the text. */
#include "report/shortname.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_word(char c) { return is_digit(c) || is_lower(c) || is_upper(c) || c == '_'; }
static bool starts_identifier(char c) { return is_lower(c) || is_upper(c) || c == '_'; }

static char at(str s, size_t i) { return i < s.len ? s.ptr[i] : 0; }

/* The offset after the run of \w (and `also`, if that is not 0) that begins at `from`. */
static size_t after_word(str s, size_t from, char also) {
    while (from < s.len && (is_word(s.ptr[from]) || (also && s.ptr[from] == also))) from++;
    return from;
}

/* The length of a version element "/v2", "/v10" … at `from` (2 or more, no leading zero) before a dot or slash; 0 if
 * not found. */
static size_t version_length(str s, size_t from) {
    if (at(s, from) != '/' || at(s, from + 1) != 'v') return 0;
    size_t i = from + 2, first = i;
    while (is_digit(at(s, i))) i++;
    bool number = i - first == 1 ? at(s, first) >= '2' : i - first > 1 && at(s, first) != '0';
    return number && (at(s, i) == '.' || at(s, i) == '/') ? i - from : 0;
}

/* ^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$ becomes $1$2: removes the first such element. */
static str without_version(struct arena *a, str s) {
    if (str_find_char(s, '\n') < s.len) return s;
    for (size_t i = 0; i < s.len; i++) {
        size_t n = version_length(s, i);
        if (n) return str_join(a, (str[]){str_slice(s, 0, i), str_from_offset(s, i + n)}, 2, STR_EMPTY);
    }
    return s;
}

/* Go: ^(?:[\w\-\.]+\/)+([^.]+\..+) : the rest after the longest path after which it has the form name.rest */
static bool match_go(str s, str *out) {
    size_t element = 0, dot = 0, best = 0, best_dot = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_word(c) && c != '-' && c != '.' && c != '/') break;
        if (c != '/') continue;
        if (i == element) break;
        element = i + 1;
        if (dot < element) dot = element + str_find_char(str_from_offset(s, element), '.');
        if (dot == element || dot + 1 >= s.len || s.ptr[dot + 1] == '\n') continue;
        best = element;
        best_dot = dot;
    }
    if (!best) return false;
    *out = str_slice(s, best, best_dot + str_find_char(str_from_offset(s, best_dot), '\n'));
    return true;
}

/* Java: ^(?:[a-z]\w*\.)*([A-Z][\w\$]*\.(?:<init>|[a-z][\w\$]*(?:\$\d+)?))(?:(?:\()|$) */
static bool match_java(str s, str *out) {
    size_t class = 0, end;
    while (is_lower(at(s, class)) && at(s, after_word(s, class, 0)) == '.') class = after_word(s, class, 0) + 1;
    if (!is_upper(at(s, class))) return false;
    size_t method = after_word(s, class, '$') + 1;
    if (at(s, method - 1) != '.') return false;
    if (str_has_prefix(str_from_offset(s, method), STR("<init>")))
        end = method + 6;
    else if (is_lower(at(s, method)))
        end = after_word(s, method, '$');
    else
        return false;
    if (end < s.len && s.ptr[end] != '(') return false;
    *out = str_slice(s, class, end);
    return true;
}

/* The offset after the "::" that ends the identifier at `from`; 0 if not found. */
static size_t after_scope(str s, size_t from) {
    if (!starts_identifier(at(s, from))) return 0;
    size_t end = after_word(s, from, 0);
    return at(s, end) == ':' && at(s, end + 1) == ':' ? end + 2 : 0;
}

/* Returns true if the identifier at `from` names a class: _*[A-Z]\w* . */
static bool is_class(str s, size_t from) {
    while (at(s, from) == '_') from++;
    return is_upper(at(s, from));
}

/* ~?[_a-zA-Z]\w*(?:<.*>)? at `from`: the offset after it, 0 if it does not match. */
static size_t after_method(str s, size_t from) {
    if (at(s, from) == '~') from++;
    if (!starts_identifier(at(s, from))) return 0;
    size_t end = after_word(s, from, 0);
    if (at(s, end) != '<') return end;
    str line = str_from_offset(s, end + 1);
    line = str_slice(line, 0, str_find_char(line, '\n'));
    size_t close = str_find_last_char(line, '>');
    return close < line.len ? end + 1 + close + 1 : end;
}

/* C++: ^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?) : the last class of the scopes, and its method */
static bool match_cpp(str s, str *out) {
    bool found = false;
    for (size_t class = after_scope(s, 0); class;) {
        size_t method = after_scope(s, class);
        size_t end = method && is_class(s, class) ? after_method(s, method) : 0;
        if (end) {
            *out = str_slice(s, class, end);
            found = true;
        }
        class = method;
    }
    return found;
}

str shortname(struct arena *a, str name) {
    str anonymous = STR("(anonymous namespace)::"), s = name, part;
    if (str_has_prefix(s, anonymous)) s = str_from_offset(s, anonymous.len);
    s = without_version(a, s);
    if (match_go(s, &part) || match_java(s, &part) || match_cpp(s, &part)) return part;
    return s;
}
