/* The keys of the browser. */
#include "browse/keys.h"

#include <stddef.h>

const struct keys_row keys_table[] = {
    {{KEYS_UP, 'k'},
     ACTION_UP,
     "Up Down, k j",
     "move by a row; in the flame graph to the caller, the callee",
     "Moving"},
    {{KEYS_DOWN, 'j'}, ACTION_DOWN, NULL, NULL, NULL},
    {{KEYS_LEFT},
     ACTION_LEFT,
     "Left Right",
     "close, open (tree); to a neighbour (flame); move long lines (others)",
     NULL},
    {{KEYS_RIGHT}, ACTION_RIGHT, NULL, NULL, NULL},
    {{KEYS_PAGE_UP, 'b'}, ACTION_PAGE_UP, "PgUp PgDn, b Space", "move by a page", NULL},
    {{KEYS_PAGE_DOWN, ' '}, ACTION_PAGE_DOWN, NULL, NULL, NULL},
    {{KEYS_HOME, 'g'}, ACTION_FIRST, "Home End, g G", "to the first, the last row", NULL},
    {{KEYS_END, 'G'}, ACTION_LAST, NULL, NULL, NULL},
    {{KEYS_ENTER, '\n', '\r'},
     ACTION_ENTER,
     "Enter",
     "callers and callees (top, peek); open, close (tree); zoom (flame)",
     NULL},

    {{'1'}, ACTION_VIEW_1, "1 2 3 4 5", "top, tree, callers and callees, flame graph, source", "Views"},
    {{'2'}, ACTION_VIEW_2, NULL, NULL, NULL},
    {{'3'}, ACTION_VIEW_3, NULL, NULL, NULL},
    {{'4'}, ACTION_VIEW_4, NULL, NULL, NULL},
    {{'5'}, ACTION_VIEW_5, NULL, NULL, NULL},
    {{KEYS_TAB}, ACTION_NEXT_VIEW, "Tab, Shift-Tab", "next view, view before", NULL},
    {{KEYS_BACK_TAB}, ACTION_VIEW_BEFORE, NULL, NULL, NULL},
    {{'c'}, ACTION_CALLS, "c", "callers and callees of the function", NULL},
    {{'l'}, ACTION_SOURCE, "l", "source of the function", NULL},
    {{KEYS_BACKSPACE, '<'}, ACTION_BACK, "Backspace, <", "back to what was shown before", NULL},
    {{'>'}, ACTION_FORWARD, ">", "forward again", NULL},

    {{'z'}, ACTION_ZOOM, "z", "zoom: show only this frame and what it calls (tree, flame)", "Zoom and search"},
    {{'u'}, ACTION_UNZOOM, "u", "zoom out to the caller of the frame", NULL},
    {{'+'}, ACTION_OPEN, "+", "open the heaviest path below (tree)", NULL},
    {{'-'}, ACTION_CLOSE_ALL, "-", "close all (tree)", NULL},
    {{'/'}, ACTION_SEARCH, "/", "search names, or source lines, for a regular expression", NULL},
    {{'n'}, ACTION_SEARCH_NEXT, "n N", "next match, match before", NULL},
    {{'N'}, ACTION_SEARCH_BEFORE, NULL, NULL, NULL},

    {{'s'}, ACTION_SORT, "s", "sort by flat, by cum, by name", "Sort and filter"},
    {{'t'}, ACTION_TYPE, "t", "next sample type", NULL},
    {{'f'}, ACTION_FOCUS, "f", "focus: only samples through the function", NULL},
    {{'i'}, ACTION_IGNORE, "i", "ignore: no samples through the function", NULL},
    {{'d'}, ACTION_HIDE, "d", "drop the function's frames, keep its samples (hide)", NULL},
    {{'x'}, ACTION_CLEAR, "x", "clear all filters", NULL},
    {{':'}, ACTION_COMMAND, ":", "a line of the prompt: focus=foo, tagfocus=k=v, unit=ms, peek foo, help cum", NULL},
    {{'o'}, ACTION_OPTIONS, "o", "all options and their values", NULL},

    {{'m'}, ACTION_MARK, "m", "mark the function, or remove its mark", "Marks"},
    {{'\''}, ACTION_MARK_NEXT, "'", "to the next marked function", NULL},
    {{'L'}, ACTION_MARK_LIMIT, "L", "only samples through marked functions (focus)", NULL},

    {{'?', 'h'}, ACTION_HELP, "? h", "this page", "Other"},
    {{12}, ACTION_REDRAW, "Ctrl-L", "draw the screen again", NULL},
    {{'q'}, ACTION_QUIT, "q, Ctrl-C", "leave; q leaves this page first", NULL},
};
const unsigned keys_table_n = sizeof keys_table / sizeof *keys_table;

enum keys_action keys_find(uint32_t key) {
    for (unsigned i = 0; i < keys_table_n; i++)
        for (unsigned k = 0; k < KEYS_EACH && keys_table[i].key[k]; k++)
            if (keys_table[i].key[k] == key) return keys_table[i].action;
    return ACTION_NONE;
}
