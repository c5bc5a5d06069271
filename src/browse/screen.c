/* The terminal in full-screen mode: the only file that knows ncurses. Its functions are declared here, as ncurses 6
 * declares them, so that only a static build, which links it, needs a header of it. */
#include "browse/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#ifdef LIBRARY_STATIC
#define NCURSES_NOMACROS
#include <curses.h>
/* not from term.h, which defines words such as "columns" */
int setupterm(const char *type, int fd, int *error);
int del_curterm(void *terminal);
extern void *cur_term;
#endif

#include "base/ending.h"
#include "base/library.h"
#include "browse/keys.h"
#include "go/utf8.h"

/* Values of ncurses' ABI 6. */
enum { CODE_YES = 0400, CODE_ERR = -1 };
enum { BIT_UNDERLINE = 1u << 17, BIT_REVERSE = 1u << 18, BIT_DIM = 1u << 20, BIT_BOLD = 1u << 21 };

typedef void window; /* WINDOW */

static struct library {
    void *(*newterm)(const char *type, FILE *out, FILE *in);
    int (*endwin)(void);
    void (*delscreen)(void *screen);
    int (*cbreak)(void);
    int (*noecho)(void);
    int (*nonl)(void);
    int (*keypad)(window *w, bool on);
    int (*set_escdelay)(int ms);
    int (*curs_set)(int visible);
    int (*wget_wch)(window *w, wint_t *key);
    void (*wtimeout)(window *w, int ms);
    int (*wmove)(window *w, int y, int x);
    int (*waddnwstr)(window *w, const wchar_t *text, int n);
    int (*wattr_set)(window *w, unsigned attributes, short pair, void *more);
    int (*wrefresh)(window *w);
    int (*werase)(window *w);
    int (*clearok)(window *w, bool on);
    int (*resizeterm)(int rows, int columns);
    bool (*has_colors)(void);
    int (*start_color)(void);
    int (*use_default_colors)(void);
    int (*init_pair)(short pair, short ink, short paper);
    int (*setupterm)(const char *type, int fd, int *status);
    char *(*tigetstr)(const char *name);
    int (*del_curterm)(void *terminal);
    void **cur_term;
    int *colors, *pairs;
    window **stdscr;
} curses;

enum { PAIRS_MOST = 8 * 217 }; /* inks and tints */

struct screen {
    void *terminal;    /* SCREEN */
    int rows, columns; /* as ncurses knows them */
    int colours;       /* 0, 8 (or 16), 256 */
    bool utf8;
    short pair[PAIRS_MOST]; /* of an ink and a tint; 0: none yet */
    short n_pairs;
};

