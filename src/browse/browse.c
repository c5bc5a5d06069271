/* The browser: keys go to it from the screen, and its picture goes to the screen. */
#include "browse/browse.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/process.h"
#include "browse/actions.h"
#include "browse/picture.h"
#include "browse/screen.h"
#include "out/message.h"
#include "session/output.h"

bool browse_check(struct err *e) { return screen_check(e); }

bool browse_run(struct session *s, const struct options *o, struct err *e) {
    struct canvas canvas = {0};
    struct terminal_screen terminal;
    struct command c = {.report = report_find(STR("top")), .options = *o};
    c.options.output = STR_EMPTY;
    if (!screen_check(e) || !output_screen(&c, &terminal, e)) return false;
    /* first, so that its failure is printed on the usual screen */
    struct browser *b = browser_new(s, o, e);
    if (!b) return false;
    struct screen *screen = screen_open(s->arena, terminal.colours, e);
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

struct browse_work {
    struct session *session;
    const struct options *options;
};

static void run_in_child(void *context, int fd) {
    const struct browse_work *work = context;
    struct err e = {0};
    (void)fd;
    if (!browse_run(work->session, work->options, &e)) message_warn(str_from(err_text(&e)));
    err_clear(&e);
}

/* Waits for the browser; restores the terminal if it could not do so itself. */
static bool wait_for_child(struct arena *a, struct browse_work *work, struct err *e) {
    struct termios before;
    bool known = tcgetattr(STDIN_FILENO, &before) == 0;
    str output;
    int status;
    process_fork(a, &(struct process_work){run_in_child, work}, &output, &status);
    if (!WIFSIGNALED(status)) return true;
    if (known) tcsetattr(STDIN_FILENO, TCSANOW, &before);
    int number = WTERMSIG(status);
    return number == SIGINT || err_set(e, "the browser was ended by a signal: %s", strsignal(number));
}

bool browse_at_prompt(struct session *s, str words, struct err *e) {
    struct arena scratch = {0};
    struct options settings = s->options;
    struct command top;
    const struct command_place place = {&scratch, s->profile, &settings};
    str line = str_join(&scratch, (str[]){STR("top"), words}, 2, STR(" "));
    bool ok = browse_check(e) && command_read(&scratch, &place, line, &top, e) == COMMAND_REPORT;
    if (ok) {
        /* the report shows one screen, the browser scrolls */
        if (settings.nodecount == -1 && top.options.nodecount == top.report->prompt_nodecount)
            top.options.nodecount = -1;
        ok = wait_for_child(&scratch, &(struct browse_work){s, &top.options}, e);
    }
    arena_release(&scratch);
    return ok;
}
