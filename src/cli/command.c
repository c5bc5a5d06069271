/* Parsing a line of the prompt: assignments, and reports with their arguments. */
#include "cli/command.h"

#include "cli/advice.h"
#include "go/gotext.h"

/* Starts the comment that the listing of options writes after a value; an assignment may contain it, too. */
#define COMMENT_START STR("//:")

unsigned command_expand(struct arena *a, const struct profile *p, str line, str out[COMMAND_LINES]) {
    line = str_trim(line);
    out[0] = line;
    /* if two types have the same shortcut, the later one gets it */
    for (uint32_t i = p->n_types; i-- > 0;) {
        str type = profile_str(p, p->type[i].type);
        str assign = str_format(a, "sample_index=%.*s", STR_ARG(type));
        bool mean = str_equal(line, str_format(a, "mean_%.*s", STR_ARG(type)));
        bool total = str_equal(line, str_format(a, "total_%.*s", STR_ARG(type)));
        if (mean || total) {
            out[0] = mean ? STR("mean=1") : STR("mean=0");
            out[1] = assign;
            return 2;
        }
        if (str_equal(line, type)) {
            out[0] = assign;
            return 1;
        }
    }
    if (!str_equal(line, STR(":"))) return 1;
    out[0] = STR("focus=");
    out[1] = STR("ignore=");
    out[2] = STR("hide=");
    out[3] = STR("tagfocus=");
    out[4] = STR("tagignore=");
    out[5] = STR("where=");
    return COMMAND_LINES;
}

/* Carries out name=value; `value` has no pointer if only the name was given. */
static bool assign(const struct command_place *place, str name, str value, struct err *e) {
    const struct options_row *row = options_find(name);
    const struct options_choice *choice = row ? NULL : options_find_choice(name);
    if (!value.ptr && row && row->kind != OPTIONS_BOOL)
        return err_set(e, "please specify a value, e.g. %.*s=<val>", STR_ARG(name));
    if (choice) return options_choose(choice, place->settings, value, e);
    if (row && !advice_setting(row, value, place->profile, e)) return false;
    if (str_equal(name, STR("sample_index"))) {
        const struct profile *p = place->profile;
        uint32_t index;
        if (!profile_sample_index(p, value, &index, e)) return false;
        value = profile_str(p, p->type[index].type);
    }
    if (options_set(row, place->settings, str_copy(place->keep, value), e)) return true;
    struct arena scratch = {0};
    str advice = advice_choice(&scratch, row, value), text = str_copy(&scratch, str_from(err_text(e)));
    if (advice.len) err_set(e, "%.*s%.*s", STR_ARG(text), STR_ARG(advice));
    arena_release(&scratch);
    return false;
}

/* Offset of the last `needle` in s; s.len if not found. */
static size_t find_last(str s, str needle) {
    size_t found = s.len;
    for (size_t from = 0, at; (at = str_find(str_from_offset(s, from), needle)) < s.len - from; from = found + 1)
        found = from + at;
    return found;
}

bool command_is_assignment(str line) {
    str name = str_trim(str_slice(line, 0, str_find_char(line, '=')));
    return options_find(name) || options_find_choice(name);
}

/* Carries out the line if it is an assignment, and sets *ok to whether that succeeded. Returns false for other
 * lines. */
static bool read_assignment(const struct command_place *place, str line, bool *ok, struct err *e) {
    size_t equals = str_find_char(line, '=');
    str name = str_trim(str_slice(line, 0, equals)), value = {NULL, 0};
    if (!command_is_assignment(line)) return false;
    if (equals < line.len) {
        value = str_from_offset(line, equals + 1);
        value = str_trim(str_slice(value, 0, find_last(value, COMMENT_START)));
    }
    *ok = assign(place, name, value, e);
    return true;
}

/* The words after a command's name; `pushed` are read before those left in `rest`. */
struct command_words {
    str pushed;
    str rest;
};

