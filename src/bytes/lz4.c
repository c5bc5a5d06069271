/* lz4, its frames and the legacy format: the only file that knows liblz4. */
#include <lz4.h>
#include <lz4frame.h>

#include "base/library.h"
#include "bytes/wrapper.h"

enum { LEGACY_BLOCK = 8 * 1024 * 1024, LEGACY_PACKED_MOST = LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16 };

struct lz4_library {
    LZ4F_errorCode_t (*create)(LZ4F_dctx **, unsigned);
    LZ4F_errorCode_t (*release)(LZ4F_dctx *);
    size_t (*decompress)(LZ4F_dctx *, void *, size_t *, const void *, size_t *, const LZ4F_decompressOptions_t *);
    unsigned (*is_error)(LZ4F_errorCode_t);
    const char *(*error_name)(LZ4F_errorCode_t);
    int (*decompress_block)(const char *, char *, int, int);
};

struct lz4_stream {
    struct lz4_library lz4;
    struct wrapper_input in;
    struct err missing; /* why the library could not be opened */
    LZ4F_dctx *frames;
    bool in_frame;
    /* used for the legacy format */
    char *packed, *block;
    size_t block_len, block_done;
};

static const char frame_magic[] = "\x04\x22\x4d\x18", legacy_magic[] = "\x02\x21\x4c\x18";
enum { MAGIC = 4 };

static bool lz4_is(str b) { return b.len >= MAGIC && memcmp(b.ptr, frame_magic, MAGIC) == 0; }
static bool lz4_legacy_is(str b) { return b.len >= MAGIC && memcmp(b.ptr, legacy_magic, MAGIC) == 0; }

static bool find_lz4(struct lz4_library *lz4, struct err *e) {
    const struct library_symbol symbol[] = {
        LIBRARY_SYMBOL(LZ4F_createDecompressionContext, &lz4->create),
        LIBRARY_SYMBOL(LZ4F_freeDecompressionContext, &lz4->release),
        LIBRARY_SYMBOL(LZ4F_decompress, &lz4->decompress),
        LIBRARY_SYMBOL(LZ4F_isError, &lz4->is_error),
        LIBRARY_SYMBOL(LZ4F_getErrorName, &lz4->error_name),
        LIBRARY_SYMBOL(LZ4_decompress_safe, &lz4->decompress_block),
    };
    return library_load(&library_table[LIBRARY_LZ4], symbol, sizeof symbol / sizeof *symbol, e);
}

static void *lz4_open(struct arena *a, wrapper_refill refill, void *context) {
    struct lz4_stream *s = ARENA_NEW(a, struct lz4_stream);
    s->in = (struct wrapper_input){.refill = refill, .context = context};
    if (find_lz4(&s->lz4, &s->missing) && s->lz4.is_error(s->lz4.create(&s->frames, LZ4F_VERSION))) s->frames = NULL;
    return s;
}

static bool is_ready(const struct lz4_stream *s, struct err *e) {
    if (s->missing.text) return err_set(e, "lz4: %s", s->missing.text);
    return s->frames || err_set(e, "lz4: out of memory");
}

static bool lz4_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct lz4_stream *s = stream;
    *n = 0;
    if (!is_ready(s, e)) return false;
    while (*n < cap) {
        if (!wrapper_fill(&s->in, e)) return false;
        if (s->in.at_end && !s->in_frame) break;
        size_t given = s->in.rest.len, room = cap - *n;
        size_t status = s->lz4.decompress(s->frames, out + *n, &room, s->in.rest.ptr, &given, NULL);
        if (s->lz4.is_error(status)) return err_set(e, "lz4: %s", s->lz4.error_name(status));
        s->in.rest = str_from_offset(s->in.rest, given);
        *n += room;
        s->in_frame = status != 0;
        if (s->in.at_end && !room && s->in_frame) return err_set(e, "lz4: unexpected EOF");
    }
    return wrapper_made(&s->in, *n, e);
}

/* Reads the next block into s->block; s->block_len is its length, 0 at the end. Joined files have the magic number
 * between their blocks. */
static bool read_block(struct lz4_stream *s, struct err *e) {
    char word[MAGIC];
    size_t there;
    do {
        if (!wrapper_take(&s->in, word, sizeof word, &there, e)) return false;
    } while (there == MAGIC && lz4_legacy_is((str){word, MAGIC}));
    if (there == 0) return true;
    if (there < MAGIC) return err_set(e, "lz4: unexpected EOF");
    uint32_t size = wrapper_le32(word);
    if (size > LEGACY_PACKED_MOST) return err_set(e, "lz4: the data is corrupt");
    if (!wrapper_take(&s->in, s->packed, size, &there, e)) return false;
    if (there < size) return err_set(e, "lz4: unexpected EOF");
    int len = s->lz4.decompress_block(s->packed, s->block, (int)size, LEGACY_BLOCK);
    if (len <= 0) return err_set(e, "lz4: the data is corrupt");
    s->block_len = (size_t)len;
    return true;
}

static void *lz4_legacy_open(struct arena *a, wrapper_refill refill, void *context) {
    struct lz4_stream *s = lz4_open(a, refill, context);
    s->packed = arena_alloc(a, LEGACY_PACKED_MOST);
    s->block = arena_alloc(a, LEGACY_BLOCK);
    return s;
}

static bool lz4_legacy_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct lz4_stream *s = stream;
    *n = 0;
    if (!is_ready(s, e)) return false;
    if (s->block_done == s->block_len) {
        s->block_done = s->block_len = 0;
        if (!read_block(s, e)) return false;
    }
    size_t left = s->block_len - s->block_done;
    *n = left < cap ? left : cap;
    memcpy(out, s->block + s->block_done, *n);
    s->block_done += *n;
    return wrapper_made(&s->in, *n, e);
}

static void lz4_close(void *stream) {
    struct lz4_stream *s = stream;
    if (s->frames) s->lz4.release(s->frames);
    err_clear(&s->missing);
}

const struct wrapper lz4_wrapper = {"lz4", lz4_is, NULL, lz4_open, lz4_next, lz4_close};
const struct wrapper lz4_legacy_wrapper = {"lz4", lz4_legacy_is, NULL, lz4_legacy_open, lz4_legacy_next, lz4_close};
