/* Completion: the candidates for a word, by its place in the line. */
#include "prompt/complete.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cells.h"
#include "base/process.h"
#include "base/sink.h"
#include "cli/prompt_table.h"
#include "filter/where_parse.h"
#include "go/unit.h"
#include "go/utf8.h"
#include "options/settings.h"
#include "out/message.h"
#include "report/report.h"

enum { VALUES_MOST = 10000, FILES_MOST = 10000 }; /* that are offered, and read from a folder */

struct completer {
    struct arena *arena;
    const struct profile *p;
    str prefix; /* put before each candidate's text: "sort=", "-" */
    str typed;  /* the rest of the word, to be completed */
    struct complete_list *list;
};

static void add(struct completer *c, str text) {
    *VEC_PUSH(c->arena, &c->list->at) =
        c->prefix.len ? str_format(c->arena, "%.*s%.*s", STR_ARG(c->prefix), STR_ARG(text)) : text;
}

static void offer(struct completer *c, str text) {
    if (text.len && str_has_prefix(text, c->typed)) add(c, text);
}

static void offer_reports(struct completer *c) {
    for (unsigned i = 0; i < report_table_n; i++) offer(c, str_from(report_table[i].name));
}

static void offer_options(struct completer *c, bool choices_too) {
    for (unsigned i = 0; i < options_table_n; i++)
        if (choices_too ? options_table[i].kind != OPTIONS_CHOICE : true) offer(c, str_from(options_table[i].name));
    for (unsigned i = 0; choices_too && i < options_choice_table_n; i++)
        offer(c, str_from(options_choice_table[i].name));
}

static void offer_choices(struct completer *c, const char *option) {
    for (unsigned i = 0; i < options_choice_table_n; i++)
        if (strcmp(options_choice_table[i].option, option) == 0) offer(c, str_from(options_choice_table[i].name));
}

/* Returns true for a name that a terminal shows as it is. A name, in contrast to a regular expression, cannot be
 * spelled in another way. */
static bool is_plain(struct completer *c, str name) {
    return name.len && str_equal(message_one_line(c->arena, name), name);
}

/* Returns true for a name that is one word of a command and no more: the shell must get nothing that a profile holds.
 */
static bool is_word(struct completer *c, str name) {
    for (size_t i = 0; i < name.len; i++)
        if (!name.ptr[i] || strchr(" ,=|>!", name.ptr[i])) return false;
    return is_plain(c, name);
}

/* Moves the start of the word up to and with the last `sep` to the prefix. */
static void skip_to_last(struct completer *c, char sep) {
    size_t at = str_find_last_char(c->typed, sep);
    if (at == c->typed.len) return;
    c->prefix = str_format(c->arena, "%.*s%.*s", STR_ARG(c->prefix), (int)(at + 1), c->typed.ptr);
    c->typed = str_from_offset(c->typed, at + 1);
}

static void offer_types(struct completer *c) {
    for (uint32_t i = 0; i < c->p->n_types; i++) {
        str name = profile_str(c->p, c->p->type[i].type);
        if (is_word(c, name)) offer(c, name);
    }
}

/* A regular expression without blanks that matches exactly `name`. A > at its start or after a number is escaped, so
 * that it does not name a file. */
static str quote(struct arena *a, str name) {
    struct sink out;
    bool number = true; /* so far */
    sink_to_memory(&out);
    for (size_t i = 0; i < name.len;) {
        char c = name.ptr[i];
        uint32_t rune;
        size_t n = utf8_decode(name, i, &rune);
        if (c == ' ' || (rune == UTF8_INVALID && n == 1)) {
            sink_char(&out, '.');
        } else if (cells_are_unsafe(rune)) {
            sink_printf(&out, "\\x{%x}", rune);
        } else {
            if ((c && strchr("\\+*?()|[]{}^$", c)) || (c == '>' && number)) sink_char(&out, '\\');
            sink_str(&out, str_slice(name, i, i + n));
        }
        number &= c >= '0' && c <= '9';
        i += n;
    }
    str quoted = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return quoted;
}

/* Offers keys of labels as regular expressions. */
static void offer_key_patterns(struct completer *c) {
    str_id last = 0;
    for (uint32_t i = 0; i < c->p->n_labels; i++) {
        str_id key = c->p->label[i].key;
        if (key != last) offer(c, quote(c->arena, profile_str(c->p, key)));
        last = key;
    }
}

