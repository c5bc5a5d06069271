/* Writing JSON, CSV, XML and Markdown: escaping, and JSON's commas and indents. Bytes that are not UTF-8 become
 * U+FFFD, and characters a format cannot hold are replaced by it, so output is always well-formed. */
#ifndef CPROF_BASE_EMIT_H
#define CPROF_BASE_EMIT_H

#include "base/sink.h"

/* One value after another, two spaces of indent a level. A key is given inside an object, NULL inside an array
 * and at the top. */
struct emit_json {
    struct sink *out;
    unsigned depth;
    bool follows; /* a value stands before the next one on this level */
};
void emit_open(struct emit_json *j, const char *key, char bracket); /* '{' or '[' */
void emit_close(struct emit_json *j, char bracket);                 /* '}' or ']' */
void emit_str(struct emit_json *j, const char *key, str value);
void emit_int(struct emit_json *j, const char *key, int64_t value);
void emit_number(struct emit_json *j, const char *key, double value); /* null when it is not finite */
void emit_bool(struct emit_json *j, const char *key, bool value);
void emit_null(struct emit_json *j, const char *key);
/* An object in an array of `outer`, on one line: its values (nothing that is opened) are written to what is returned.
 */
struct emit_json emit_open_line(struct emit_json *outer);
void emit_close_line(struct emit_json *outer);
/* Ends the text with a newline. */
void emit_end(struct emit_json *j);

/* A JSON string that may also stand in a page's script element: '<' and the line separators of JavaScript are \uXXXX.
 */
void emit_script_string(struct sink *out, str value);
void emit_csv_field(struct sink *out, str value);  /* quoted where RFC 4180 asks for it */
void emit_csv_inside(struct sink *out, str value); /* a part of a field that the caller puts quotes around */
void emit_xml(struct sink *out, str value);        /* text or attribute value, escaped */
void emit_markdown(struct sink *out, str value);   /* a table cell of plain text */
void emit_percent_encoded(struct sink *out, str value, const char *which); /* %XX for the characters in which */
/* A double as short as it can be and still exact to ten digits. */
void emit_double(struct sink *out, double value);

#endif
