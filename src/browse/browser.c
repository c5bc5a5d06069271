/* The state of the browser. */
#include "browse/browser.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void browser_say(struct browser *b, str text) {
    b->message_length = text.len < sizeof b->message ? text.len : sizeof b->message;
    if (b->message_length) memcpy(b->message, text.ptr, b->message_length);
}
void browser_say_error(struct browser *b, struct err *e) {
    browser_say(b, str_from(err_text(e)));
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

bool browser_has_row(const struct browser *b) { return b->page->n > 0; }

str browser_function(const struct browser *b) {
    return browser_has_row(b) ? b->page->view->function_of(b->page, b->now.row) : STR_EMPTY;
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
    if (!same && source->notes.n) browser_say(b, source->notes.at[0].text);
    return true;
}

/* The path of the selected row, in a view that zooms. */
static bool path_at(const struct browser *b, struct pathhash *path) {
    if (!b->page->view->zooms || !browser_has_row(b)) return false;
    const struct view_zoom *zoom = b->page->view->zoom_to(b->page, b->now.row);
    if (zoom) *path = zoom->path;
    return zoom != NULL;
}

bool browser_find(struct browser *b, const struct view_match *match, bool forward) {
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

void browser_go(struct browser *b, struct view_place next) {
    struct arena scratch = {0};
    struct err e = {0};
    struct pathhash path;
    str function = str_copy(&scratch, browser_function(b));
    bool has_path = path_at(b, &path);
    struct view_place left = b->now;
    next.row = next.first = 0;
    next.shift = 0;
    if (show(b, &next, &e)) {
        b->history[b->at++] = left;
        if (b->at == BROWSER_HISTORY) {
            b->at--;
            memmove(b->history, b->history + 1, (BROWSER_HISTORY - 1) * sizeof *b->history);
        }
        b->history_n = b->at + 1;
        bool found = has_path && next.view->zooms && b->page->n && next.view->select(b->page, path, &b->now.row);
        if (!found && !next.view->of_functions && function.len && b->page->n) {
            /* the last row is before the first one */
            if (!b->page->view->find) b->now.row = b->page->n - 1;
            if (!browser_find(b, &(struct view_match){.function = function}, true)) b->now.row = 0;
        }
    } else {
        browser_say_error(b, &e);
    }
    arena_release(&scratch);
}

void browser_go_back(struct browser *b, int step) {
    struct err e = {0};
    if ((step < 0 && !b->at) || (step > 0 && b->at + 1 >= b->history_n)) {
        browser_say(b, step < 0 ? STR("This is the first view.") : STR("This is the last view."));
        return;
    }
    struct view_place next = b->history[step < 0 ? b->at - 1 : b->at + 1], left = b->now;
    if (!show(b, &next, &e)) {
        browser_say_error(b, &e);
        return;
    }
    b->history[b->at] = left;
    b->at = step < 0 ? b->at - 1 : b->at + 1;
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
