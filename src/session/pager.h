/* Output that is taller than the terminal, page by page. */
#ifndef CPROF_SESSION_PAGER_H
#define CPROF_SESSION_PAGER_H

#include "base/str.h"
#include "out/terminal.h"

/* Returns true if the text takes as many rows of the screen as there are, or more: the user's next prompt would push
 * its first row out. Escape sequences for colours take no cells. */
bool pager_is_needed(str text, const struct terminal_screen *screen);
/* Runs the user's pager, $PAGER, or "less -FRX" if it is not set, until the user ends it, and returns true. Returns
 * false if there is no pager, or none that works: the caller then writes the text itself. */
bool pager_show(str text);

#endif
