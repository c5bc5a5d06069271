/* The picture of the browser. */
#ifndef CPROF_BROWSE_PICTURE_H
#define CPROF_BROWSE_PICTURE_H

#include "browse/browser.h"

/* Draws on the canvas, which has the size of the screen and is blank; scrolls so that the selected row is visible. */
void picture_draw(struct browser *b, struct canvas *c);

#endif
