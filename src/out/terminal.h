/* The terminal on standard output: its size, and the colours that it shows. Only terminal.c reads the environment for
 * that. */
#ifndef CPROF_OUT_TERMINAL_H
#define CPROF_OUT_TERMINAL_H

#include <stdbool.h>

enum { TERMINAL_FEWEST = 20, TERMINAL_MOST = 1000 }; /* columns that a user can set */
enum terminal_colours { COLOURS_NONE, COLOURS_16, COLOURS_256, COLOURS_TRUE };

struct terminal_screen {
    int columns;                   /* 0: lines may have any length */
    enum terminal_colours colours; /* COLOURS_NONE: no escape sequence may be written */
    int rows;                      /* 0: unknown, or no terminal */
    bool is_terminal;
    bool can_page; /* a pager can move the cursor: $TERM is set, and not "dumb" */
};

/* The screen as it is now: users change its size between two commands. Without a terminal on standard output, all
 * fields are 0. A terminal that does not tell its width has 80 columns. Colours are those of $TERM and $COLORTERM, or
 * none if $NO_COLOR is set. */
struct terminal_screen terminal_screen(void);
/* The colours of the terminal for users who want them in any case, whatever $NO_COLOR says: at least COLOURS_16. */
enum terminal_colours terminal_forced_colours(void);

#endif
