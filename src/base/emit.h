/* Writers of JSON, CSV, XML and Markdown: escaping, and the commas and indents of JSON. U+FFFD replaces bytes that are
 * not UTF-8 and characters that a format cannot hold, so the output is always well-formed. */
#ifndef CPROF_BASE_EMIT_H
#define CPROF_BASE_EMIT_H

#include "base/sink.h"

/* A JSON document being written, with two spaces of indent per level. Functions take a key inside an object, NULL
 * inside an array and at the top level. */
struct emit_json {
    struct sink *out;
    unsigned depth;
    bool follows; /* the next value on this level needs a comma */
};
void emit_open(struct emit_json *j, const char *key, char bracket); /* '{' or '[' */
void emit_close(struct emit_json *j, char bracket);                 /* '}' or ']' */
void emit_str(struct emit_json *j, const char *key, str value);
void emit_int(struct emit_json *j, const char *key, int64_t value);
void emit_number(struct emit_json *j, const char *key, double value); /* null when it is not finite */
void emit_bool(struct emit_json *j, const char *key, bool value);
void emit_null(struct emit_json *j, const char *key);
/* Opens an object in an array of `outer` that takes one line. Values, but no objects or arrays, are written to the
 * returned writer. */
struct emit_json emit_open_line(struct emit_json *outer);
void emit_close_line(struct emit_json *outer);
/* Writes a whole JSON document, as this writer makes them, as a value, indented like the others. */
void emit_document(struct emit_json *j, const char *key, str json);
/* Ends the text with a newline. */
void emit_end(struct emit_json *j);

/* A JSON string that is also valid in the script element of a page: '<' and JavaScript's line separators become
 * \uXXXX. */
void emit_script_string(struct sink *out, str value);
void emit_csv_field(struct sink *out, str value);  /* quoted where RFC 4180 demands it */
void emit_csv_inside(struct sink *out, str value); /* part of a field, between quotes that the caller writes */
void emit_xml(struct sink *out, str value);        /* text or attribute value, escaped */
/* Plain text in one line, also in a table: without markup, links, mentions of accounts and issues, and characters that
 * hide or turn others. */
void emit_markdown(struct sink *out, str value);
void emit_percent_encoded(struct sink *out, str value, const char *which); /* %XX for the characters in `which` */
/* The shortest decimal number that is exact to ten digits. */
void emit_double(struct sink *out, double value);

#endif
