/* A line that the user types at the bottom of the screen. */
#ifndef CPROF_BROWSE_LINE_H
#define CPROF_BROWSE_LINE_H

#include "base/str.h"
#include "browse/canvas.h"

enum { LINE_MOST = 1000 }; /* bytes */
struct line_input {
    char text[LINE_MOST]; /* UTF-8 */
    size_t n, at;         /* length, and where the next character goes */
};

enum line_state { LINE_OPEN, LINE_DONE, LINE_CANCELLED };

void line_start(struct line_input *l, str text);
enum line_state line_key(struct line_input *l, uint32_t key); /* Escape and an erased empty line cancel */
str line_text(const struct line_input *l);
/* Draws the line after `mark`, with the cursor in it. */
void line_draw(const struct line_input *l, struct canvas *c, int row, str mark);

#endif
