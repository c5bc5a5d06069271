/* The browser without its screen. */
#include "browse/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "browse/keys.h"
#include "browse/line.h"
#include "browse/view.h"
#include "cli/command.h"
#include "cli/help.h"
#include "out/message.h"

enum {
    HISTORY_MOST = 200,
    LINES_AROUND = 4,
    /* title, state, heads above the rows; values below, and the last line */ SHIFT_STEP = 8,
    NARROW = 60 /* columns below which texts are short */
};

enum browser_mode { MODE_ROWS, MODE_SEARCH, MODE_COMMAND, MODE_TEXT };

struct browser {
    struct session *session;
    struct arena *keep; /* of the session */
    struct view_memory memory;
    struct view_place now, history[HISTORY_MOST]; /* history[at] is `now` as it was when it was left last */
    size_t at, history_n;
    struct view_source *source;
    struct view_page *page;
    int height; /* rows of the page, as drawn last */
    enum browser_mode mode;
    struct line line;
    char search[LINE_MOST], message[LINE_MOST];
    size_t search_length, message_length;
    /* a text in place of the page; without one the keys */
    struct sink text;
    size_t text_first, text_rows; /* row at the top, and number of rows when drawn last */
    bool ended, redraw;
};

static void say(struct browser *b, str text) {
    b->message_length = text.len < sizeof b->message ? text.len : sizeof b->message;
    if (b->message_length) memcpy(b->message, text.ptr, b->message_length);
}
static void say_error(struct browser *b, struct err *e) {
    say(b, str_from(err_text(e)));
    err_clear(e);
}

static void free_page(struct view_page *p) {
    if (!p) return;
    if (p->view->unmake && p->data) p->view->unmake(p);
    arena_release(&p->arena);
    free(p);
}

static void free_source(struct view_source *s) {
    if (!s) return;
    if (s->view->drop && s->data) s->view->drop(s->data);
    arena_release(&s->arena);
    free(s);
}

/* A text that is equal for places with the same data. */
static str key_of(struct arena *a, const struct view_place *p) {
    struct sink out;
    sink_to_memory(&out);
    str pattern = p->view->of_functions ? p->pattern : STR_EMPTY;
    sink_printf(&out, "%s %zu:", p->view->report, pattern.len);
    sink_str(&out, pattern);
    for (unsigned i = 0; i < options_table_n; i++) {
        str value = options_get(a, &options_table[i], &p->options);
        sink_printf(&out, " %zu:", value.len);
        sink_str(&out, value);
    }
    str key = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return key;
}

static struct view_source *load(struct browser *b, const struct view_place *p, str key, struct err *e) {
    struct view_source *s = memory_zero(1, sizeof *s);
    s->view = p->view;
    s->notes.arena = &s->arena;
    s->key = str_copy(&s->arena, key);
    const struct command c = {.report = report_find(str_from(p->view->report)),
                              .pattern = p->view->of_functions ? p->pattern : STR_EMPTY,
                              .options = p->options};
    if (run_prepare(b->session, &c, &s->arena, &s->notes, &s->run, e) && p->view->load(s, e)) return s;
    free_source(s);
    return NULL;
}

static bool has_row(const struct browser *b) { return b->page->n > 0; }

static str function_at(const struct browser *b) {
    return has_row(b) ? b->page->view->function_of(b->page, b->now.row) : STR_EMPTY;
}

/* Shows a place; on failure what was shown stays. */
static bool show(struct browser *b, const struct view_place *next, struct err *e) {
    struct arena scratch = {0};
    str key = key_of(&scratch, next);
    bool same = b->source && str_equal(b->source->key, key);
    struct view_source *source = same ? b->source : load(b, next, key, e);
    arena_release(&scratch);
    if (!source) return false;
    const struct view_place before = b->now;
    struct view_page *p = memory_zero(1, sizeof *p);
    *p = (struct view_page){.view = next->view,
                            .source = source,
                            .place = &b->now,
                            .memory = &b->memory,
                            .keep = b->keep,
                            .unit = source->run.in.options->unit,
                            .empty = STR("There is nothing to show.")};
    b->now = *next;
    if (!next->view->make(p, e)) {
        b->now = before;
        free_page(p);
        if (!same) free_source(source);
        return false;
    }
    free_page(b->page);
    if (!same) free_source(b->source);
    b->source = source;
    b->page = p;
    if (b->now.row >= p->n) b->now.row = p->n ? p->n - 1 : 0;
    if (!same && source->notes.n) say(b, source->notes.at[0].text);
    return true;
}

