/* zstd: the only file that knows libzstd. */
#include <zstd.h>

#include "base/library.h"
#include "bytes/wrapper.h"

enum { WINDOW_LOG_MOST = 27 }; /* 128 MiB, which is zstd's own default limit */

struct zstd_library {
    ZSTD_DCtx *(*create)(void);
    size_t (*release)(ZSTD_DCtx *);
    size_t (*set)(ZSTD_DCtx *, ZSTD_dParameter, int);
    size_t (*decompress)(ZSTD_DCtx *, ZSTD_outBuffer *, ZSTD_inBuffer *);
    unsigned (*is_error)(size_t);
    const char *(*error_name)(size_t);
};

struct zstd_stream {
    struct zstd_library zstd;
    struct wrapper_input in;
    struct err missing; /* why the library could not be opened */
    ZSTD_DCtx *context;
    bool in_frame;
};

static bool zstd_is(str b) { return b.len >= 4 && memcmp(b.ptr, "\x28\xb5\x2f\xfd", 4) == 0; }

static bool find_zstd(struct zstd_library *zstd, struct err *e) {
    const struct library_symbol symbol[] = {
        LIBRARY_SYMBOL(ZSTD_createDCtx, &zstd->create),     LIBRARY_SYMBOL(ZSTD_freeDCtx, &zstd->release),
        LIBRARY_SYMBOL(ZSTD_DCtx_setParameter, &zstd->set), LIBRARY_SYMBOL(ZSTD_decompressStream, &zstd->decompress),
        LIBRARY_SYMBOL(ZSTD_isError, &zstd->is_error),      LIBRARY_SYMBOL(ZSTD_getErrorName, &zstd->error_name),
    };
    return library_load(&library_table[LIBRARY_ZSTD], symbol, sizeof symbol / sizeof *symbol, e);
}

static void *zstd_open(struct arena *a, wrapper_refill refill, void *context) {
    struct zstd_stream *s = ARENA_NEW(a, struct zstd_stream);
    s->in = (struct wrapper_input){.refill = refill, .context = context};
    if (!find_zstd(&s->zstd, &s->missing)) return s;
    s->context = s->zstd.create();
    if (s->context) s->zstd.set(s->context, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
    return s;
}

static bool zstd_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct zstd_stream *s = stream;
    *n = 0;
    if (s->missing.text) return err_set(e, "zstd: %s", s->missing.text);
    if (!s->context) return err_set(e, "zstd: out of memory");
    ZSTD_outBuffer to = {out, cap, 0};
    while (to.pos < cap) {
        if (!wrapper_fill(&s->in, e)) return false;
        if (s->in.at_end && !s->in_frame) break;
        size_t before = to.pos;
        ZSTD_inBuffer from = {s->in.rest.ptr, s->in.rest.len, 0};
        size_t status = s->zstd.decompress(s->context, &to, &from);
        if (s->zstd.is_error(status)) return err_set(e, "zstd: %s", s->zstd.error_name(status));
        s->in.rest = str_from_offset(s->in.rest, from.pos);
        s->in_frame = status != 0;
        if (s->in.at_end && to.pos == before && s->in_frame) return err_set(e, "zstd: unexpected EOF");
    }
    *n = to.pos;
    return wrapper_made(&s->in, *n, e);
}

static void zstd_close(void *stream) {
    struct zstd_stream *s = stream;
    if (s->context) s->zstd.release(s->context);
    err_clear(&s->missing);
}

const struct wrapper zstd_wrapper = {"zstd", zstd_is, NULL, zstd_open, zstd_next, zstd_close};
