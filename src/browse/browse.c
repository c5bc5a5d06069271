/* The browser: keys go to it from the screen, and its picture goes to the screen. */
#include "browse/browse.h"

#include "browse/actions.h"
#include "browse/picture.h"
#include "browse/screen.h"

bool browse_check(struct err *e) { return screen_check(e); }

bool browse_run(struct session *s, const struct options *o, struct err *e) {
    struct canvas canvas = {0};
    if (!screen_check(e)) return false;
    /* first, so that its failure is printed on the usual screen */
    struct browser *b = browser_new(s, o, e);
    if (!b) return false;
    struct screen *screen = screen_open(s->arena, e);
    while (screen && !b->ended) {
        int rows, columns;
        screen_size(screen, &rows, &columns);
        canvas_clear(&canvas, rows, columns);
        picture_draw(b, &canvas);
        if (b->redraw) screen_redraw(screen);
        b->redraw = false;
        screen_show(screen, &canvas);
        actions_take_key(b, screen_key(screen));
    }
    if (screen) screen_close(screen);
    canvas_free(&canvas);
    browser_free(b);
    return screen != NULL;
}