/* The path of the selected row, in a view that zooms. */
static bool path_at(const struct browser *b, struct pathhash *path) {
    if (!b->page->view->zooms || !has_row(b)) return false;
    const struct view_zoom *zoom = b->page->view->zoom_to(b->page, b->now.row);
    if (zoom) *path = zoom->path;
    return zoom != NULL;
}

/* Selects the next row, or the one before, that matches, around the end. Returns false if no row matches. */
static bool find(struct browser *b, const struct view_match *match, bool forward) {
    struct view_page *p = b->page;
    struct arena *a = b->source->run.in.arena;
    size_t row = b->now.row;
    bool found = false;
    if (p->n && p->view->find) {
        found = p->view->find(p, match, forward, &row);
    } else {
        for (size_t step = 1; step <= p->n && !found; step++) {
            row = forward ? (b->now.row + step) % p->n : (b->now.row + p->n - step) % p->n;
            struct arena_mark m = arena_mark(a);
            found = view_matches(match, p->view->name_of(p, row), p->view->function_of(p, row));
            arena_rewind(a, m);
        }
    }
    if (found) b->now.row = row;
    return found;
}

/* Shows a place after the present one in the history. The selected function, or path, stays selected if it is there. */
static void go(struct browser *b, struct view_place next) {
    struct arena scratch = {0};
    struct err e = {0};
    struct pathhash path;
    str function = str_copy(&scratch, function_at(b));
    bool has_path = path_at(b, &path);
    struct view_place left = b->now;
    next.row = next.first = 0;
    next.shift = 0;
    if (show(b, &next, &e)) {
        b->history[b->at++] = left;
        if (b->at == HISTORY_MOST) {
            b->at--;
            memmove(b->history, b->history + 1, (HISTORY_MOST - 1) * sizeof *b->history);
        }
        b->history_n = b->at + 1;
        bool found = has_path && next.view->zooms && b->page->n && next.view->select(b->page, path, &b->now.row);
        if (!found && !next.view->of_functions && function.len && b->page->n) {
            /* the last row is before the first one */
            if (!b->page->view->find) b->now.row = b->page->n - 1;
            if (!find(b, &(struct view_match){.function = function}, true)) b->now.row = 0;
        }
    } else {
        say_error(b, &e);
    }
    arena_release(&scratch);
}

static void go_back(struct browser *b, int step) {
    struct err e = {0};
    if ((step < 0 && !b->at) || (step > 0 && b->at + 1 >= b->history_n)) {
        say(b, step < 0 ? STR("This is the first view.") : STR("This is the last view."));
        return;
    }
    struct view_place next = b->history[step < 0 ? b->at - 1 : b->at + 1], left = b->now;
    if (!show(b, &next, &e)) {
        say_error(b, &e);
        return;
    }
    b->history[b->at] = left;
    b->at = step < 0 ? b->at - 1 : b->at + 1;
}

/* Shows the view; one of some functions shows the selected one. */
static void go_to_view(struct browser *b, const struct view *view) {
    struct view_place next = b->now;
    str function = function_at(b);
    next.view = view;
    /* rows without a function have a name that peek knows: "[libc.so.6]" */
    if (view == &view_peek && !function.len && has_row(b)) {
        next.subject = str_copy(b->keep, b->page->view->name_of(b->page, b->now.row));
        next.pattern = next.subject.len ? view_pattern(b->keep, next.subject) : STR_EMPTY;
    } else if (view->of_functions && function.len) {
        bool by_function = report_find(str_from(view->report))->granularity != GRANULARITY_UNSET;
        next.pattern =
            by_function ? view_pattern(b->keep, function) : view_name_pattern(b->keep, &next.options, function);
        next.subject = str_copy(b->keep, function);
    }
    if (view->of_functions && !next.pattern.len)
        say(b, STR("Select a function first."));
    else if (view != b->now.view || !str_equal(next.pattern, b->now.pattern))
        go(b, next);
}