static bool load(struct err *e) {
    static bool loaded;
    const struct library_symbol symbol[] = {
        LIBRARY_SYMBOL(newterm, &curses.newterm),
        LIBRARY_SYMBOL(endwin, &curses.endwin),
        LIBRARY_SYMBOL(delscreen, &curses.delscreen),
        LIBRARY_SYMBOL(cbreak, &curses.cbreak),
        LIBRARY_SYMBOL(noecho, &curses.noecho),
        LIBRARY_SYMBOL(nonl, &curses.nonl),
        LIBRARY_SYMBOL(keypad, &curses.keypad),
        LIBRARY_SYMBOL(set_escdelay, &curses.set_escdelay),
        LIBRARY_SYMBOL(curs_set, &curses.curs_set),
        LIBRARY_SYMBOL(wget_wch, &curses.wget_wch),
        LIBRARY_SYMBOL(wtimeout, &curses.wtimeout),
        LIBRARY_SYMBOL(wmove, &curses.wmove),
        LIBRARY_SYMBOL(waddnwstr, &curses.waddnwstr),
        LIBRARY_SYMBOL(wattr_set, &curses.wattr_set),
        LIBRARY_SYMBOL(wrefresh, &curses.wrefresh),
        LIBRARY_SYMBOL(werase, &curses.werase),
        LIBRARY_SYMBOL(clearok, &curses.clearok),
        LIBRARY_SYMBOL(resizeterm, &curses.resizeterm),
        LIBRARY_SYMBOL(has_colors, &curses.has_colors),
        LIBRARY_SYMBOL(start_color, &curses.start_color),
        LIBRARY_SYMBOL(use_default_colors, &curses.use_default_colors),
        LIBRARY_SYMBOL(init_pair, &curses.init_pair),
        LIBRARY_SYMBOL(setupterm, &curses.setupterm),
        LIBRARY_SYMBOL(tigetstr, &curses.tigetstr),
        LIBRARY_SYMBOL(del_curterm, &curses.del_curterm),
        LIBRARY_SYMBOL(cur_term, &curses.cur_term),
        LIBRARY_SYMBOL(COLORS, &curses.colors),
        LIBRARY_SYMBOL(COLOR_PAIRS, &curses.pairs),
        LIBRARY_SYMBOL(stdscr, &curses.stdscr),
    };
    if (loaded) return true;
    struct err why = {0};
    loaded = library_load(&library_table[LIBRARY_NCURSES], symbol, sizeof symbol / sizeof *symbol, &why);
    if (!loaded)
        err_set(e, "the browser needs the library ncurses (Debian's package libncursesw6): %s", err_text(&why));
    err_clear(&why);
    return loaded;
}

/* A capability of the terminal; NULL if it has none of this name. */
static const char *capability(const char *name) {
    const char *text = curses.tigetstr(name);
    return text && text != (char *)-1 && *text ? text : NULL;
}

bool screen_check(struct err *e) {
    const char *type = getenv("TERM");
    int status = 0;
    if (isatty(STDOUT_FILENO) != 1) return err_set(e, "the browser needs a terminal on standard output");
    if (isatty(STDIN_FILENO) != 1) return err_set(e, "the browser needs a terminal on standard input");
    if (!load(e)) return false;
    if (!type || !*type) return err_set(e, "the browser needs to know the terminal: TERM is not set");
    if (curses.setupterm(type, STDOUT_FILENO, &status) != 0)
        return err_set(e, "the browser does not know the terminal TERM=%s", type);
    bool moves = capability("cup") && capability("clear");
    curses.del_curterm(*curses.cur_term);
    if (!moves) return err_set(e, "the browser needs a terminal that can move its cursor, which TERM=%s cannot", type);
    return true;
}

/* ncurses writes wide characters in the encoding of the locale. Without a locale, as in many containers, the terminal
 * is taken for one with UTF-8, which reports write anyway. */
static bool set_locale(void) {
    setlocale(LC_CTYPE, "");
    const char *encoding = nl_langinfo(CODESET);
    if (strcmp(encoding, "ANSI_X3.4-1968") == 0 && setlocale(LC_CTYPE, "C.UTF-8")) encoding = nl_langinfo(CODESET);
    return strcmp(encoding, "UTF-8") == 0;
}

/* What leaves the screen when a signal ends the program, which must not call ncurses. */
static void prepare_ending(void) {
    static const char *const name[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
    char bytes[256];
    size_t n = 0;
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const char *text = capability(name[i]);
        /* without padding, which is for terminals of paper and the like */
        for (; text && *text && n < sizeof bytes; text++) {
            if (text[0] == '$' && text[1] == '<') {
                const char *end = strchr(text, '>');
                if (end) {
                    text = end;
                    continue;
                }
            }
            bytes[n++] = *text;
        }
    }
    ending_write_terminal(bytes, n);
}

