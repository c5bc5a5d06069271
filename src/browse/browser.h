/* The browser without its screen: what is shown, what keys do, and the picture that follows. Tests drive it by keys and
 * read its picture. */
#ifndef CPROF_BROWSE_BROWSER_H
#define CPROF_BROWSE_BROWSER_H

#include "browse/canvas.h"
#include "session/session.h"

struct browser;

/* Starts with the view top, under `o`. The session's arena keeps what the browser needs; its profile and tools are used
 * and its settings stay. Fails if the report cannot be made. */
struct browser *browser_new(struct session *s, const struct options *o, struct err *e);
void browser_key(struct browser *b, uint32_t key);
void browser_draw(struct browser *b, struct canvas *c); /* c has its size */
bool browser_has_ended(const struct browser *b);
bool browser_wants_redraw(struct browser *b); /* true once after the key that draws everything */
void browser_free(struct browser *b);

#endif