static void go_to_neighbour(struct browser *b, unsigned step) {
    unsigned i = 0;
    while (view_table[i] != b->now.view) i++;
    go_to_view(b, view_table[(i + step) % view_table_n]);
}

static void zoom(struct browser *b) {
    if (!b->now.view->zooms || !has_row(b)) {
        say(b, STR("z zooms in the tree and in the flame graph; f focuses on a function."));
        return;
    }
    struct view_place next = b->now;
    next.zoom = b->now.view->zoom_to(b->page, b->now.row);
    if (next.zoom == b->now.zoom)
        say(b, STR("This is the root already."));
    else
        go(b, next);
}

static void zoom_out(struct browser *b) {
    struct view_place next = b->now;
    if (!next.zoom || !next.view->zooms) {
        say(b, STR("Nothing is zoomed."));
        return;
    }
    struct pathhash path = next.zoom->path;
    next.zoom = next.zoom->above;
    go(b, next);
    if (b->now.zoom == next.zoom && b->page->n) b->now.view->select(b->page, path, &b->now.row);
}

static void sort(struct browser *b) {
    struct view_place next = b->now;
    if (next.view->draw) {
        say(b, STR("The flame graph has its heaviest callees to the left."));
        return;
    }
    switch (view_order(next.view, &next)) {
    case ORDER_FLAT: next.order = ORDER_CUM; break;
    case ORDER_CUM: next.order = ORDER_NAME; break;
    default: next.order = ORDER_FLAT;
    }
    /* the lists of callers and callees have the order of the report */
    if (next.order != ORDER_NAME) next.options.sort = next.order == ORDER_CUM ? SORT_CUM : SORT_FLAT;
    go(b, next);
}

static void change_type(struct browser *b) {
    struct view_place next = b->now;
    const struct profile *p = b->session->profile;
    uint32_t type = (b->source->run.in.value.type + 1) % p->n_types;
    next.options.sample_index = str_format(b->keep, "%u", type);
    go(b, next);
}

/* Sets the filter to the function alone, or, with `more`, to it beside what is set. */
static void filter(struct browser *b, str *field, struct view_place *next, bool more) {
    str function = function_at(b);
    if (!function.len) {
        say(b, STR("This row names no function."));
        return;
    }
    str pattern = view_pattern(b->keep, function);
    *field = more && field->len ? str_join(b->keep, (str[]){*field, pattern}, 2, STR("|")) : pattern;
    go(b, *next);
}

static void clear_filters(struct browser *b) {
    struct view_place next = b->now;
    for (unsigned i = 0; i < options_table_n; i++)
        if (options_table[i].trait == OPTIONS_FILTER)
            options_set(&options_table[i], &next.options, str_from(options_table[i].initial), NULL);
    go(b, next);
}

/* Case counts only if the pattern has a capital letter. */
static void search(struct browser *b, bool forward) {
    struct arena scratch = {0};
    struct err e = {0};
    str pattern = {b->search, b->search_length};
    bool capital = false;
    for (size_t i = 0; i < pattern.len; i++) capital |= pattern.ptr[i] >= 'A' && pattern.ptr[i] <= 'Z';
    if (!pattern.len) {
        say(b, STR("Nothing was searched yet: / starts."));
        return;
    }
    if (!capital) pattern = str_join(&scratch, (str[]){STR("(?i)"), pattern}, 2, STR_EMPTY);
    struct view_match match = {.regex = regex_compile(&scratch, pattern, &e)};
    if (!match.regex)
        say_error(b, &e);
    else if (!find(b, &match, forward))
        say(b, str_format(&scratch, "Nothing matches %.*s.", (int)b->search_length, b->search));
    arena_release(&scratch);
}

