/* Completion: the candidates for a word, by its place in the line. */
#include "prompt/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/cells.h"
#include "base/sink.h"
#include "filter/where_parse.h"
#include "go/utf8.h"
#include "options/options.h"
#include "out/message.h"
#include "report/report.h"

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

static void offer_types(struct completer *c) {
    for (uint32_t i = 0; i < c->p->n_types; i++) {
        str name = profile_str(c->p, c->p->type[i].type);
        /* a name, in contrast to a regular expression, cannot be spelled in another way */
        if (str_equal(message_one_line(c->arena, name), name)) offer(c, name);
    }
}

/* A regular expression without blanks that matches exactly `name`. */
static str quote(struct arena *a, str name) {
    struct sink out;
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
            if (c && strchr("\\+*?()|[]{}^$", c)) sink_char(&out, '\\');
            sink_str(&out, str_slice(name, i, i + n));
        }
        i += n;
    }
    str quoted = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return quoted;
}

static void offer_keys(struct completer *c) {
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
    case OPTIONS_LABEL_QUERY: offer_query(c, c->typed); break;
    case OPTIONS_TAG_FILTER:
    case OPTIONS_KEY_REGEX:
    case OPTIONS_KEY_LIST: offer_keys(c); break;
    case OPTIONS_FILE_NAME: c->list->files = true; break;
    case OPTIONS_SAMPLE_TYPE: offer_types(c); break;
    case OPTIONS_UNIT_NAME:
        offer(c, STR("minimum"));
        offer(c, STR("auto"));
        break;
    case OPTIONS_ANY: break;
    }
}

static void offer_first_words(struct completer *c) {
    static const char *const words[] = {"help", "options", "quit", "exit", NULL};
    size_t equals = str_find_char(c->typed, '=');
    if (equals < c->typed.len) {
        const struct options_row *row = options_find(str_slice(c->typed, 0, equals));
        c->prefix = str_slice(c->typed, 0, equals + 1);
        c->typed = str_from_offset(c->typed, equals + 1);
        if (row) offer_values(c, row);
        return;
    }
    offer_reports(c);
    for (const char *const *w = words; *w; w++) offer(c, str_from(*w));
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
    if (str_has_prefix(c->typed, STR(">"))) {
        c->list->files = true;
        return;
    }
    if (str_has_prefix(c->typed, STR("-"))) {
        c->prefix = STR("-");
        c->typed = str_from_offset(c->typed, 1);
        offer(c, STR("cum"));
    }
    if (r->words_are_tags)
        offer_keys(c);
    else
        offer_functions(c);
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
    struct complete_list list = {.after = ' '};
    struct completer c = {.arena = a, .p = p, .prefix = STR_EMPTY, .typed = word, .list = &list};
    str command, second, rest = before;
    bool first = !str_next_word(&rest, &command);
    if (first) {
        offer_first_words(&c);
    } else if (str_has_prefix(command, STR("where="))) {
        str line = str_join(a, (str[]){before, word}, 2, STR_EMPTY);
        offer_query(&c, str_from_offset(line, str_find_char(line, '=') + 1));
    } else if (str_equal(command, STR("help"))) {
        if (!str_next_word(&rest, &second)) {
            offer_reports(&c);
            offer_options(&c, true);
        }
    } else {
        /* a file name follows a lone > */
        if (str_has_suffix(str_trim(before), STR(">")))
            list.files = true;
        else
            offer_arguments(&c, command);
    }
    sort_and_unite(&list);
    return list;
}
