#include "formats/pieces.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/task.h"
#include "base/tuning.h"
#include "bytes/gzip.h"
#include "formats/load.h"

struct pieces {
    /* the source */
    int fd;
    str bytes;
    char *input; /* room for what is read from fd */
    uint64_t packed_done;
    str first;                      /* what was read to see whether it is packed */
    struct inflate_stream *inflate; /* NULL: it is not */

    /* of the thread that makes pieces, until it has made them */
    struct piece {
        char *at;
        size_t n;
        uint64_t packed_done;
    } piece[TUNING_PIECES];

    bool threaded;
    pthread_t maker;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    unsigned long made, used; /* pieces made, and handed out and done with: at most TUNING_PIECES lie between */
    bool ended, broken, stopped;
    bool handed_out; /* piece `used` is with the caller */
};

/* --- the source -----------------------------------------------------------------------------------------------------
 */

static bool read_some(struct pieces *p, char *to, size_t cap, str *out) {
    ssize_t n;
    do n = read(p->fd, to, cap);
    while (n < 0 && errno == EINTR);
    *out = (str){to, n > 0 ? (size_t)n : 0};
    return n >= 0;
}

/* An inflate_refill. */
static bool refill(void *context, str *out) {
    struct pieces *p = context;
    bool ok = true;
    if (p->first.len) {
        *out = p->first;
        p->first = STR_EMPTY;
    } else if (p->fd >= 0) {
        ok = read_some(p, p->input, TUNING_PIECE, out);
    } else {
        *out = str_slice(p->bytes, 0, TUNING_PIECE);
        p->bytes = str_from_offset(p->bytes, TUNING_PIECE);
    }
    p->packed_done += out->len;
    return ok;
}

/* --- making pieces
 * ---------------------------------------------------------------------------------------------------- */

/* False at the end. Sources that are not packed are handed out as they are read. */
static bool make(struct pieces *p, struct piece *to, bool *broken) {
    if (p->inflate) {
        *broken = !inflate_stream_next(p->inflate, to->at, TUNING_PIECE, &to->n);
    } else {
        str read;
        *broken = !refill(p, &read);
        to->n = read.len;
        if (read.len) memcpy(to->at, read.ptr, read.len);
    }
    to->packed_done = p->packed_done;
    return to->n > 0 && !*broken;
}

static void *make_all(void *context) {
    struct pieces *p = context;
    for (bool more = true; more;) {
        pthread_mutex_lock(&p->lock);
        while (p->made - p->used == TUNING_PIECES && !p->stopped) pthread_cond_wait(&p->changed, &p->lock);
        struct piece *to = &p->piece[p->made % TUNING_PIECES];
        bool stopped = p->stopped, broken;
        pthread_mutex_unlock(&p->lock);
        if (stopped) break;
        more = make(p, to, &broken);
        pthread_mutex_lock(&p->lock);
        if (more)
            p->made++;
        else
            p->ended = true;
        p->broken = broken;
        pthread_cond_signal(&p->changed);
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

struct pieces *pieces_open(struct arena *a, int fd, str bytes) {
    struct pieces *p = ARENA_NEW(a, struct pieces);
    p->fd = fd;
    p->bytes = bytes;
    p->first = STR_EMPTY;
    for (int i = 0; i < TUNING_PIECES; i++) p->piece[i].at = arena_alloc(a, TUNING_PIECE);
    if (fd >= 0) p->input = arena_alloc(a, TUNING_PIECE);
    p->broken = !refill(p, &p->first);
    p->packed_done = 0;
    if (gzip_is(p->first)) p->inflate = inflate_stream_new(a, refill, p, INFLATE_FASTEST);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    p->threaded = !p->broken && task_threads() > 1 && pthread_create(&p->maker, NULL, make_all, p) == 0;
    return p;
}

/* Without a second thread each piece is made when it is asked for. */
static bool next_here(struct pieces *p, struct piece **out) {
    *out = &p->piece[0];
    if (!p->broken && !p->ended) p->ended = !make(p, *out, &p->broken);
    return !p->ended && !p->broken;
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

bool pieces_close(struct pieces *p) {
    if (p->threaded) {
        pthread_mutex_lock(&p->lock);
        p->stopped = true;
        pthread_cond_signal(&p->changed);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->maker, NULL);
    }
    if (p->inflate) inflate_stream_release(p->inflate);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->changed);
    return !p->broken && p->ended;
}
