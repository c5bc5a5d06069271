/* What keys do. */
#include "browse/actions.h"

#include "cli/command.h"
#include "cli/help.h"

enum { SHIFT_STEP = 8 }; /* columns by which Left and Right move long texts */

/* Shows the view; one of some functions shows the selected one. */
static void go_to_view(struct browser *b, const struct view *view) {
    struct view_place next = b->now;
    str function = browser_function(b);
    next.view = view;
    /* rows without a function have a name that peek knows: "[libc.so.6]" */
    if (view == &view_peek && !function.len && browser_has_row(b)) {
        next.subject = str_copy(b->keep, b->page->view->name_of(b->page, b->now.row));
        next.pattern = next.subject.len ? view_pattern(b->keep, next.subject) : STR_EMPTY;
    } else if (view->of_functions && function.len) {
        bool by_function = report_find(str_from(view->report))->granularity != GRANULARITY_UNSET;
        next.pattern =
            by_function ? view_pattern(b->keep, function) : view_name_pattern(b->keep, &next.options, function);
        next.subject = str_copy(b->keep, function);
    }
    if (view->of_functions && !next.pattern.len)
        browser_say(b, STR("Select a function first."));
    else if (view != b->now.view || !str_equal(next.pattern, b->now.pattern))
        browser_go(b, next);
}

static void go_to_neighbour(struct browser *b, unsigned step) {
    unsigned i = 0;
    while (view_table[i] != b->now.view) i++;
    go_to_view(b, view_table[(i + step) % view_table_n]);
}

static void zoom(struct browser *b) {
    if (!b->now.view->zooms || !browser_has_row(b)) {
        browser_say(b, STR("z zooms in the tree and in the flame graph; f focuses on a function."));
        return;
    }
    struct view_place next = b->now;
    next.zoom = b->now.view->zoom_to(b->page, b->now.row);
    if (next.zoom == b->now.zoom)
        browser_say(b, STR("This is the root already."));
    else
        browser_go(b, next);
}

static void zoom_out(struct browser *b) {
    struct view_place next = b->now;
    if (!next.zoom || !next.view->zooms) {
        browser_say(b, STR("Nothing is zoomed."));
        return;
    }
    struct pathhash path = next.zoom->path;
    next.zoom = next.zoom->above;
    browser_go(b, next);
    if (b->now.zoom == next.zoom && b->page->n) b->now.view->select(b->page, path, &b->now.row);
}

static void sort(struct browser *b) {
    struct view_place next = b->now;
    if (next.view->draw) {
        browser_say(b, STR("The flame graph has its heaviest callees to the left."));
        return;
    }
    switch (view_order(next.view, &next)) {
    case ORDER_FLAT: next.order = ORDER_CUM; break;
    case ORDER_CUM: next.order = ORDER_NAME; break;
    default: next.order = ORDER_FLAT;
    }
    /* the lists of callers and callees have the order of the report */
    if (next.order != ORDER_NAME) next.options.sort = next.order == ORDER_CUM ? SORT_CUM : SORT_FLAT;
    browser_go(b, next);
}

static void change_type(struct browser *b) {
    struct view_place next = b->now;
    const struct profile *p = b->session->profile;
    uint32_t type = (b->source->run.in.value.type + 1) % p->n_types;
    next.options.sample_index = str_format(b->keep, "%u", type);
    browser_go(b, next);
}

/* Sets the filter to the function alone, or, with `more`, to it beside what is set. */
static void filter(struct browser *b, str *field, struct view_place *next, bool more) {
    str function = browser_function(b);
    if (!function.len) {
        browser_say(b, STR("This row names no function."));
        return;
    }
    str pattern = view_pattern(b->keep, function);
    *field = more && field->len ? str_join(b->keep, (str[]){*field, pattern}, 2, STR("|")) : pattern;
    browser_go(b, *next);
}

static void clear_filters(struct browser *b) {
    struct view_place next = b->now;
    for (unsigned i = 0; i < options_table_n; i++)
        if (options_is_filter(&options_table[i]))
            options_set(&options_table[i], &next.options, str_from(options_table[i].initial), NULL);
    browser_go(b, next);
}

/* Case counts only if the pattern has a capital letter. */
static void search(struct browser *b, bool forward) {
    struct arena scratch = {0};
    struct err e = {0};
    str pattern = {b->search, b->search_length};
    bool capital = false;
    for (size_t i = 0; i < pattern.len; i++) capital |= pattern.ptr[i] >= 'A' && pattern.ptr[i] <= 'Z';
    if (!pattern.len) {
        browser_say(b, STR("Nothing was searched yet: / starts."));
        return;
    }
    if (!capital) pattern = str_join(&scratch, (str[]){STR("(?i)"), pattern}, 2, STR_EMPTY);
    struct view_match match = {.regex = regex_compile(&scratch, pattern, &e)};
    if (!match.regex)
        browser_say_error(b, &e);
    else if (!browser_find(b, &match, forward))
        browser_say(b, str_format(&scratch, "Nothing matches %.*s.", (int)b->search_length, b->search));
    arena_release(&scratch);
}

static void mark(struct browser *b) {
    str function = browser_function(b);
    if (!function.len)
        browser_say(b, STR("This row names no function."));
    else
        browser_say(b, view_mark(&b->memory, function) ? STR("Marked.") : STR("The mark is removed."));
}

static void limit_to_marked(struct browser *b) {
    struct view_place next = b->now;
    VEC(str) pattern = {0};
    struct arena scratch = {0};
    for (uint32_t i = 0; i < b->memory.functions.n; i++)
        if (b->memory.marked.at[i]) *VEC_PUSH(&scratch, &pattern) = view_pattern(&scratch, b->memory.functions.key[i]);
    if (pattern.n) {
        next.options.focus = str_join(b->keep, pattern.at, pattern.n, STR("|"));
        browser_go(b, next);
    } else {
        browser_say(b, STR("Nothing is marked: m marks."));
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
        browser_say(b, STR("There is no help on that; ? shows the keys."));
    else
        show_text(b);
}

/* Shows a report as a view. Returns false for other reports. */
static bool take_report(struct browser *b, const struct command *c, struct view_place *next) {
    const struct view *view = view_find(str_from(c->report->name));
    if (!view) {
        browser_say(b, str_format(b->keep, "%s is no view: top, tree, peek, flame and list are.", c->report->name));
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
            if (kind == COMMAND_FAILED) browser_say_error(b, &e);
            ok = kind != COMMAND_FAILED && (kind != COMMAND_REPORT || take_report(b, &c, &next));
        }
        if (next.options.sort != b->now.options.sort) next.order = ORDER_USUAL;
        if (ok) browser_go(b, next);
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
    if (browser_has_row(b) && view->act && view->act(b->page, action, b->height)) return;
    switch (action) {
    case ACTION_NONE: browser_say(b, STR("? shows the keys.")); break;
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
    case ACTION_BACK: browser_go_back(b, -1); break;
    case ACTION_FORWARD: browser_go_back(b, 1); break;
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
        if (!browser_find(b, &(struct view_match){.marked = &b->memory}, true))
            browser_say(b, STR("No marked function is here."));
        break;
    case ACTION_MARK_LIMIT: limit_to_marked(b); break;
    case ACTION_OPEN:
    case ACTION_CLOSE_ALL: browser_say(b, STR("+ and - are for the tree.")); break;
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

void actions_take_key(struct browser *b, uint32_t key) {
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
