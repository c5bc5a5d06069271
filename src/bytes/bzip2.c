/* bzip2: the only file that knows libbz2. */
#include <bzlib.h>

#include "base/library.h"
#include "bytes/wrapper.h"

struct bzip2_library {
    int (*init)(bz_stream *, int, int);
    int (*decompress)(bz_stream *);
    int (*end)(bz_stream *);
};

struct bzip2_stream {
    struct bzip2_library bz;
    struct wrapper_input in;
    struct err missing; /* why the library could not be opened */
    bz_stream z;
    bool in_stream;
};

/* Recognizes "BZh", the block size, and the start of a block or of the end. */
static bool bzip2_is(str b) {
    return b.len >= 10 && memcmp(b.ptr, "BZh", 3) == 0 && b.ptr[3] >= '1' && b.ptr[3] <= '9' &&
           (memcmp(b.ptr + 4, "1AY&SY", 6) == 0 || memcmp(b.ptr + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool find_bz(struct bzip2_library *bz, struct err *e) {
    const struct library_symbol symbol[] = {LIBRARY_SYMBOL(BZ2_bzDecompressInit, &bz->init),
                                            LIBRARY_SYMBOL(BZ2_bzDecompress, &bz->decompress),
                                            LIBRARY_SYMBOL(BZ2_bzDecompressEnd, &bz->end)};
    return library_load(&library_table[LIBRARY_BZIP2], symbol, sizeof symbol / sizeof *symbol, e);
}

static void *bzip2_open(struct arena *a, wrapper_refill refill, void *context) {
    struct bzip2_stream *s = ARENA_NEW(a, struct bzip2_stream);
    s->in = (struct wrapper_input){.refill = refill, .context = context};
    find_bz(&s->bz, &s->missing);
    return s;
}

static bool bzip2_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    enum { AT_ONCE = 1 << 30 }; /* libbz2 counts in 32 bits */
    struct bzip2_stream *s = stream;
    *n = 0;
    if (s->missing.text) return err_set(e, "bzip2: %s", s->missing.text);
    unsigned room = cap < AT_ONCE ? (unsigned)cap : AT_ONCE;
    s->z.next_out = out;
    s->z.avail_out = room;
    while (s->z.avail_out) {
        if (!wrapper_fill(&s->in, e)) return false;
        if (s->in.at_end && !s->in_stream) break;
        if (!s->in_stream && s->bz.init(&s->z, 0, 0) != BZ_OK) return err_set(e, "bzip2: out of memory");
        s->in_stream = true;
        unsigned before = s->z.avail_out, given = s->in.rest.len < AT_ONCE ? (unsigned)s->in.rest.len : AT_ONCE;
        s->z.next_in = (char *)(uintptr_t)s->in.rest.ptr;
        s->z.avail_in = given;
        int status = s->bz.decompress(&s->z);
        s->in.rest = str_from_offset(s->in.rest, given - s->z.avail_in);
        if (status == BZ_STREAM_END) {
            s->bz.end(&s->z);
            s->in_stream = false;
        } else if (status != BZ_OK) {
            return err_set(e, status == BZ_MEM_ERROR ? "bzip2: out of memory" : "bzip2: the data is corrupt");
        } else if (s->in.at_end && s->z.avail_out == before) {
            return err_set(e, "bzip2: unexpected EOF");
        }
    }
    *n = room - s->z.avail_out;
    return wrapper_made(&s->in, *n, e);
}

static void bzip2_close(void *stream) {
    struct bzip2_stream *s = stream;
    if (s->in_stream) s->bz.end(&s->z);
    err_clear(&s->missing);
}

const struct wrapper bzip2_wrapper = {"bzip2", bzip2_is, NULL, bzip2_open, bzip2_next, bzip2_close};
