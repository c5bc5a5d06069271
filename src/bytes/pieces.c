/* Reads and unwraps a source piece by piece, on a second thread if the source is large. */
#include "bytes/pieces.h"

#include <pthread.h>
#include <string.h>

#include "base/cancel.h"
#include "base/task.h"
#include "base/tuning.h"
#include "bytes/unwrap.h"

static size_t piece_size = TUNING_PIECE;

void pieces_set_size(size_t size) { piece_size = size && size < TUNING_PIECE ? size : TUNING_PIECE; }

struct pieces {
    /* the source */
    struct source *source;
    str bytes;
    uint64_t packed_done;
    bool source_failed;

    /* the layers of compression, outermost first: each refills from the one before it */
    struct layer {
        struct pieces *pieces;
        const struct wrapper *wrapper;
        void *stream;
        char *room; /* for the output of the previous layer */
        str first;  /* the start of that output, read to recognize this layer */
    } layer[UNWRAP_MOST + 1];
    int n_layers;

    struct piece {
        char *at;
        size_t n;
        uint64_t packed_done;
    } piece[TUNING_PIECES];

    bool first_is_all, threaded;
    struct cancel_work cancel; /* of the caller's thread */
    pthread_t maker;
    pthread_mutex_t lock; /* protects all fields below */
    pthread_cond_t changed;
    unsigned long made, used; /* numbers of pieces made and of pieces used up: at most TUNING_PIECES apart */
    bool ended, stopped;
    bool handed_out; /* the caller has piece `used` */
    struct err err;  /* why it ended; the maker owns it until it is joined */
};

/* Reads up to `cap` bytes of the source into `to`; *n is 0 at the end. */
static bool read_source(struct pieces *p, char *to, size_t cap, size_t *n, struct err *e) {
    *n = p->bytes.len < cap ? p->bytes.len : cap;
    if (*n) memcpy(to, p->bytes.ptr, *n);
    p->bytes = str_from_offset(p->bytes, *n);
    if (!*n && p->source) p->source_failed = !source_read_some(p->source, to, cap, n, e);
    p->packed_done += *n;
    return !p->source_failed;
}

/* The same for the input of layer `l`. */
static bool read_layer(struct layer *l, char *to, size_t cap, size_t *n, struct err *e) {
    if (l->first.len) {
        *n = l->first.len < cap ? l->first.len : cap;
        memcpy(to, l->first.ptr, *n);
        l->first = str_from_offset(l->first, *n);
        return true;
    }
    struct layer *outer = l - 1;
    if (l == l->pieces->layer) return read_source(l->pieces, to, cap, n, e);
    return outer->wrapper->next(outer->stream, to, cap, n, e);
}

/* An unwrap_refill. */
static bool refill(void *context, str *out, struct err *e) {
    struct layer *l = context;
    size_t n = l->first.len;
    *out = l->first;
    l->first = STR_EMPTY;
    if (n) return true;
    bool ok = read_layer(l, l->room, TUNING_PIECE, &n, e);
    *out = (str){l->room, n};
    return ok;
}

/* Looks at the start of the input, and makes a layer for each wrapper that it finds. */
static bool open_layers(struct pieces *p, struct arena *a, struct err *e) {
    for (;; p->n_layers++) {
        struct layer *l = &p->layer[p->n_layers];
        str first;
        l->pieces = p;
        l->room = p->piece[TUNING_PIECES - 1].at; /* which is not used yet */
        if (!refill(l, &first, e)) return false;
        l->first = first;
        l->wrapper = p->n_layers < UNWRAP_MOST ? unwrap_find(first) : NULL;
        if (!l->wrapper) return true;
        l->room = arena_alloc(a, TUNING_PIECE);
        if (first.len) memcpy(l->room, first.ptr, first.len);
        l->first.ptr = l->room;
        l->stream = l->wrapper->open(a, refill, l);
    }
}