static bool next_word(struct command_words *w, str *word) {
    if (w->pushed.len) {
        *word = w->pushed;
        w->pushed = STR_EMPTY;
        return true;
    }
    return str_next_word(&w->rest, word);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Finds a report by name. top10 is "top 10": trailing digits are split off if no report has the whole name. */
static const struct report *find_report(str *name, struct command_words *words) {
    const struct report *r = report_find(*name);
    if (r) return r;
    size_t end = name->len;
    while (end > 0 && is_digit(name->ptr[end - 1])) end--;
    if (end == 0 || end == name->len) return NULL;
    words->pushed = str_from_offset(*name, end);
    *name = str_slice(*name, 0, end);
    return report_find(*name);
}

bool command_takes_pattern(str name) {
    struct command_words words = {.pushed = STR_EMPTY, .rest = STR_EMPTY};
    const struct report *r = find_report(&name, &words);
    return r && r->has_param && !words.pushed.len; /* digits split off are the pattern */
}

static bool unknown_command(struct arena *a, str name, struct command_words *words, struct err *e) {
    const struct options_row *row = options_find(name);
    if ((row && row->kind != OPTIONS_CHOICE) || options_find_choice(name)) {
        str value;
        if (!next_word(words, &value)) value = STR("<val>");
        return err_set(e, "did you mean: %.*s=%.*s", STR_ARG(name), STR_ARG(value));
    }
    str argument = STR_EMPTY;
    next_word(words, &argument);
    return err_set(e, "unrecognized command: %.*s%.*s", STR_ARG(gotext_quote(a, name)),
                   STR_ARG(advice_command(a, name, argument)));
}

/* Joins two patterns as alternatives; an empty `more` adds nothing. */
static str join_regex(struct arena *a, str to, str more) {
    if (!to.len || !more.len) return to.len ? to : more;
    return str_format(a, "%.*s|%.*s", STR_ARG(to), STR_ARG(more));
}

static bool read_words(struct arena *a, struct command_words *words, struct command *out, struct err *e) {
    struct options *o = &out->options;
    str focus = STR_EMPTY, ignore = STR_EMPTY, word;
    while (next_word(words, &word)) {
        int64_t number;
        if (gotext_parse_int(word, 10, &number) == GOTEXT_OK && number >= INT32_MIN && number <= INT32_MAX) {
            o->nodecount = number;
        } else if (word.ptr[0] == '>') {
            str file = str_from_offset(word, 1);
            if (!file.len && !next_word(words, &file)) return err_set(e, "unexpected end of line after >");
            o->output = file;
        } else if (str_equal(word, STR("-cum")) || str_equal(word, STR("--cum"))) {
            o->sort = SORT_CUM;
        } else if (word.ptr[0] == '-') {
            ignore = join_regex(a, ignore, str_from_offset(word, 1));
        } else {
            focus = join_regex(a, focus, word);
        }
    }
    bool tags = out->report->words_are_tags, from = out->report->words_are_show_from;
    if (focus.len) *(tags ? &o->tagfocus : from ? &o->show_from : &o->focus) = focus;
    if (ignore.len) *(tags ? &o->tagignore : &o->ignore) = ignore;
    return true;
}

static bool read_report(struct arena *a, str name, struct command_words *words, const struct options *settings,
                        struct command *out, struct err *e) {
    *out = (struct command){.pattern = STR_EMPTY, .options = *settings};
    out->report = find_report(&name, words);
    if (!out->report) return unknown_command(a, name, words, e);
    if (out->report->has_param && !next_word(words, &out->pattern))
        return err_set(e, "command %.*s requires an argument", STR_ARG(name));
    if (!read_words(a, words, out, e)) return false;
    /* the prompt shows one screen, the command line shows all */
    if (out->options.nodecount == -1 && out->report->prompt_nodecount)
        out->options.nodecount = out->report->prompt_nodecount;
    return true;
}

enum command_kind command_read(struct arena *a, const struct command_place *place, str line, struct command *out,
                               struct err *e) {
    bool ok;
    if (read_assignment(place, line, &ok, e)) return ok ? COMMAND_NOTHING : COMMAND_FAILED;
    struct command_words words = {.pushed = STR_EMPTY, .rest = line};
    str name;
    if (!next_word(&words, &name)) return COMMAND_NOTHING;
    return read_report(a, name, &words, place->settings, out, e) ? COMMAND_REPORT : COMMAND_FAILED;
}