struct screen *screen_open(struct arena *a, enum terminal_colours wanted, struct err *e) {
    if (!screen_check(e)) return NULL;
    struct screen *s = ARENA_NEW(a, struct screen);
    s->utf8 = set_locale();
    /* before ncurses, which leaves signals alone that are handled */
    ending_restore_terminal(STDIN_FILENO);
    s->terminal = curses.newterm(NULL, stdout, stdin);
    if (!s->terminal) {
        err_set(e, "the terminal TERM=%s cannot be set up", getenv("TERM"));
        return NULL;
    }
    prepare_ending();
    curses.cbreak();
    curses.noecho();
    curses.nonl();
    curses.keypad(*curses.stdscr, true);
    curses.set_escdelay(25);
    curses.curs_set(0);
    if (wanted != COLOURS_NONE && curses.has_colors() && curses.start_color() == 0) {
        curses.use_default_colors();
        s->colours = *curses.colors >= 256 && wanted >= COLOURS_256 ? 256 : *curses.colors >= 8 ? 8 : 0;
    }
    return s;
}

void screen_size(struct screen *s, int *rows, int *columns) {
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col;
    *rows = known ? size.ws_row : 24;
    *columns = known ? size.ws_col : 80;
    /* ncurses learns the size while it waits for a key, which is too late after long work */
    if (s->rows != *rows || s->columns != *columns) curses.resizeterm(*rows, *columns);
    s->rows = *rows;
    s->columns = *columns;
}

/* The pair of an ink and a tint, as the terminal has them; 0: its own colours. */
static short pair_of(struct screen *s, struct canvas_style style) {
    if (!s->colours || (!style.ink && !style.tint)) return 0;
    size_t key = (size_t)style.tint * 8 + (style.ink & 7);
    if (key >= PAIRS_MOST) return 0;
    if (s->pair[key]) return s->pair[key];
    short ink = style.ink ? (short)style.ink : -1, paper = -1;
    if (style.tint && s->colours == 256) {
        paper = (short)(15 + style.tint);
        if (!style.ink) ink = 16; /* tints are pale: black is legible on them */
    } else if (style.tint) {
        unsigned t = style.tint - 1u, r = t / 36, g = t / 6 % 6, b = t % 6;
        paper = (short)(r + g + b == 15 ? 7 : 1 + (r * 3 + g * 5 + b) % 6);
        if (!style.ink) ink = 0;
    }
    if (s->n_pairs + 1 >= *curses.pairs) return 0;
    if (curses.init_pair(++s->n_pairs, ink, paper) != 0) return 0;
    return s->pair[key] = s->n_pairs;
}

static void set_style(struct screen *s, struct canvas_style style) {
    unsigned bits = 0;
    if (style.flags & CANVAS_BOLD) bits |= BIT_BOLD;
    if (style.flags & CANVAS_REVERSE) bits |= BIT_REVERSE;
    if (style.flags & CANVAS_UNDERLINE) bits |= BIT_UNDERLINE;
    if (style.flags & CANVAS_DIM) bits |= BIT_DIM;
    short pair = pair_of(s, style);
    curses.wattr_set(*curses.stdscr, bits, pair, NULL);
}

static bool same_style(struct canvas_style x, struct canvas_style y) {
    return x.flags == y.flags && x.ink == y.ink && x.tint == y.tint;
}

/* The characters of a cell, as the C library and so ncurses sees their widths; returns their number. */
static int wide_text(const struct screen *s, const struct canvas_cell *cell, wchar_t out[CANVAS_CELL]) {
    str text = {cell->text, cell->length};
    int n = 0;
    out[0] = ' '; /* for a cell without text */
    for (size_t i = 0; i < text.len;) {
        uint32_t rune;
        i += utf8_decode(text, i, &rune);
        out[n++] = (wchar_t)rune;
    }
    bool ascii = cell->length == 1;
    if (ascii || (s->utf8 && wcswidth(out, (size_t)n) == cell->width)) return n;
    out[0] = cell->width == 1 && (out[0] == 0x2026 || out[0] == 0x2591) ? '~' : out[0] == 0x258f ? '|' : '?';
    out[1] = ' ';
    return cell->width;
}

