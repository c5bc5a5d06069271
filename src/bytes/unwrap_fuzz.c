/* libFuzzer: compressed profiles. The first byte chooses gzip, zstd, lz4, xz or bzip2, the next four where one byte of
 * the compressed bytes changes and how many are cut off at the end; the rest is what is compressed. Without such damage
 * the rest must come out again, read as one piece and in small ones. */
#include <assert.h>
#include <bzlib.h>
#include <dlfcn.h>
#include <lz4frame.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "bytes/unwrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 5, ROOM = 1 << 16, MOST = 1 << 14 };

#define FROM(library, name) ((__typeof__(&name))(uintptr_t)symbol(library, #name))
static void *symbol(const char *library, const char *name) {
    void *l = dlopen(library, RTLD_LAZY), *at = l ? dlsym(l, name) : NULL;
    assert(at);
    return at;
}

static size_t pack_gzip(const uint8_t *from, size_t n, uint8_t *to, int level) {
    z_stream z = {.next_in = (Bytef *)(uintptr_t)from, .avail_in = (uInt)n, .next_out = to, .avail_out = ROOM};
    int strategy = level > 9 ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY;
    assert(deflateInit2(&z, level > 9 ? 1 : level, Z_DEFLATED, 31, 8, strategy) == Z_OK);
    assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

/* Compresses; the number chooses the format and its level. */
static size_t pack(uint8_t way, const uint8_t *from, size_t n, uint8_t *to) {
    int level = way / 8 % 12;
    size_t len = ROOM;
    unsigned small = ROOM;
    switch (way % 5) {
    case 0: return pack_gzip(from, n, to, level);
    case 1: return FROM("libzstd.so.1", ZSTD_compress)(to, ROOM, from, n, level + 1);
    case 2: return FROM("liblz4.so.1", LZ4F_compressFrame)(to, ROOM, from, n, NULL);
    case 3:
        len = 0;
        assert(FROM("liblzma.so.5", lzma_easy_buffer_encode)(0, LZMA_CHECK_CRC32, NULL, from, n, to, &len, ROOM) ==
               LZMA_OK);
        return len;
    default:
        assert(FROM("libbz2.so.1.0", BZ2_bzBuffToBuffCompress)((char *)to, &small, (char *)(uintptr_t)from, (unsigned)n,
                                                               1, 0, 0) == BZ_OK);
        return small;
    }
}

struct pieces {
    str rest;
    size_t size;
};

static bool next_piece(void *context, str *out, struct err *e) {
    (void)e;
    struct pieces *p = context;
    *out = str_slice(p->rest, 0, p->size);
    p->rest = str_from_offset(p->rest, out->len);
    return true;
}

static bool unpack_pieces(struct arena *a, str packed, size_t size, str *out, struct err *e) {
    const struct wrapper *w = unwrap_find(packed);
    struct pieces p = {packed, size};
    char *room = arena_alloc(a, MOST + 1);
    *out = (str){room, 0};
    if (!w) return false;
    void *stream = w->open(a, next_piece, &p);
    size_t n = 0;
    bool ok;
    do {
        ok = w->next(stream, room + out->len, MOST + 1 - out->len < 64 ? MOST + 1 - out->len : 64, &n, e);
        out->len += n;
    } while (ok && n && out->len <= MOST);
    w->close(stream);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t packed[ROOM];
    if (size < HEAD || size > MOST) return 0;
    struct arena a = {0}, whole_arena = {0};
    struct err e = {0};
    const str content = {(const char *)data + HEAD, size - HEAD};
    size_t n = pack(data[0], data + HEAD, content.len, packed);
    bool damaged = data[1] || data[4];
    packed[data[2] * n / 256] ^= data[1];
    n -= data[4] * n / 1024;
    str packed_bytes = {(const char *)packed, n}, out;
    const struct wrapper *w = unwrap_find(packed_bytes);
    assert(damaged || w);
    if (w) {
        bool ok = w->unpack ? w->unpack(&whole_arena, packed_bytes, &out, &e)
                            : wrapper_unpack(w, &whole_arena, packed_bytes, &out, &e);
        assert(ok ? !e.text && (damaged || str_equal(out, content)) : damaged && e.text);
        err_clear(&e);
        ok = unpack_pieces(&a, packed_bytes, data[3] % 64 + (size_t)1, &out, &e);
        assert(ok ? damaged || str_equal(out, content) : damaged);
        err_clear(&e);
    }
    arena_release(&a);
    arena_release(&whole_arena);
    return 0;
}
