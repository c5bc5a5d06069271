/* The table of options, from options.def, and the parsers and printers of their values. */
#include "options/options.h"

#include <assert.h>
#include <string.h>

#include "go/gotext.h"

const struct options_row options_table[] = {
#define OPTION(kind_, name_, url_, initial_, holds_, trait_, help_)                                                    \
    {.name = #name_,                                                                                                   \
     .kind = OPTIONS_##kind_,                                                                                          \
     .url = (url_),                                                                                                    \
     .holds = OPTIONS_##holds_,                                                                                        \
     .trait = OPTIONS_##trait_,                                                                                        \
     .is_flag = true,                                                                                                  \
     .offset = offsetof(struct options, name_),                                                                        \
     .initial = (initial_),                                                                                            \
     .argument = "",                                                                                                   \
     .help = (help_)},
#include "options/options.def"
};
const unsigned options_table_n = sizeof options_table / sizeof options_table[0];

const struct options_row options_call_table[] = {
#define CALL(kind_, name_, initial_, section_, argument_, help_)                                                       \
    {.name = #name_,                                                                                                   \
     .kind = OPTIONS_##kind_,                                                                                          \
     .is_flag = true,                                                                                                  \
     .section = OPTIONS_##section_,                                                                                    \
     .offset = offsetof(struct options_call, name_),                                                                   \
     .initial = (initial_),                                                                                            \
     .argument = (argument_),                                                                                          \
     .help = (help_)},
#define WORD(section_, name_, help_)                                                                                   \
    {.name = (name_), .section = OPTIONS_##section_, .initial = "", .argument = "", .help = (help_)},
#include "options/options.def"
};
const unsigned options_call_table_n = sizeof options_call_table / sizeof options_call_table[0];

const struct options_choice options_choice_table[] = {
#define CHOICE(option_, name_, value_, help_)                                                                          \
    {.option = #option_, .name = #name_, .value = (int)(value_), .help = (help_)},
#include "options/options.def"
};
const unsigned options_choice_table_n = sizeof options_choice_table / sizeof options_choice_table[0];

const char *options_values(str name) {
#define VALUES(name_, words_)                                                                                          \
    if (str_equal(name, STR(#name_))) return (words_);
#include "options/options.def"
    return NULL;
}

/* Choices are stored as int, whatever enum the field has. */
_Static_assert(sizeof(enum options_sort) == sizeof(int), "a choice is stored as an int");
_Static_assert(sizeof(enum options_granularity) == sizeof(int), "a choice is stored as an int");

static void *field_of(const struct options_row *row, void *fields) { return (char *)fields + row->offset; }
static const void *const_field_of(const struct options_row *row, const void *fields) {
    return (const char *)fields + row->offset;
}

static void set_defaults(const struct options_row *table, unsigned n, void *fields) {
    for (unsigned i = 0; i < n; i++) {
        bool unset_choice = table[i].kind == OPTIONS_CHOICE && !table[i].initial[0];
        if (!table[i].is_flag || unset_choice) continue;
        bool ok = options_set(&table[i], fields, str_from(table[i].initial), NULL);
        assert(ok); /* every row's initial text parses: options_test checks it */
        (void)ok;
    }
}

void options_defaults(struct options *o) {
    memset(o, 0, sizeof *o);
    set_defaults(options_table, options_table_n, o);
}

void options_call_defaults(struct options_call *c) {
    memset(c, 0, sizeof *c);
    set_defaults(options_call_table, options_call_table_n, c);
}

static const struct options_row *find(const struct options_row *table, unsigned n, str name) {
    for (unsigned i = 0; i < n; i++)
        if (table[i].is_flag && str_equal(str_from(table[i].name), name)) return &table[i];
    return NULL;
}

const struct options_row *options_find(str name) { return find(options_table, options_table_n, name); }
const struct options_row *options_call_find(str name) { return find(options_call_table, options_call_table_n, name); }

const struct options_choice *options_find_choice(str name) {
    for (unsigned i = 0; i < options_choice_table_n; i++)
        if (str_equal(str_from(options_choice_table[i].name), name)) return &options_choice_table[i];
    return NULL;
}

const char *options_words(const struct options_row *row) {
    str name = str_from(row->name);
#define FIXED(name_, words_)                                                                                           \
    if (str_equal(name, STR(#name_))) return (words_);
#include "options/options.def"
    /* what reports take; those of -check are not for the prompt */
    return str_equal(name, STR("format")) ? "text json csv markdown" : "";
}

/* Sets the option `row` to its choice `text`. No text sets a choice back to unset. */
static bool set_choice(const struct options_row *row, void *fields, str text, struct err *e) {
    int value = 0;
    bool found = false;
    for (unsigned i = 0; i < options_choice_table_n && !found; i++) {
        const struct options_choice *c = &options_choice_table[i];
        found = strcmp(c->option, row->name) == 0 && str_equal(str_from(c->name), text);
        if (found) value = c->value;
    }
    if (!found) {
        struct arena scratch = {0};
        str quoted = gotext_quote(&scratch, text);
        err_set(e, "invalid \"%s\" value %.*s", row->name, STR_ARG(quoted));
        arena_release(&scratch);
        return false;
    }
    memcpy(field_of(row, fields), &value, sizeof value);
    return true;
}

static bool parse_fault(enum gotext_fault fault, const char *function, str text, struct err *e) {
    if (fault == GOTEXT_OK) return true;
    struct arena scratch = {0};
    str quoted = gotext_quote(&scratch, text);
    err_set(e, "strconv.%s: parsing %.*s: %s", function, STR_ARG(quoted),
            fault == GOTEXT_RANGE ? "value out of range" : "invalid syntax");
    arena_release(&scratch);
    return false;
}

/* Parses a boolean by pprof's rules; the empty text is true, so that a bare name switches on. */
static bool read_bool(str text, bool *out) {
    static const struct {
        str word;
        bool value;
    } word[] = {{{"true", 4}, true}, {{"t", 1}, true},  {{"yes", 3}, true},    {{"y", 1}, true},
                {{"1", 1}, true},    {{"", 0}, true},   {{"false", 5}, false}, {{"f", 1}, false},
                {{"no", 2}, false},  {{"n", 1}, false}, {{"0", 1}, false}};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (str_equal_fold(word[i].word, text)) {
            *out = word[i].value;
            return true;
        }
    }
    return false;
}

bool options_set(const struct options_row *row, void *fields, str text, struct err *e) {
    void *field = field_of(row, fields);
    int64_t number;
    double real;
    switch (row->kind) {
    case OPTIONS_BOOL:
        if (!read_bool(text, field)) return err_set(e, "illegal value \"%.*s\" for bool variable", STR_ARG(text));
        return true;
    case OPTIONS_INT:
        if (!parse_fault(gotext_parse_int(text, 10, &number), "Atoi", text, e)) return false;
        memcpy(field, &number, sizeof number);
        return true;
    case OPTIONS_FLOAT:
        if (!parse_fault(gotext_parse_float(text, &real), "ParseFloat", text, e)) return false;
        memcpy(field, &real, sizeof real);
        return true;
    case OPTIONS_TEXT: memcpy(field, &text, sizeof text); return true;
    case OPTIONS_CHOICE: return set_choice(row, fields, text, e);
    }
    return true;
}

bool options_set_flag(const struct options_row *row, void *fields, str text, struct err *e) {
    void *field = field_of(row, fields);
    enum gotext_fault fault = GOTEXT_OK;
    int64_t number;
    double real;
    switch (row->kind) {
    case OPTIONS_BOOL: fault = gotext_parse_bool(text, field) ? GOTEXT_OK : GOTEXT_SYNTAX; break;
    case OPTIONS_INT:
        fault = gotext_parse_int(text, 0, &number);
        if (fault == GOTEXT_OK) memcpy(field, &number, sizeof number);
        break;
    case OPTIONS_FLOAT:
        fault = gotext_parse_float(text, &real);
        if (fault == GOTEXT_OK) memcpy(field, &real, sizeof real);
        break;
    case OPTIONS_TEXT: memcpy(field, &text, sizeof text); break;
    case OPTIONS_CHOICE: break; /* its words are flags; the option itself is not a flag */
    }
    if (fault == GOTEXT_OK) return true;
    return err_set(e, "%s", fault == GOTEXT_RANGE ? "value out of range" : "parse error");
}

void options_set_choice(const struct options_choice *choice, struct options *o) {
    const struct options_row *row = options_find(str_from(choice->option));
    memcpy(field_of(row, o), &choice->value, sizeof choice->value);
}

bool options_choose(const struct options_choice *choice, struct options *o, str text, struct err *e) {
    bool yes;
    if (!gotext_parse_bool(text, &yes) || !yes) return err_set(e, "unknown config field \"%s\"", choice->name);
    options_set_choice(choice, o);
    return true;
}

str options_get(struct arena *a, const struct options_row *row, const void *fields) {
    const void *field = const_field_of(row, fields);
    switch (row->kind) {
    case OPTIONS_BOOL: return *(const bool *)field ? STR("true") : STR("false");
    case OPTIONS_INT: return str_format(a, "%lld", (long long)*(const int64_t *)field);
    case OPTIONS_FLOAT: return gotext_float(a, *(const double *)field);
    case OPTIONS_TEXT: return *(const str *)field;
    case OPTIONS_CHOICE: break;
    }
    int value;
    memcpy(&value, field, sizeof value);
    for (unsigned i = 0; i < options_choice_table_n; i++)
        if (strcmp(options_choice_table[i].option, row->name) == 0 && options_choice_table[i].value == value)
            return str_from(options_choice_table[i].name);
    return STR_EMPTY;
}
