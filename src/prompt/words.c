/* Takes a line apart, byte by byte. */
#include "prompt/words.h"

#include <stdlib.h>

#include "base/sink.h"
#include "cli/command.h"
#include "cli/prompt_table.h"

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t skip_blanks(str s, size_t at) {
    while (at < s.len && is_blank(s.ptr[at])) at++;
    return at;
}

bool words_next(struct arena *a, str *rest, str *word, struct err *e) {
    struct sink out;
    size_t i = skip_blanks(*rest, 0);
    if (i == rest->len) return false;
    sink_to_memory(&out);
    const char *home = getenv("HOME");
    if (home && rest->ptr[i] == '~' && (i + 1 == rest->len || rest->ptr[i + 1] == '/')) {
        sink_str(&out, str_from(home));
        i++;
    }
    char quote = 0;
    for (; i < rest->len && (quote || !is_blank(rest->ptr[i])); i++) {
        char c = rest->ptr[i];
        if (quote ? c == quote : c == '\'' || c == '"')
            quote = quote ? 0 : c;
        else if (c == '\\' && quote != '\'' && i + 1 < rest->len)
            sink_char(&out, rest->ptr[++i]);
        else
            sink_char(&out, c);
    }
    *word = str_copy(a, sink_bytes(&out));
    *rest = str_from_offset(*rest, i);
    sink_drop(&out);
    return !quote || err_set(e, "the quote %c is not closed", quote);
}

/* Reads the redirection at text[*at], which is '>'. */
static bool read_file(struct arena *a, str text, size_t *at, struct words_line *out, struct err *e) {
    struct err of_word = {0};
    size_t start = *at + 1;
    out->append = start < text.len && text.ptr[start] == '>';
    str rest = str_from_offset(text, start + out->append);
    bool ok = words_next(a, &rest, &out->file, &of_word);
    if (!ok && of_word.text)
        err_set(e, "%s", err_text(&of_word));
    else if (!ok || !out->file.len)
        ok = err_set(e, "unexpected end of line after >%s", out->append ? ">" : "");
    err_clear(&of_word);
    *at = text.len - rest.len;
    return ok;
}

/* The end of the word at text[at]. A command's name and a number end before > and |, which neither contains, but not
 * before the next number: 1|2 is a pattern. Another word ends before a | at its end that others follow, which as a part
 * of a pattern would match everything. */
static size_t word_end(str text, size_t at, bool is_name) {
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end])) end++;
    bool number_ends = end > at && end + 1 < text.len && !is_digit(text.ptr[end + 1]);
    if (number_ends && (text.ptr[end] == '|' || text.ptr[end] == '>')) return end;
    while (end < text.len && !is_blank(text.ptr[end])) {
        if (is_name && end > at && (text.ptr[end] == '|' || text.ptr[end] == '>')) return end;
        end++;
    }
    size_t slashes = 0;
    while (end - at > slashes + 1 && text.ptr[end - 2 - slashes] == '\\') slashes++;
    bool pipe = end - at > 1 && text.ptr[end - 1] == '|' && slashes % 2 == 0 && skip_blanks(text, end) < text.len;
    return pipe ? end - 1 : end;
}

/* Returns true for an assignment, even of an option that is misspelt: its value may be any text. */
static bool is_assignment(str text) {
    size_t end = 0;
    while (end < text.len && text.ptr[end] != '|' && text.ptr[end] != '>' && text.ptr[end] != '=' &&
           !is_blank(text.ptr[end]))
        end++;
    return (end && end < text.len && text.ptr[end] == '=') || command_is_assignment(text);
}

/* Returns true for "push NAME=VALUE", "set NAME=VALUE" and "set NAME VALUE". */
static bool is_long_assignment(str text) {
    str command, option;
    if (!str_next_word(&text, &command)) return false;
    const struct prompt_row *row = prompt_find(command);
    if (!row || row->takes != PROMPT_SETTING) return false;
    if (is_assignment(str_trim(text))) return true;
    bool named = str_next_word(&text, &option) && options_find(option);
    text = str_trim(text);
    return named && text.len && text.ptr[0] != '|' && text.ptr[0] != '>';
}

/* Returns true for a command whose words may be in quotes. */
static bool takes_quotes(str name) {
    const struct prompt_row *row = prompt_find(name);
    return row && (row->takes == PROMPT_FILES || row->takes == PROMPT_CONFIG);
}

bool words_parse(struct arena *a, str text, struct words_line *out, struct err *e) {
    const str none = {NULL, 0};
    text = str_trim(text);
    *out = (struct words_line){.command = text, .shell = none, .file = none, .program = none};
    if (str_has_prefix(text, STR("!"))) {
        out->command = STR_EMPTY;
        out->shell = str_trim(str_from_offset(text, 1));
        return out->shell.len || err_set(e, "a command of the shell follows !, as in !ls");
    }
    if (is_assignment(text) || is_long_assignment(text)) return true;

    VEC(str) kept = {0};
    unsigned n_words = 0;
    bool has_pattern = false, has_quotes = false;
    for (size_t at = 0; (at = skip_blanks(text, at)) < text.len;) {
        char c = text.ptr[at];
        bool twice = at + 1 < text.len && text.ptr[at + 1] == '>';
        if (c == '|') {
            out->program = str_trim(str_from_offset(text, at + 1));
            if (!out->program.len) return err_set(e, "a program follows |, as in top | head");
            break;
        }
        if (c == '>' && (twice || !(has_pattern && n_words == 1))) {
            if (!read_file(a, text, &at, out, e)) return false;
            continue;
        }
        size_t end = word_end(text, at, n_words == 0);
        if (has_quotes) {
            str rest = str_from_offset(text, at), unquoted;
            if (!words_next(a, &rest, &unquoted, e)) return false;
            end = text.len - rest.len;
        }
        str word = str_slice(text, at, end);
        if (n_words++ == 0) {
            has_pattern = command_takes_pattern(word);
            has_quotes = takes_quotes(word);
        }
        *VEC_PUSH(a, &kept) = word;
        at = end;
    }
    if (out->file.ptr && out->program.ptr) return err_set(e, "output goes to a file or to a program, not to both");
    /* the text as it was typed, unless a part is missing from it */
    if (out->file.ptr || out->program.ptr) out->command = str_join(a, kept.at, kept.n, STR(" "));
    if ((out->file.ptr || out->program.ptr) && !out->command.len) return err_set(e, "a command comes before > and |");
    return true;
}
