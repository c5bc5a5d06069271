/* The only file that knows zlib and libdeflate. libdeflate unpacks a whole file at once, about twice as fast
 * as zlib; zlib finds out what is wrong with a file that does not unpack. */
#include <errno.h>
#include <libdeflate.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/sink.h"
#include "base/task.h"
#include "load/load.h"

/* deflate cannot pack tighter than this */
enum { MOST_EXPANSION = 1032 };

/* What Go's gzip reader says of the same bytes. `in` starts at a member. */
static bool explain(str in, struct err *e) {
    if (in.len < 10) return err_set(e, "unexpected EOF");
    if ((unsigned char)in.ptr[0] != 0x1f || (unsigned char)in.ptr[1] != 0x8b || in.ptr[2] != 8)
        return err_set(e, "gzip: invalid header");
    z_stream z = {0};
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) return err_set(e, "out of memory");
    unsigned char sinkhole[16384];
    z.next_in = (Bytef *)(uintptr_t)in.ptr;
    size_t left = in.len;
    int status = Z_OK;
    while (status == Z_OK) {
        if (z.avail_in == 0) {
            z.avail_in = left > (1u << 30) ? 1u << 30 : (uInt)left;
            left -= z.avail_in;
        }
        z.next_out = sinkhole;
        z.avail_out = sizeof sinkhole;
        status = inflate(&z, Z_NO_FLUSH);
        if (status == Z_BUF_ERROR && left) status = Z_OK;
    }
    size_t at = (size_t)((const char *)z.next_in - in.ptr);
    const char *fault = z.msg ? z.msg : "";
    bool checksum = strstr(fault, "data check") || strstr(fault, "length check");
    bool header = strstr(fault, "header") && !strstr(fault, "block");
    inflateEnd(&z);
    if (status == Z_BUF_ERROR) return err_set(e, "unexpected EOF");
    if (checksum) return err_set(e, "gzip: invalid checksum");
    if (header) return err_set(e, "gzip: invalid header");
    return err_set(e, "flate: corrupt input before offset %zu", at);
}

static uint32_t last_member_size(str gz) {
    const unsigned char *p = (const unsigned char *)gz.ptr + gz.len - 4;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool too_large(size_t n) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 && n / (size_t)size > (size_t)pages;
}

bool inflate_gzip(struct arena *a, str gz, str *out, struct err *e) {
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d) return err_set(e, "out of memory");
    /* the trailer tells the size of the last member, usually the only one; it may lie, so it is only a first
     * guess, and no more than these bytes could hold */
    size_t cap = gz.len > 18 ? last_member_size(gz) : 0;
    if (cap > gz.len * MOST_EXPANSION) cap = gz.len * MOST_EXPANSION;
    cap += 64;
    char *bytes = arena_alloc(a, cap);
    size_t len = 0;
    str rest = gz;
    bool ok = true;
    while (ok && rest.len) {
        size_t used = 0, made = 0;
        enum libdeflate_result r =
            libdeflate_gzip_decompress_ex(d, rest.ptr, rest.len, bytes + len, cap - len, &used, &made);
        if (r == LIBDEFLATE_SUCCESS) {
            len += made;
            rest = str_from_offset(rest, used);
        } else if (r == LIBDEFLATE_INSUFFICIENT_SPACE) {
            if (too_large(cap * 2)) {
                ok = err_set(e, "it unpacks to more than this machine's memory");
                break;
            }
            bytes = arena_grow(a, bytes, cap, cap * 2);
            cap *= 2;
        } else {
            ok = explain(rest, e);
        }
    }
    libdeflate_free_decompressor(d);
    if (ok && gz.len == 0) ok = err_set(e, "EOF");
    *out = (str){bytes, len};
    return ok;
}

/* Output is cut into chunks that are packed side by side, each a gzip member; readers see one stream.
 * The chunk size is fixed, so the bytes do not depend on the number of threads. */
enum { CHUNK = 1 << 20, LEVEL = 1 };

struct deflate_job {
    str bytes;
    char **packed;
    size_t *packed_len;
};

static void deflate_chunk(void *context, int part) {
    struct deflate_job *j = context;
    str in = str_slice(j->bytes, (size_t)part * CHUNK, ((size_t)part + 1) * CHUNK);
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(LEVEL);
    if (!c) return;
    j->packed_len[part] =
        libdeflate_gzip_compress(c, in.ptr, in.len, j->packed[part], libdeflate_gzip_compress_bound(c, CHUNK));
    libdeflate_free_compressor(c);
}

bool deflate_gzip(struct arena *a, str bytes, struct sink *out, struct err *e) {
    int n = (int)(bytes.len / CHUNK) + (bytes.len % CHUNK != 0 || bytes.len == 0);
    struct arena_mark mark = arena_mark(a);
    struct deflate_job j = {bytes, ARENA_ARRAY(a, char *, (size_t)n), ARENA_ZERO(a, size_t, (size_t)n)};
    size_t bound = libdeflate_gzip_compress_bound(NULL, CHUNK);
    for (int i = 0; i < n; i++) j.packed[i] = arena_alloc(a, bound);
    task_run(n, deflate_chunk, &j);
    bool ok = true;
    for (int i = 0; i < n && ok; i++) {
        ok = j.packed_len[i] > 0 || err_set(e, "out of memory");
        sink_write(out, j.packed[i], j.packed_len[i]);
    }
    arena_rewind(a, mark);
    return ok;
}
