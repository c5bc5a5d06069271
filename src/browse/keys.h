/* The keys of the browser: the one table from which keys, their actions and the help page follow. */
#ifndef CPROF_BROWSE_KEYS_H
#define CPROF_BROWSE_KEYS_H

#include <stdint.h>

/* Keys that are no characters; characters are their code points. */
enum keys_special {
    KEYS_NONE = 0x110000,
    KEYS_UP,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_HOME,
    KEYS_END,
    KEYS_PAGE_UP,
    KEYS_PAGE_DOWN,
    KEYS_ENTER,
    KEYS_BACKSPACE,
    KEYS_DELETE,
    KEYS_BACK_TAB,
    KEYS_RESIZE,
    KEYS_CLOSED /* the terminal is gone */
};
enum { KEYS_ESCAPE = 27, KEYS_TAB = 9 };

enum keys_action {
    ACTION_NONE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_ENTER,
    ACTION_VIEW_1, /* the views follow each other */
    ACTION_VIEW_2,
    ACTION_VIEW_3,
    ACTION_VIEW_4,
    ACTION_VIEW_5,
    ACTION_NEXT_VIEW,
    ACTION_VIEW_BEFORE,
    ACTION_CALLS,
    ACTION_SOURCE,
    ACTION_ZOOM,
    ACTION_UNZOOM,
    ACTION_BACK,
    ACTION_FORWARD,
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_BEFORE,
    ACTION_SORT,
    ACTION_TYPE,
    ACTION_FOCUS,
    ACTION_IGNORE,
    ACTION_HIDE,
    ACTION_CLEAR,
    ACTION_COMMAND,
    ACTION_OPTIONS,
    ACTION_MARK,
    ACTION_MARK_NEXT,
    ACTION_MARK_LIMIT,
    ACTION_OPEN,
    ACTION_CLOSE_ALL,
    ACTION_REDRAW,
    ACTION_HELP,
    ACTION_QUIT
};

enum { KEYS_EACH = 4 };
struct keys_row {
    uint32_t key[KEYS_EACH]; /* 0 after the last one */
    enum keys_action action;
    const char *names, *help; /* names NULL: described by the row before */
    const char *group;        /* a heading above the row; NULL: none */
};
extern const struct keys_row keys_table[];
extern const unsigned keys_table_n;

enum keys_action keys_find(uint32_t key); /* ACTION_NONE for other keys */

#endif