/* Offers a key or a value of an expression; `typed` may begin with a quote. */
static void offer_quoted(struct completer *c, str text) {
    str quoted = where_quote(c->arena, text);
    if (str_has_prefix(quoted, c->typed) || str_has_prefix(text, c->typed)) add(c, quoted);
}

/* Offers the keys of an expression, or the values of its last key. The expression ends in c->typed; nothing is offered
 * for a quoted text that began before that, because it has a blank. */
static void offer_query(struct completer *c, str expression) {
    struct where_place place = where_find_place(c->arena, expression);
    size_t n = expression.len - place.from;
    if (n > c->typed.len || place.kind == WHERE_AT_OPERATOR) return;
    str kept = str_slice(c->typed, 0, c->typed.len - n);
    c->typed = str_from_offset(c->typed, kept.len);
    c->prefix = str_join(c->arena, (str[]){c->prefix, kept}, 2, STR_EMPTY);
    for (uint32_t i = 0; i < c->p->n_labels; i++) {
        const struct profile_label *l = &c->p->label[i];
        str key = profile_str(c->p, l->key);
        if (place.kind == WHERE_AT_KEY) {
            offer_quoted(c, key);
        } else if (str_equal(key, place.key) && l->numeric) {
            offer(c, str_format(c->arena, "%lld%.*s", (long long)l->number, STR_ARG(profile_str(c->p, l->unit))));
        } else if (str_equal(key, place.key)) {
            str value = profile_str(c->p, l->value);
            offer_quoted(c, place.pattern ? quote(c->arena, value) : value);
        }
    }
    if (place.kind == WHERE_AT_KEY) c->list->after = 0; /* an operator follows without a blank */
}

/* Offers keys as they are, but for those that the value of the option cannot have. */
static void offer_keys(struct completer *c) {
    str_id last = 0;
    for (uint32_t i = 0; i < c->p->n_labels; i++) {
        str_id id = c->p->label[i].key;
        str key = profile_str(c->p, id);
        if (id != last && is_word(c, key)) offer(c, key);
        last = id;
    }
}

/* Offers key=value, or another value after a comma: strings as regular expressions, numbers with their unit. */
static void offer_tag_filter(struct completer *c) {
    size_t equals = str_find_char(c->typed, '=');
    if (equals == c->typed.len) {
        offer_keys(c);
        c->list->after = '=';
        return;
    }
    str key = str_slice(c->typed, 0, equals);
    c->prefix = str_format(c->arena, "%.*s%.*s=", STR_ARG(c->prefix), STR_ARG(key));
    c->typed = str_from_offset(c->typed, equals + 1);
    c->list->after = 0; /* a comma and another value may follow */
    skip_to_last(c, ',');
    for (uint32_t i = 0; i < c->p->n_labels && c->list->at.n < VALUES_MOST; i++) {
        const struct profile_label *l = &c->p->label[i];
        str unit = profile_str(c->p, l->unit), value = profile_str(c->p, l->value);
        if (!str_equal(profile_str(c->p, l->key), key)) continue;
        if (!l->numeric) {
            value = quote(c->arena, value);
            /* a comma separates values */
            char *copy = arena_alloc(c->arena, value.len);
            for (size_t k = 0; k < value.len; k++) copy[k] = value.ptr[k] == ',' ? '.' : value.ptr[k];
            offer(c, (str){copy, value.len});
        } else if (!unit.len || is_word(c, unit)) {
            offer(c, str_format(c->arena, "%lld%.*s", (long long)l->number, STR_ARG(unit)));
        }
    }
}

static void offer_units(struct completer *c) {
    size_t n;
    const struct unit_table *table = unit_tables(&n);
    for (str rest = str_from(options_values(STR("unit"))), word; str_next_word(&rest, &word);) offer(c, word);
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < table[t].n; i++)
            if (unit_known(str_from(table[t].unit[i].name))) offer(c, str_from(table[t].unit[i].name));
    for (uint32_t i = 0; i < c->p->n_types; i++) {
        str unit = profile_str(c->p, c->p->type[i].unit);
        if (is_plain(c, unit)) offer(c, unit);
    }
}

/* A name as words_next reads it back. */
static str escape(struct arena *a, str name) {
    struct sink out;
    sink_to_memory(&out);
    for (size_t i = 0; i < name.len; i++) {
        if (strchr(" \t'\"\\|>", name.ptr[i])) sink_char(&out, '\\');
        sink_char(&out, name.ptr[i]);
    }
    str escaped = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return escaped;
}