void screen_show(struct screen *s, const struct canvas *c) {
    window *w = *curses.stdscr;
    curses.werase(w);
    for (int y = 0; y < c->rows; y++) {
        wchar_t run[CANVAS_CELL * 64];
        for (int x = 0; x < c->columns;) {
            const struct canvas_cell *first = &c->cell[y * c->columns + x];
            int n = 0, from = x;
            while (x < c->columns && n + CANVAS_CELL <= (int)(sizeof run / sizeof *run)) {
                const struct canvas_cell *cell = &c->cell[y * c->columns + x];
                if (!same_style(cell->style, first->style)) break;
                if (cell->width) n += wide_text(s, cell, run + n);
                x++;
            }
            set_style(s, first->style);
            curses.wmove(w, y, from);
            curses.waddnwstr(w, run, n);
        }
    }
    curses.curs_set(c->cursor_row >= 0);
    curses.wmove(w, c->cursor_row >= 0 ? c->cursor_row : 0, c->cursor_row >= 0 ? c->cursor_column : 0);
    curses.wrefresh(w);
}

void screen_redraw(struct screen *s) {
    (void)s;
    curses.clearok(*curses.stdscr, true);
}

static uint32_t special_key(wint_t code) {
    static const struct {
        wint_t code;
        uint32_t key;
    } keys[] = {
        {0402, KEYS_DOWN},      {0403, KEYS_UP},     {0404, KEYS_LEFT},      {0405, KEYS_RIGHT},   {0406, KEYS_HOME},
        {0407, KEYS_BACKSPACE}, {0512, KEYS_DELETE}, {0522, KEYS_PAGE_DOWN}, {0523, KEYS_PAGE_UP}, {0527, KEYS_ENTER},
        {0541, KEYS_BACK_TAB},  {0550, KEYS_END},    {0632, KEYS_RESIZE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].code == code) return keys[i].key;
    return KEYS_NONE;
}

/* Reads the rest of a sequence that starts with Escape and that ncurses does not know in this terminal: without that,
 * its characters would be keys. Home and End have several of them. */
static uint32_t read_sequence(void) {
    window *w = *curses.stdscr;
    wint_t c = 0;
    unsigned number = 0, n = 0;
    curses.wtimeout(w, 0);
    bool more = curses.wget_wch(w, &c) == 0, alone = !more;
    if (more && c == 'O') {
        more = curses.wget_wch(w, &c) == 0;
    } else if (more && c == '[') {
        while ((more = curses.wget_wch(w, &c) == 0) && c < 0x40 && n++ < 32)
            number = c >= '0' && c <= '9' && number < 100 ? number * 10 + (c - '0') : 100;
    } else {
        more = false;
    }
    curses.wtimeout(w, -1);
    if (alone) return KEYS_ESCAPE;
    if (more && (c == 'H' || (c == '~' && (number == 1 || number == 7)))) return KEYS_HOME;
    if (more && (c == 'F' || (c == '~' && (number == 4 || number == 8)))) return KEYS_END;
    return KEYS_NONE;
}

uint32_t screen_key(struct screen *s) {
    (void)s;
    for (int failures = 0; failures < 2;) {
        wint_t key = 0;
        int kind = curses.wget_wch(*curses.stdscr, &key);
        if (kind == CODE_YES) return special_key(key);
        if (kind != CODE_ERR) {
            if (key == KEYS_ESCAPE) return read_sequence();
            if (key == 127 || key == 8) return KEYS_BACKSPACE;
            return key == '\r' || key == '\n' ? (uint32_t)KEYS_ENTER : (uint32_t)key;
        }
        /* a signal ends the wait, too; a terminal that hung up is readable, and has nothing to read */
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&input, 1, 0) <= 0) return KEYS_RESIZE;
        failures++;
    }
    return KEYS_CLOSED;
}

void screen_close(struct screen *s) {
    curses.curs_set(1);
    curses.endwin();
    ending_write_terminal("", 0);
    curses.delscreen(s->terminal);
    s->terminal = NULL;
}