static void mark(struct browser *b) {
    str function = function_at(b);
    if (!function.len)
        say(b, STR("This row names no function."));
    else
        say(b, view_mark(&b->memory, function) ? STR("Marked.") : STR("The mark is removed."));
}

static void limit_to_marked(struct browser *b) {
    struct view_place next = b->now;
    VEC(str) pattern = {0};
    struct arena scratch = {0};
    for (uint32_t i = 0; i < b->memory.functions.n; i++)
        if (b->memory.marked.at[i]) *VEC_PUSH(&scratch, &pattern) = view_pattern(&scratch, b->memory.functions.key[i]);
    if (pattern.n) {
        next.options.focus = str_join(b->keep, pattern.at, pattern.n, STR("|"));
        go(b, next);
    } else {
        say(b, STR("Nothing is marked: m marks."));
    }
    arena_release(&scratch);
}

/* Shows what `out` holds, or, if it holds nothing, the keys. */
static void show_text(struct browser *b) {
    b->mode = MODE_TEXT;
    b->text_first = 0;
}

static void show_settings(struct browser *b) {
    b->text.len = 0;
    help_settings(&b->text, &b->now.options, b->session->profile);
    show_text(b);
}

static void show_help(struct browser *b, str topic) {
    b->text.len = 0;
    if (topic.len && !help_topic(&b->text, topic, b->session->profile))
        say(b, STR("There is no help on that; ? shows the keys."));
    else
        show_text(b);
}

/* Shows a report as a view. Returns false for other reports. */
static bool take_report(struct browser *b, const struct command *c, struct view_place *next) {
    const struct view *view = view_find(str_from(c->report->name));
    if (!view) {
        say(b, str_format(b->keep, "%s is no view: top, tree, peek, flame and list are.", c->report->name));
        return false;
    }
    /* the prompt shows ten rows, the browser scrolls */
    int64_t before = next->options.nodecount;
    next->options = c->options;
    if (before == -1 && c->options.nodecount == c->report->prompt_nodecount) next->options.nodecount = -1;
    next->view = view;
    if (view->of_functions) next->pattern = next->subject = c->pattern;
    return true;
}

/* Carries out a line of the prompt: an assignment, a report that is a view, help, options or quit. */
static void run_line(struct browser *b, str typed) {
    struct view_place next = b->now;
    const struct command_place here = {b->keep, b->session->profile, &next.options};
    str lines[COMMAND_LINES], line = str_copy(b->keep, str_trim(typed)), rest = line, word;
    struct err e = {0};
    if (!str_next_word(&rest, &word)) return;
    if (str_equal(word, STR("q")) || str_equal(word, STR("quit")) || str_equal(word, STR("exit"))) {
        b->ended = true;
    } else if (str_equal(word, STR("help"))) {
        show_help(b, str_trim(rest));
    } else if (str_equal(line, STR("o")) || str_equal(line, STR("options"))) {
        show_settings(b);
    } else {
        unsigned n = command_expand(b->keep, b->session->profile, line, lines);
        bool ok = true;
        for (unsigned i = 0; i < n && ok; i++) {
            struct command c = {.pattern = STR_EMPTY};
            enum command_kind kind = command_read(b->keep, &here, lines[i], &c, &e);
            if (kind == COMMAND_FAILED) say_error(b, &e);
            ok = kind != COMMAND_FAILED && (kind != COMMAND_REPORT || take_report(b, &c, &next));
        }
        if (next.options.sort != b->now.options.sort) next.order = ORDER_USUAL;
        if (ok) go(b, next);
    }
}

static void move(struct browser *b, long by) {
    long row = (long)b->now.row + by, last = b->page->n ? (long)b->page->n - 1 : 0;
    b->now.row = (size_t)(row < 0 ? 0 : row > last ? last : row);
}

