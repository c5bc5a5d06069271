/* Starts the user's pager. */
#include "session/pager.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cells.h"
#include "base/process.h"
#include "go/utf8.h"

enum { TAB = 8 };

/* Offset after the escape sequence that starts at `at`: "ESC [ … m", which is the only kind in reports. */
static size_t after_escape(str text, size_t at) {
    while (at < text.len && text.ptr[at] != 'm') at++;
    return at + 1;
}

bool pager_is_needed(str text, const struct terminal_screen *screen) {
    if (!screen->is_terminal || !screen->can_page || screen->rows <= 0) return false;
    int rows = 0, column = 0;
    for (size_t i = 0; i < text.len && rows < screen->rows;) {
        uint32_t rune;
        if (text.ptr[i] == '\033') {
            i = after_escape(text, i);
            continue;
        }
        i += utf8_decode(text, i, &rune);
        if (rune == '\n') {
            rows++;
            column = 0;
        } else if (rune == '\t') {
            column = (column / TAB + 1) * TAB;
            if (column >= screen->columns) column = screen->columns - 1; /* tabs do not wrap */
        } else {
            int width = cells_of(rune);
            if (column + width > screen->columns) {
                rows++;
                column = 0;
            }
            column += width;
        }
    }
    return rows >= screen->rows;
}

/* Adds the words of a command; one that needs a shell is run by it, as git and man do. */
static const char *const *words_of(struct arena *a, const char *command) {
    VEC(const char *) argv = {0};
    str rest = str_from(command), word;
    if (command[strcspn(command, "|&;<>()$`\\\"'*?[#~=%\n")]) {
        *VEC_PUSH(a, &argv) = "/bin/sh";
        *VEC_PUSH(a, &argv) = "-c";
        *VEC_PUSH(a, &argv) = command;
    } else {
        while (str_next_word(&rest, &word)) *VEC_PUSH(a, &argv) = str_c(a, word);
    }
    *VEC_PUSH(a, &argv) = NULL;
    return argv.at;
}

/* Returns true if the program has shown the text. Pagers end with status 0 when the user quits, and less -K with 2 on
 * Ctrl-C; another status says that the program failed. */
static bool has_shown(int status) {
    return WIFSIGNALED(status) || WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2;
}

bool pager_show(str text) {
    /* for a pager that the user starts without options: less shows colours and ends after a short text, lv shows
     * colours */
    static const char *const variables[] = {"LESS=FRX", "LV=-c", NULL};
    const char *command = getenv("PAGER");
    if (!command) command = "less -FRX";
    struct arena scratch = {0};
    struct err e = {0};
    const char *const *argv = words_of(&scratch, command);
    int status;
    bool shown =
        argv[0] && strcmp(argv[0], "cat") != 0 && process_show(argv, variables, text, &status, &e) && has_shown(status);
    err_clear(&e);
    arena_release(&scratch);
    return shown;
}
