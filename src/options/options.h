/* Every option of cprof as plain data: one row of options.def gives a field here, a row in the table, a flag, a
 * prompt variable, help, completion and the manual. Only src/cli writes options; the layers below read them. */
#ifndef CPROF_OPTIONS_OPTIONS_H
#define CPROF_OPTIONS_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

enum options_sort { SORT_FLAT, SORT_CUM };
enum options_granularity {
    GRANULARITY_UNSET, /* functions */
    GRANULARITY_FUNCTIONS,
    GRANULARITY_FILEFUNCTIONS,
    GRANULARITY_FILES,
    GRANULARITY_LINES,
    GRANULARITY_ADDRESSES,
    GRANULARITY_PACKAGES
};

/* The type of the field for each kind of row. */
#define OPTIONS_FIELD_BOOL(name) bool name;
#define OPTIONS_FIELD_INT(name) int64_t name;
#define OPTIONS_FIELD_FLOAT(name) double name;
#define OPTIONS_FIELD_TEXT(name) str name;
#define OPTIONS_FIELD_CHOICE(name) enum options_##name name;

/* The options that reports depend on, in pprof's order (pprof.md 1.4): output, call_tree, relative_percentages,
 * unit, … nodecount is -1 for the report's own default. Strings are not copied: they live as long as the text they
 * were set from. */
struct options {
#define OPTION(kind, name, url, initial, holds, trait, help) OPTIONS_FIELD_##kind(name)
#include "options/options.def"
};

/* Options of the command line alone: where profiles come from and how they are read. */
struct options_call {
#define CALL(kind, name, initial, section, argument, help) OPTIONS_FIELD_##kind(name)
#include "options/options.def"
};

enum options_kind { OPTIONS_BOOL, OPTIONS_INT, OPTIONS_FLOAT, OPTIONS_TEXT, OPTIONS_CHOICE };
/* The meaning of an option's text: decides its completion and its placeholder in the manual. */
enum options_holds {
    OPTIONS_ANY,
    OPTIONS_FUNCTION_REGEX, /* matched against names of functions, files and mappings */
    OPTIONS_TAG_FILTER,     /* KEY=VALUE or VALUE, a pattern or a range (pprof.md 5.9) */
    OPTIONS_LABEL_QUERY,    /* an expression of filter/where_parse.h */
    OPTIONS_KEY_REGEX,      /* matched against keys of tags */
    OPTIONS_KEY_LIST,       /* keys of tags, separated by commas */
    OPTIONS_FILE_NAME,      /* a file, or a list of directories */
    OPTIONS_UNIT_NAME,
    OPTIONS_SAMPLE_TYPE
};
enum options_trait {
    OPTIONS_USUAL,
    OPTIONS_FILTER,    /* printed under "Active filters" above a report, in the order of the rows */
    OPTIONS_UNLISTED,  /* left out of the prompt's listing */
    OPTIONS_OURS,      /* not an option of pprof */
    OPTIONS_OUR_FILTER /* both */
};
/* The section of the usage text that lists a row of the command line. */
enum options_section {
    OPTIONS_SOURCE,
    OPTIONS_SYMBOLIZE, /* values of -symbolize, listed below it */
    OPTIONS_BINARY,    /* the profiled program */
    OPTIONS_MISC,
    OPTIONS_CHECK, /* the regression gate */
    OPTIONS_LEGACY,
    OPTIONS_ENVIRONMENT
};

/* A row of the table: OPTION, CALL, or WORD, which has no field. */
struct options_row {
    const char *name;
    enum options_kind kind;
    const char *url;              /* OPTION: query parameter in the web interface, or "" */
    enum options_holds holds;     /* OPTION */
    enum options_trait trait;     /* OPTION */
    bool is_flag;                 /* false for WORD rows: their kind and offset are unused */
    enum options_section section; /* CALL and WORD */
    size_t offset;                /* of the field in struct options, or options_call */
    const char *initial;
    const char *argument; /* CALL: printed after the name in the usage text */
    const char *help;
};
/* One value of a CHOICE option. */
struct options_choice {
    const char *option;
    const char *name;
    int value;
    const char *help;
};

static inline bool options_is_filter(const struct options_row *row) {
    return row->trait == OPTIONS_FILTER || row->trait == OPTIONS_OUR_FILTER;
}

extern const struct options_row options_table[]; /* OPTION rows, in order */
extern const unsigned options_table_n;
extern const struct options_row options_call_table[]; /* CALL and WORD rows, in order */
extern const unsigned options_call_table_n;
extern const struct options_choice options_choice_table[]; /* in order; the choices of one option are adjacent */
extern const unsigned options_choice_table_n;

/* The words that may follow a flag of kind OPTIONS_TEXT, separated by spaces; "": a file follows. NULL if no row of
 * VALUES tells it. */
const char *options_values(str name);

void options_defaults(struct options *o);
void options_call_defaults(struct options_call *c);

/* Finds an OPTION row by name; NULL if not found. */
const struct options_row *options_find(str name);
const struct options_row *options_call_find(str name); /* flags only */
const struct options_choice *options_find_choice(str name);
/* The words that a TEXT option takes, separated by spaces; "" for an option whose values are not a few words. An option
 * that is empty by default takes the empty text, too. */
const char *options_words(const struct options_row *row);

/* Sets the row's field in `fields` (a struct options or options_call) from text, by the prompt's rules: bools are
 * true t yes y 1 "" / false f no n 0 in any case, integers are decimal. On failure the field is unchanged and the
 * error message is pprof's. Texts are not copied. */
bool options_set(const struct options_row *row, void *fields, str text, struct err *e);
/* Does the same by the rules of Go's flag package, for the command line. The error message is only the reason:
 * "parse error" or "value out of range". */
bool options_set_flag(const struct options_row *row, void *fields, str text, struct err *e);
/* Sets a choice by name, as in `cum=1` at the prompt. True if `text` is one of Go's words for true. */
bool options_choose(const struct options_choice *choice, struct options *o, str text, struct err *e);
void options_set_choice(const struct options_choice *choice, struct options *o);
/* The field's value as text that options_set reads. An unset choice is "". */
str options_get(struct arena *a, const struct options_row *row, const void *fields);

#endif
