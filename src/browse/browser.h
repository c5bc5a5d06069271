/* The state of the browser: the place that is shown, its page, the history and the message. actions.c changes it by
 * keys, picture.c draws it. */
#ifndef CPROF_BROWSE_BROWSER_H
#define CPROF_BROWSE_BROWSER_H

#include "browse/line.h"
#include "browse/view.h"

enum { BROWSER_HISTORY = 200 }; /* places to go back to */

enum browser_mode { MODE_ROWS, MODE_SEARCH, MODE_COMMAND, MODE_TEXT };

struct browser {
    struct session *session;
    struct arena *keep; /* of the session */
    struct view_memory memory;
    struct view_place now, history[BROWSER_HISTORY]; /* history[at] is `now` as it was when it was left last */
    size_t at, history_n;
    struct view_source *source;
    struct view_page *page;
    int height; /* rows of the page, as drawn last */
    enum browser_mode mode;
    struct line_input line;
    char search[LINE_MOST], message[LINE_MOST];
    size_t search_length, message_length;
    /* a text in place of the page; without one the keys */
    struct sink text;
    size_t text_first, text_rows; /* row at the top, and number of rows when drawn last */
    bool ended, redraw;
};

/* Starts with the view top, under `o`. The session's arena keeps what the browser needs; its profile and tools are used
 * and its settings stay. Fails with NULL if the report cannot be made. */
struct browser *browser_new(struct session *s, const struct options *o, struct err *e);
void browser_free(struct browser *b);

/* Shows a message until the next key. The second one clears the error. */
void browser_say(struct browser *b, str text);
void browser_say_error(struct browser *b, struct err *e);

/* Shows a place after the present one in the history. The selected function, or path, stays selected if it is there. On
 * failure says why, and what was shown stays. */
void browser_go(struct browser *b, struct view_place next);
void browser_go_back(struct browser *b, int step); /* -1: back, 1: forward */

bool browser_has_row(const struct browser *b);
str browser_function(const struct browser *b); /* of the selected row; empty: none */
/* Selects the next row, or the one before, that matches, around the end. Returns false if no row matches. */
bool browser_find(struct browser *b, const struct view_match *match, bool forward);

#endif