static void act(struct browser *b, enum keys_action action) {
    struct view_place next = b->now;
    const struct view *view = b->now.view;
    int page = b->height > 1 ? b->height - 1 : 1;
    if (has_row(b) && view->act && view->act(b->page, action, b->height)) return;
    switch (action) {
    case ACTION_NONE: say(b, STR("? shows the keys.")); break;
    case ACTION_UP: move(b, -1); break;
    case ACTION_DOWN: move(b, 1); break;
    case ACTION_LEFT: b->now.shift = b->now.shift > SHIFT_STEP ? b->now.shift - SHIFT_STEP : 0; break;
    case ACTION_RIGHT: b->now.shift += b->now.shift < CANVAS_MOST ? SHIFT_STEP : 0; break;
    case ACTION_PAGE_UP: move(b, -page); break;
    case ACTION_PAGE_DOWN: move(b, page); break;
    case ACTION_FIRST: b->now.row = 0; break;
    case ACTION_LAST: b->now.row = b->page->n ? b->page->n - 1 : 0; break;
    case ACTION_ENTER:
        if (view->zooms)
            zoom(b);
        else if (view != &view_list)
            go_to_view(b, &view_peek);
        break;
    case ACTION_VIEW_1:
    case ACTION_VIEW_2:
    case ACTION_VIEW_3:
    case ACTION_VIEW_4:
    case ACTION_VIEW_5: go_to_view(b, view_table[action - ACTION_VIEW_1]); break;
    case ACTION_NEXT_VIEW: go_to_neighbour(b, 1); break;
    case ACTION_VIEW_BEFORE: go_to_neighbour(b, view_table_n - 1); break;
    case ACTION_CALLS: go_to_view(b, &view_peek); break;
    case ACTION_SOURCE: go_to_view(b, &view_list); break;
    case ACTION_ZOOM: zoom(b); break;
    case ACTION_UNZOOM: zoom_out(b); break;
    case ACTION_BACK: go_back(b, -1); break;
    case ACTION_FORWARD: go_back(b, 1); break;
    case ACTION_SEARCH:
    case ACTION_COMMAND:
        b->mode = action == ACTION_SEARCH ? MODE_SEARCH : MODE_COMMAND;
        line_start(&b->line, STR_EMPTY);
        break;
    case ACTION_SEARCH_NEXT: search(b, true); break;
    case ACTION_SEARCH_BEFORE: search(b, false); break;
    case ACTION_SORT: sort(b); break;
    case ACTION_TYPE: change_type(b); break;
    case ACTION_FOCUS: filter(b, &next.options.focus, &next, false); break;
    case ACTION_IGNORE: filter(b, &next.options.ignore, &next, true); break;
    case ACTION_HIDE: filter(b, &next.options.hide, &next, true); break;
    case ACTION_CLEAR: clear_filters(b); break;
    case ACTION_OPTIONS: show_settings(b); break;
    case ACTION_MARK: mark(b); break;
    case ACTION_MARK_NEXT:
        if (!find(b, &(struct view_match){.marked = &b->memory}, true)) say(b, STR("No marked function is here."));
        break;
    case ACTION_MARK_LIMIT: limit_to_marked(b); break;
    case ACTION_OPEN:
    case ACTION_CLOSE_ALL: say(b, STR("+ and - are for the tree.")); break;
    case ACTION_REDRAW: b->redraw = true; break;
    case ACTION_HELP: show_help(b, STR_EMPTY); break;
    case ACTION_QUIT: b->ended = true; break;
    }
}

static void act_on_text(struct browser *b, uint32_t key) {
    size_t page = b->height > 1 ? (size_t)b->height - 1 : 1;
    size_t last = b->text_rows > (size_t)b->height ? b->text_rows - (size_t)b->height : 0;
    switch (keys_find(key)) {
    case ACTION_UP: b->text_first -= b->text_first > 0; break;
    case ACTION_DOWN: b->text_first++; break;
    case ACTION_PAGE_UP: b->text_first -= b->text_first < page ? b->text_first : page; break;
    case ACTION_PAGE_DOWN: b->text_first += page; break;
    case ACTION_FIRST: b->text_first = 0; break;
    case ACTION_LAST: b->text_first = last; break;
    case ACTION_REDRAW: b->redraw = true; break;
    default:
        if (key != KEYS_RESIZE) b->mode = MODE_ROWS;
    }
    if (b->text_first > last) b->text_first = last;
}

