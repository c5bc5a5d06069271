/* What keys do to the browser. */
#ifndef CPROF_BROWSE_ACTIONS_H
#define CPROF_BROWSE_ACTIONS_H

#include "browse/browser.h"

/* Takes a key: a code point or a value of enum keys_special. Afterwards b->ended and b->redraw tell what the screen has
 * to do. */
void actions_take_key(struct browser *b, uint32_t key);

#endif
