/* The size and the colours of the terminal on standard output. */
#include "out/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80 };

static bool is_set(const char *variable) {
    const char *value = getenv(variable);
    return value && *value;
}

static bool has_cursor(void) { return is_set("TERM") && strcmp(getenv("TERM"), "dumb") != 0; }

enum terminal_colours terminal_forced_colours(void) {
    const char *term = getenv("TERM"), *colours = getenv("COLORTERM");
    if (!has_cursor()) return COLOURS_16;
    if (colours && (strcmp(colours, "truecolor") == 0 || strcmp(colours, "24bit") == 0)) return COLOURS_TRUE;
    return strstr(term, "256color") ? COLOURS_256 : COLOURS_16;
}

struct terminal_screen terminal_screen(void) {
    struct terminal_screen screen = {0};
    struct winsize size;
    if (isatty(STDOUT_FILENO) != 1) return screen;
    screen.is_terminal = true;
    screen.can_page = has_cursor();
    screen.colours = has_cursor() && !is_set("NO_COLOR") ? terminal_forced_colours() : COLOURS_NONE;
    screen.columns = USUAL_COLUMNS;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return screen;
    if (size.ws_col > 0) screen.columns = size.ws_col;
    screen.rows = size.ws_row;
    return screen;
}