void browser_key(struct browser *b, uint32_t key) {
    if (key == KEYS_CLOSED) b->ended = true;
    if (key == KEYS_RESIZE || key == KEYS_CLOSED) return;
    b->message_length = 0;
    if (b->mode == MODE_TEXT) {
        act_on_text(b, key);
        return;
    }
    if (b->mode == MODE_ROWS) {
        if (key != KEYS_ESCAPE) act(b, keys_find(key));
        return;
    }
    enum browser_mode mode = b->mode;
    enum line_state state = line_key(&b->line, key);
    if (state == LINE_OPEN) return;
    b->mode = MODE_ROWS;
    if (state == LINE_CANCELLED) return;
    str line = line_text(&b->line);
    if (mode == MODE_COMMAND) {
        run_line(b, line);
        return;
    }
    /* an empty line searches the last pattern again */
    if (line.len) memcpy(b->search, line.ptr, b->search_length = line.len);
    search(b, true);
}

bool browser_has_ended(const struct browser *b) { return b->ended; }

bool browser_wants_redraw(struct browser *b) {
    bool wants = b->redraw;
    b->redraw = false;
    return wants;
}

static void draw_title(const struct browser *b, struct canvas *c) {
    const struct canvas_style bar = {.flags = CANVAS_REVERSE}, chosen = {.flags = CANVAS_BOLD};
    int x = 0;
    canvas_paint(c, 0, 0, c->columns, bar);
    for (unsigned i = 0; i < view_table_n; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, c->columns < NARROW ? "%u %s" : " %u %s ", i + 1, view_table[i]->title);
        if (c->columns < NARROW) x += i > 0;
        x += canvas_text(c, 0, x, c->columns - x, (str){text, (size_t)n}, CANVAS_CUT_END,
                         view_table[i] == b->now.view ? chosen : bar);
    }
    const struct profile *p = b->session->profile;
    str program = p->n_mappings ? str_base_name(profile_str(p, p->mapping[0].file)) : STR_EMPTY;
    if (program.len < 2) program = STR("cprof");
    if (c->columns - x > 8) canvas_right(c, 0, x + 2, c->columns - x - 3, program, bar);
}

