/* The terminal in full-screen mode, by way of ncurses, which is opened at run time. */
#ifndef CPROF_BROWSE_SCREEN_H
#define CPROF_BROWSE_SCREEN_H

#include "base/err.h"
#include "browse/canvas.h"
#include "out/terminal.h"

/* Fails with a message unless standard input and output are a terminal that can move its cursor, and ncurses is
 * installed. Changes nothing. */
bool screen_check(struct err *e);

struct screen;
/* Takes over the terminal, with as many colours as are wanted and as the terminal has. There is one screen at a time.
 * If the program is ended by a signal, the terminal becomes what it was. */
struct screen *screen_open(struct arena *a, enum terminal_colours wanted, struct err *e);
void screen_size(struct screen *s, int *rows, int *columns);
void screen_show(struct screen *s, const struct canvas *c);
void screen_redraw(struct screen *s); /* the next screen_show draws every cell */
/* Waits for a key: a code point, or a value of enum keys_special. */
uint32_t screen_key(struct screen *s);
void screen_close(struct screen *s); /* the terminal is what it was before screen_open */

#endif