/* Fills a piece. Returns false at the end. */
static bool make(struct pieces *p, struct piece *to) {
    bool ok = true;
    for (size_t n = 1; ok && n && to->n < piece_size; to->n += n)
        ok = read_layer(&p->layer[p->n_layers], to->at + to->n, piece_size - to->n, &n, &p->err);
    to->packed_done = p->packed_done;
    return ok && to->n > 0;
}

static void *make_all(void *context) {
    struct pieces *p = context;
    cancel_set(p->cancel.is_cancelled, p->cancel.context);
    for (bool more = true; more;) {
        pthread_mutex_lock(&p->lock);
        while (p->made - p->used == TUNING_PIECES && !p->stopped) pthread_cond_wait(&p->changed, &p->lock);
        struct piece *to = &p->piece[p->made % TUNING_PIECES];
        bool stopped = p->stopped;
        pthread_mutex_unlock(&p->lock);
        if (stopped) break;
        to->n = 0;
        more = make(p, to);
        pthread_mutex_lock(&p->lock);
        if (more)
            p->made++;
        else
            p->ended = true;
        pthread_cond_signal(&p->changed);
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

struct pieces *pieces_open(struct arena *a, struct source *source, str bytes) {
    struct pieces *p = ARENA_NEW(a, struct pieces);
    p->source = source;
    p->cancel = cancel_work();
    p->bytes = bytes;
    for (int i = 0; i < TUNING_PIECES; i++) p->piece[i].at = arena_alloc(a, TUNING_PIECE);
    if (open_layers(p, a, &p->err) && make(p, &p->piece[0]))
        p->made = 1;
    else
        p->ended = true;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    p->first_is_all = p->ended || p->piece[0].n < piece_size;
    p->threaded = !p->first_is_all && task_threads() > 1 && pthread_create(&p->maker, NULL, make_all, p) == 0;
    return p;
}

bool pieces_first(const struct pieces *p, str *first) {
    *first = (str){p->piece[0].at, p->piece[0].n};
    return p->first_is_all;
}

/* Without a second thread, makes each piece when the caller wants it. */
static bool next_here(struct pieces *p, struct piece **out) {
    *out = &p->piece[0];
    if (p->made && !p->handed_out) {
        p->handed_out = true; /* the first */
        return true;
    }
    p->piece[0].n = 0;
    if (!p->ended) p->ended = !make(p, *out);
    return !p->ended;
}

static bool next_made(struct pieces *p, struct piece **out) {
    pthread_mutex_lock(&p->lock);
    if (p->handed_out) {
        p->used++;
        p->handed_out = false;
        pthread_cond_signal(&p->changed);
    }
    while (p->made == p->used && !p->ended) pthread_cond_wait(&p->changed, &p->lock);
    p->handed_out = p->made != p->used;
    *out = &p->piece[p->used % TUNING_PIECES];
    pthread_mutex_unlock(&p->lock);
    return p->handed_out;
}

bool pieces_next(struct pieces *p, str *piece, uint64_t *packed_done) {
    struct piece *next;
    if (!(p->threaded ? next_made(p, &next) : next_here(p, &next))) return false;
    *piece = (str){next->at, next->n};
    *packed_done = next->packed_done;
    return true;
}

bool pieces_are_unwrapped(const struct pieces *p) { return p->n_layers > 0; }

bool pieces_close(struct pieces *p, struct err *e) {
    if (p->threaded) {
        pthread_mutex_lock(&p->lock);
        p->stopped = true;
        pthread_cond_signal(&p->changed);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->maker, NULL);
    }
    for (int i = 0; i < p->n_layers; i++) p->layer[i].wrapper->close(p->layer[i].stream);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->changed);
    bool ok = !p->err.text;
    if (!ok) err_set(e, "%s%s", p->source_failed ? "" : "decompressing profile: ", err_text(&p->err));
    err_clear(&p->err);
    return ok;
}