/* True for options that the line of the state leaves out: it shows their effect, or they have none here. */
static bool is_silent(const struct options_row *row) {
    static const char *const silent[] = {"output",       "compact_labels", "source_path", "trim_path",
                                         "sample_index", "sort",           "format",      "width"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (strcmp(row->name, silent[i]) == 0) return true;
    return false;
}

static void draw_state(const struct browser *b, struct canvas *c) {
    struct arena a = {0};
    struct sink out;
    struct options defaults;
    const struct report_in *in = &b->source->run.in;
    sink_to_memory(&out);
    options_defaults(&defaults);
    sink_str(&out, in->value.type_label);
    sink_text(&out, ", total ");
    sink_str(&out, report_value(in, in->value.total, b->page->unit));
    if (b->now.view->of_functions && b->now.pattern.len) {
        sink_text(&out, "  of ");
        sink_str(&out, b->now.subject);
    }
    for (unsigned i = 0; i < options_table_n; i++) {
        str value = options_get(&a, &options_table[i], &b->now.options);
        if (is_silent(&options_table[i]) || str_equal(value, options_get(&a, &options_table[i], &defaults))) continue;
        sink_printf(&out, "  %s=", options_table[i].name);
        sink_str(&out, value);
    }
    if (b->now.zoom && b->now.view->zooms) {
        VEC(str) name = {0};
        for (const struct view_zoom *z = b->now.zoom; z; z = z->above) *VEC_PUSH(&a, &name) = z->name;
        sink_text(&out, "  zoom: ");
        for (size_t i = name.n; i-- > 0;) {
            sink_str(&out, name.at[i]);
            if (i) sink_text(&out, " > ");
        }
    }
    canvas_text(c, 1, 0, c->columns, sink_bytes(&out), CANVAS_CUT_MIDDLE, (struct canvas_style){0});
    sink_drop(&out);
    arena_release(&a);
}

/* Scrolls so that the selected row is visible. */
static void scroll(struct browser *b) {
    const struct view_page *p = b->page;
    size_t height = b->height > 0 ? (size_t)b->height : 1, n = p->n;
    size_t line = p->view->line_of && p->n ? p->view->line_of(p, b->now.row) : b->now.row;
    if (b->now.first > line) b->now.first = line;
    if (line - b->now.first >= height) b->now.first = line - height + 1;
    if (p->view->line_of) return;
    /* no empty lines at the end, after the window grew */
    if (b->now.first + height > n) b->now.first = n > height ? n - height : 0;
}

static void draw_rows(struct browser *b, struct canvas *c, struct view_area area) {
    const struct view_page *p = b->page;
    struct arena *a = b->source->run.in.arena;
    if (p->view->draw) {
        p->view->draw(p, c, area);
        return;
    }
    for (int y = area.from; y < area.to; y++) {
        size_t row = b->now.first + (size_t)(y - area.from);
        if (row >= p->n) break;
        struct arena_mark m = arena_mark(a);
        struct canvas_style style = {.flags = row == b->now.row ? CANVAS_REVERSE : 0};
        canvas_paint(c, y, 0, c->columns, style);
        p->view->row(p, c, y, row, style);
        if (view_is_marked(&b->memory, p->view->function_of(p, row)))
            canvas_text(c, y, 0, 1, STR("*"), CANVAS_CUT_END, style);
        arena_rewind(a, m);
    }
}

/* Writes the name of the selected row, whole if possible, and its values; these have room of their own if no row shows
 * them. */
static void draw_selected(struct canvas *c, int y, str name, str values, bool needs_values) {
    const struct canvas_style plain = {0}, bold = {.flags = CANVAS_BOLD};
    int room = c->columns - canvas_width(values) - 2, least = needs_values ? c->columns / 2 : canvas_width(name);
    if (room < least) room = least;
    int x = 2 + canvas_text(c, y, 0, room, name, CANVAS_CUT_MIDDLE, bold);
    if (needs_values || c->columns - x >= canvas_width(values))
        canvas_text(c, y, x, c->columns - x, values, CANVAS_CUT_END, plain);
}

static void draw_page(struct browser *b, struct canvas *c) {
    struct arena *a = b->source->run.in.arena;
    const struct view_page *p = b->page;
    struct arena_mark m = arena_mark(a);
    b->height = c->rows > LINES_AROUND + 1 ? c->rows - LINES_AROUND - 1 : 1;
    scroll(b);
    draw_title(b, c);
    draw_state(b, c);
    p->view->head(p, c, 2);
    if (p->n) {
        draw_rows(b, c, (struct view_area){3, 3 + b->height});
        int y = 3 + b->height;
        str name = p->view->name_of(p, b->now.row);
        draw_selected(c, y, str_trim(name), p->view->describe(p, b->now.row), p->view->draw != NULL);
    } else {
        canvas_text(c, 3, 2, c->columns - 2, p->empty, CANVAS_CUT_END, (struct canvas_style){0});
    }
    arena_rewind(a, m);
}

/* Writes a text, wrapped at blanks where it is too long, from `column` on. Returns the row after it. */
static int wrap(struct canvas *c, int row, int column, struct view_area area, str text) {
    int room = c->columns - column > 10 ? c->columns - column : 10;
    do {
        str part = str_slice(text, 0, (size_t)room);
        while (part.len && part.len < text.len && ((unsigned char)text.ptr[part.len] & 0xC0) == 0x80) part.len--;
        if (part.len < text.len && text.ptr[part.len] != ' ') {
            size_t blank = str_find_last_char(part, ' ');
            if (blank > 0 && blank < part.len) part = str_slice(part, 0, blank);
        }
        if (row >= area.from && row < area.to)
            canvas_text(c, row, column, room, part, CANVAS_CUT_END, (struct canvas_style){0});
        row++;
        text = str_from_offset(text, part.len);
        while (text.len && text.ptr[0] == ' ' && part.len) text = str_from_offset(text, 1);
    } while (text.len);
    return row;
}

static int draw_keys(struct canvas *c, int row, struct view_area area) {
    const struct canvas_style bold = {.flags = CANVAS_BOLD};
    for (unsigned i = 0; i < keys_table_n; i++) {
        const struct keys_row *k = &keys_table[i];
        if (k->group) {
            row += i > 0;
            if (row >= area.from && row < area.to)
                canvas_text(c, row, 0, c->columns, str_from(k->group), CANVAS_CUT_END, bold);
            row++;
        }
        if (!k->names) continue;
        row = c->columns >= NARROW ? row : wrap(c, row, 2, area, str_from(k->names));
        if (c->columns >= NARROW && row >= area.from && row < area.to)
            canvas_text(c, row, 2, 20, str_from(k->names), CANVAS_CUT_END, (struct canvas_style){0});
        row = wrap(c, row, c->columns >= NARROW ? 22 : 6, area, str_from(k->help));
    }
    return row;
}

static void draw_text(struct browser *b, struct canvas *c) {
    const struct canvas_style bar = {.flags = CANVAS_REVERSE};
    const struct view_area area = {1, c->rows - 1};
    b->height = area.to > area.from ? area.to - area.from : 1;
    int first = 1 - (int)b->text_first, row = first;
    str text = sink_bytes(&b->text), line;
    canvas_paint(c, 0, 0, c->columns, bar);
    canvas_text(c, 0, 1, c->columns - 1, text.len ? STR("cprof") : STR("Keys"), CANVAS_CUT_END, bar);
    if (text.len)
        while (str_cut(&text, '\n', &line)) row = wrap(c, row, 0, area, line);
    else
        row = draw_keys(c, row, area);
    b->text_rows = (size_t)(row - first);
    canvas_text(c, c->rows - 1, 0, c->columns,
                c->columns < NARROW ? STR("j k: scroll  other keys: back")
                                    : STR("Up Down PgUp PgDn: scroll  any other key: back"),
                CANVAS_CUT_END, (struct canvas_style){.flags = CANVAS_BOLD});
}

void browser_draw(struct browser *b, struct canvas *c) {
    int last = c->rows - 1;
    str hint = STR("? keys  q leave  / search  : options  < back  Enter callers, zoom, open");
    if (canvas_width(hint) > c->columns) hint = STR("? keys  q leave  / search  < back");
    if (b->mode == MODE_TEXT) {
        draw_text(b, c);
        return;
    }
    draw_page(b, c);
    canvas_paint(c, last, 0, c->columns, (struct canvas_style){0});
    if (b->mode != MODE_ROWS)
        line_draw(&b->line, c, last, b->mode == MODE_SEARCH ? STR("/") : STR(":"));
    else if (b->message_length)
        canvas_text(c, last, 0, c->columns, (str){b->message, b->message_length}, CANVAS_CUT_END,
                    (struct canvas_style){.flags = CANVAS_BOLD});
    else
        canvas_text(c, last, 0, c->columns, hint, CANVAS_CUT_END, (struct canvas_style){0});
}

struct browser *browser_new(struct session *s, const struct options *o, struct err *e) {
    struct browser *b = memory_zero(1, sizeof *b);
    b->session = s;
    b->keep = s->arena;
    b->history_n = 1;
    b->height = 1;
    sink_to_memory(&b->text);
    const struct view_place first = {.view = view_table[0], .options = *o, .pattern = STR_EMPTY, .subject = STR_EMPTY};
    if (show(b, &first, e)) return b;
    browser_free(b);
    return NULL;
}

void browser_free(struct browser *b) {
    free_page(b->page);
    free_source(b->source);
    arena_release(&b->memory.arena);
    sink_drop(&b->text);
    free(b);
}
