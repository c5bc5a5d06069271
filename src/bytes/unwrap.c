/* The table of wrappers (compressed formats) and the loop that removes them. */
#include "bytes/unwrap.h"

#include "bytes/gzip.h"
#include "bytes/unicode.h"

static void *gzip_open(struct arena *a, wrapper_refill refill, void *context) {
    return inflate_stream_new(a, refill, context, INFLATE_FASTEST);
}

static bool gzip_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    return inflate_stream_next(stream, out, cap, n, e);
}

static void gzip_close(void *stream) { inflate_stream_release(stream); }

static void nothing_to_close(void *stream) { (void)stream; }

static const struct wrapper gzip_wrapper = {"gzip", gzip_is, inflate_gzip, gzip_open, gzip_next, gzip_close};
static const struct wrapper unicode_wrapper = {
    "text with a byte order mark", unicode_is, NULL, unicode_open, unicode_next, nothing_to_close};

static const struct wrapper *const wrappers[] = {&gzip_wrapper, &zstd_wrapper,  &lz4_wrapper,       &lz4_legacy_wrapper,
                                                 &xz_wrapper,   &bzip2_wrapper, &skippable_wrapper, &unicode_wrapper};

const struct wrapper *unwrap_find(str start) {
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (wrappers[i]->is(start)) return wrappers[i];
    return NULL;
}

bool unwrap_all(struct arena *home, str *bytes, struct err *e) {
    const struct wrapper *w;
    for (int i = 0; i < UNWRAP_MOST && (w = unwrap_find(*bytes)); i++) {
        struct arena unpacked = {0};
        bool ok = w->unpack ? w->unpack(&unpacked, *bytes, bytes, e) : wrapper_unpack(w, &unpacked, *bytes, bytes, e);
        arena_release(home);
        *home = unpacked;
        if (!ok) return err_prepend(e, "decompressing profile: ");
    }
    return true;
}