/* Offers the files of a folder; folders end in a slash. Names that a terminal would not show as they are, and hidden
 * ones that are not asked for, are left out. */
static void offer_files(struct completer *c) {
    size_t slash = str_find_last_char(c->typed, '/');
    str folder = slash < c->typed.len ? str_slice(c->typed, 0, slash + 1) : STR_EMPTY;
    str path = folder.len ? folder : STR("./");
    const char *home = getenv("HOME");
    if (home && str_has_prefix(path, STR("~/")))
        path = str_format(c->arena, "%s%.*s", home, STR_ARG(str_from_offset(path, 1)));
    c->list->after = ' ';
    DIR *d = opendir(str_c(c->arena, path));
    const struct dirent *entry;
    for (int n = 0; d && n < FILES_MOST && (entry = readdir(d)); n++) {
        str name = str_from(entry->d_name), typed = str_from_offset(c->typed, folder.len);
        struct stat st;
        if ((name.ptr[0] == '.' && !typed.len) || str_equal(name, STR(".")) || str_equal(name, STR(".."))) continue;
        if (!is_plain(c, name)) continue;
        bool is_folder = fstatat(dirfd(d), entry->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
        offer(c, str_format(c->arena, "%.*s%.*s%s", STR_ARG(folder), STR_ARG(escape(c->arena, name)),
                            is_folder ? "/" : ""));
    }
    if (d) closedir(d);
    if (c->list->at.n == 1 && str_has_suffix(c->list->at.at[0], STR("/"))) c->list->after = 0;
}

static void offer_configs(struct completer *c) {
    struct options o;
    struct settings saved;
    str path;
    options_defaults(&o);
    if (!settings_path(c->arena, &path, NULL) || !settings_read(c->arena, path, &o, &saved, NULL)) return;
    for (uint32_t i = 0; i < saved.n; i++)
        if (is_plain(c, saved.at[i].name)) offer(c, escape(c->arena, saved.at[i].name));
}

/* Offers those of the programs that are installed. */
static void offer_programs(struct completer *c, const char *const *program) {
    for (; *program; program++)
        if (process_find(c->arena, *program)) offer(c, str_from(*program));
}

/* Offers functions whose name starts with the typed text, literally or quoted; if nothing is found, those that
 * contain it. */
static void offer_functions(struct completer *c) {
    const struct profile *p = c->p;
    for (uint32_t i = 0; i < p->n_functions; i++) {
        str name = profile_str(p, p->function[i].name);
        if (!name.len) continue;
        str quoted = quote(c->arena, name);
        if (str_has_prefix(quoted, c->typed) || str_has_prefix(name, c->typed)) add(c, quoted);
    }
    if (c->list->at.n || !c->typed.len) return;
    for (uint32_t i = 0; i < p->n_functions; i++) {
        str name = profile_str(p, p->function[i].name), quoted;
        if (!name.len) continue;
        quoted = quote(c->arena, name);
        if (str_find(name, c->typed) < name.len || str_find(quoted, c->typed) < quoted.len) add(c, quoted);
    }
    c->list->partial = c->list->at.n > 0;
}

/* Offers values for name=value at the start of a line. */
static void offer_values(struct completer *c, const struct options_row *row) {
    if (row->kind == OPTIONS_CHOICE) offer_choices(c, row->name);
    if (row->kind == OPTIONS_BOOL) {
        offer(c, STR("true"));
        offer(c, STR("false"));
    }
    switch (row->holds) {
    case OPTIONS_FUNCTION_REGEX: offer_functions(c); break;
    case OPTIONS_TAG_FILTER: offer_tag_filter(c); break;
    case OPTIONS_LABEL_QUERY: offer_query(c, c->typed); break;
    case OPTIONS_KEY_REGEX: offer_key_patterns(c); break;
    case OPTIONS_KEY_LIST:
        skip_to_last(c, ',');
        offer_keys(c);
        c->list->after = 0; /* another key may follow */
        break;
    case OPTIONS_FILE_NAME: offer_files(c); break;
    case OPTIONS_SAMPLE_TYPE: offer_types(c); break;
    case OPTIONS_UNIT_NAME: offer_units(c); break;
    case OPTIONS_ANY:
        for (str rest = str_from(options_words(row)), word; str_next_word(&rest, &word);) offer(c, word);
        break;
    }
}

/* Completes name=value. Returns false for another word. */
static bool offer_assignment(struct completer *c) {
    size_t equals = str_find_char(c->typed, '=');
    if (equals == c->typed.len) return false;
    const struct options_row *row = options_find(str_slice(c->typed, 0, equals));
    c->prefix = str_slice(c->typed, 0, equals + 1);
    c->typed = str_from_offset(c->typed, equals + 1);
    if (row) offer_values(c, row);
    return true;
}

static void offer_first_words(struct completer *c) {
    if (offer_assignment(c)) return;
    offer_reports(c);
    for (unsigned i = 0; i < prompt_table_n; i++)
        if (!prompt_table[i].is_form) offer(c, str_from(prompt_table[i].name));
    offer_types(c);
    size_t n_commands = c->list->at.n;
    offer_options(c, false);
    /* the user may continue with an equals sign, so no space is added */
    if (n_commands == 0) c->list->after = 0;
}

static void offer_arguments(struct completer *c, str command) {
    /* top10 means top 10 */
    while (command.len && command.ptr[command.len - 1] >= '0' && command.ptr[command.len - 1] <= '9' &&
           !report_find(command))
        command.len--;
    const struct report *r = report_find(command);
    if (!r) return;
    if (str_has_prefix(c->typed, STR("-"))) {
        c->prefix = STR("-");
        c->typed = str_from_offset(c->typed, 1);
        offer(c, STR("cum"));
    }
    if (r->words_are_tags)
        offer_tag_filter(c);
    else
        offer_functions(c);
}

/* Completes a word after a command of the prompt. */
static void offer_words_of(struct completer *c, const struct prompt_row *row, bool is_first) {
    switch (row->takes) {
    case PROMPT_FILES: offer_files(c); break;
    case PROMPT_TOPICS:
        if (is_first) {
            offer_reports(c);
            offer_options(c, true);
            for (unsigned i = 0; i < prompt_table_n; i++)
                if (prompt_table[i].help[0] && !prompt_table[i].is_form) offer(c, str_from(prompt_table[i].name));
        }
        break;
    case PROMPT_SETTING:
        if (is_first && !offer_assignment(c)) {
            offer_options(c, false);
            c->list->after = '=';
        }
        break;
    case PROMPT_CONFIG: offer_configs(c); break;
    case PROMPT_NOTHING: break;
    }
}

static int by_text(const void *x, const void *y) { return str_compare(*(const str *)x, *(const str *)y); }

static void sort_and_unite(struct complete_list *list) {
    if (list->at.n) qsort(list->at.at, list->at.n, sizeof *list->at.at, by_text);
    size_t n = 0;
    for (size_t i = 0; i < list->at.n; i++)
        if (n == 0 || !str_equal(list->at.at[n - 1], list->at.at[i])) list->at.at[n++] = list->at.at[i];
    list->at.n = n;
}

struct complete_list complete_word(struct arena *a, const struct profile *p, str before, str word) {
    static const char *const filters[] = {"grep", "head", "less", "more", "sort", "tail", "wc", NULL};
    struct complete_list list = {.after = ' '};
    struct completer c = {.arena = a, .p = p, .prefix = STR_EMPTY, .typed = word, .list = &list};
    str command, second, rest = before, left = str_trim(before);
    if (!str_next_word(&rest, &command)) {
        offer_first_words(&c);
    } else if (str_has_prefix(command, STR("where="))) {
        str line = str_join(a, (str[]){before, word}, 2, STR_EMPTY);
        offer_query(&c, str_from_offset(line, str_find_char(line, '=') + 1));
    } else if (str_has_suffix(left, STR("|"))) {
        offer_programs(&c, filters);
    } else if (str_has_suffix(left, STR(">")) || str_has_prefix(word, STR(">"))) {
        while (str_has_prefix(c.typed, STR(">")) && c.prefix.len < 2) {
            c.typed = str_from_offset(c.typed, 1);
            c.prefix = str_slice(word, 0, c.prefix.len + 1);
        }
        offer_files(&c);
    } else if (prompt_find(command)) {
        offer_words_of(&c, prompt_find(command), !str_next_word(&rest, &second));
    } else {
        offer_arguments(&c, command);
    }
    sort_and_unite(&list);
    return list;
}
