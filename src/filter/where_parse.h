/* The language of -where: tests of labels, joined by and, or, not (LABEL QUERIES in the manual has the grammar).
 *
 *    expression  is  conjunction { ("|" | "||" | "or") conjunction }
 *    conjunction is  negation { ("&" | "&&" | "and") negation }
 *    negation    is  ("!" | "not") negation  |  "(" expression ")"  |  test
 *    test        is  key  |  key ("=" | "==" | "!=" | "~" | "=~" | "!~") value  |  key ("<" | "<=" | ">" | ">=")
 * quantity
 *
 * Keys and values are words, or texts in double or single quotes. */
#ifndef CPROF_FILTER_WHERE_PARSE_H
#define CPROF_FILTER_WHERE_PARSE_H

#include "base/err.h"
#include "regex/regex.h"

enum where_limits {
    WHERE_TESTS = 1024,   /* different tests of an expression */
    WHERE_STEPS = 8192,   /* tests, negations and operators */
    WHERE_LEVELS = 64,    /* parentheses and negations within each other */
    WHERE_BYTES = 1 << 18 /* length of an expression */
};

/* A number with or without a unit, such as 200, -1.5 or 1.5MB. */
struct where_quantity {
    bool whole;      /* `integer` is the number */
    int64_t integer; /* 0 unless whole */
    double number;
    str unit; /* may be empty */
};
/* Reads all of `text`, except blanks around number and unit. Returns false if it is not a quantity. */
bool where_read_quantity(str text, struct where_quantity *q);

enum where_compare {
    WHERE_PRESENT,
    WHERE_EQUAL,
    WHERE_MATCH,
    WHERE_LESS,
    WHERE_LESS_EQUAL,
    WHERE_MORE,
    WHERE_MORE_EQUAL
};
/* A test of one label. != and !~ are negated tests. */
struct where_test {
    enum where_compare compare;
    str key, value;
    const struct regex *regex; /* WHERE_MATCH */
    bool has_quantity;         /* the value is one: always so for the four that compare sizes */
    struct where_quantity quantity;
};
/* An expression in postfix order. */
struct where_step {
    enum where_step_kind { WHERE_TEST, WHERE_NOT, WHERE_AND, WHERE_OR } kind;
    uint32_t test; /* WHERE_TEST: index into where.test */
};
struct where_expression {
    struct where_test *test; /* all different */
    uint32_t n_tests;
    struct where_step *step;
    uint32_t n_steps;
};
/* The number of results that evaluation has to hold at once is at most this: each level holds the left sides of an "or"
 * and an "and". */
enum { WHERE_STACK = 2 * (WHERE_LEVELS + 1) + 1 };

/* Parses an expression, which must not be empty. The result lives in `a` and points into `text`. The message of an
 * error names the column, in characters from 1: "parsing where, column 8: a value must follow =". */
bool where_parse(struct arena *a, str text, struct where_expression *out, struct err *e);

/* A key or a value as an expression has it: a word, or a text in double quotes. Lives in `a`, or is `text`. */
str where_quote(struct arena *a, str text);

/* What can follow at the end of an unfinished expression, for completion. */
struct where_place {
    enum where_place_kind { WHERE_AT_KEY, WHERE_AT_VALUE, WHERE_AT_OPERATOR } kind;
    size_t from;  /* the unfinished word or quoted text begins at this byte */
    str key;      /* WHERE_AT_VALUE */
    bool pattern; /* WHERE_AT_VALUE: the value is a regular expression */
};
struct where_place where_find_place(struct arena *a, str text);

#endif
