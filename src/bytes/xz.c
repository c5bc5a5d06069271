/* xz: the only file that knows liblzma. */
#include <lzma.h>

#include "base/library.h"
#include "bytes/wrapper.h"

/* A dictionary of 128 MiB and the decoder's own memory. */
enum { MEMORY_MOST = 140 * 1024 * 1024 };

struct xz_library {
    lzma_ret (*decoder)(lzma_stream *, uint64_t, uint32_t);
    lzma_ret (*code)(lzma_stream *, lzma_action);
    void (*end)(lzma_stream *);
};

struct xz_stream {
    struct xz_library lzma;
    struct wrapper_input in;
    struct err missing; /* why the library could not be opened */
    lzma_stream z;
    bool is_open, at_end;
};

static bool xz_is(str b) {
    return b.len >= 6 && memcmp(b.ptr,
                                "\xfd"
                                "7zXZ\0",
                                6) == 0;
}

static bool find_lzma(struct xz_library *lzma, struct err *e) {
    const struct library_symbol symbol[] = {LIBRARY_SYMBOL(lzma_stream_decoder, &lzma->decoder),
                                            LIBRARY_SYMBOL(lzma_code, &lzma->code),
                                            LIBRARY_SYMBOL(lzma_end, &lzma->end)};
    return library_load(&library_table[LIBRARY_LZMA], symbol, sizeof symbol / sizeof *symbol, e);
}

static void *xz_open(struct arena *a, wrapper_refill refill, void *context) {
    struct xz_stream *s = ARENA_NEW(a, struct xz_stream);
    s->in = (struct wrapper_input){.refill = refill, .context = context};
    s->z = (lzma_stream)LZMA_STREAM_INIT;
    s->is_open =
        find_lzma(&s->lzma, &s->missing) && s->lzma.decoder(&s->z, (uint64_t)MEMORY_MOST, LZMA_CONCATENATED) == LZMA_OK;
    return s;
}

static bool report_fault(lzma_ret status, struct err *e) {
    switch (status) {
    case LZMA_BUF_ERROR: return err_set(e, "xz: unexpected EOF");
    case LZMA_MEMLIMIT_ERROR: return err_set(e, "xz: its dictionary is larger than 128 MiB");
    case LZMA_OPTIONS_ERROR: return err_set(e, "xz: it uses filters that are not supported");
    case LZMA_MEM_ERROR: return err_set(e, "xz: out of memory");
    default: return err_set(e, "xz: the data is corrupt");
    }
}

static bool xz_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct xz_stream *s = stream;
    *n = 0;
    if (s->missing.text) return err_set(e, "xz: %s", s->missing.text);
    if (!s->is_open) return err_set(e, "xz: out of memory");
    s->z.next_out = (uint8_t *)out;
    s->z.avail_out = cap;
    while (s->z.avail_out && !s->at_end) {
        if (!wrapper_fill(&s->in, e)) return false;
        s->z.next_in = (const uint8_t *)s->in.rest.ptr;
        s->z.avail_in = s->in.rest.len;
        lzma_ret status = s->lzma.code(&s->z, s->in.at_end ? LZMA_FINISH : LZMA_RUN);
        s->in.rest = str_from_offset(s->in.rest, s->in.rest.len - s->z.avail_in);
        s->at_end = status == LZMA_STREAM_END;
        if (status != LZMA_OK && !s->at_end) return report_fault(status, e);
    }
    *n = cap - s->z.avail_out;
    return wrapper_made(&s->in, *n, e);
}

static void xz_close(void *stream) {
    struct xz_stream *s = stream;
    if (s->is_open) s->lzma.end(&s->z);
    err_clear(&s->missing);
}

const struct wrapper xz_wrapper = {"xz", xz_is, NULL, xz_open, xz_next, xz_close};
