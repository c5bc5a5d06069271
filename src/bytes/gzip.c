/* The only file that knows zlib, libdeflate and ISA-L. libdeflate unpacks a whole file at once, about twice as fast as
 * zlib. ISA-L, opened at run time, unpacks piece by piece: a sixth slower than libdeflate, but other pieces are decoded
 * meanwhile. zlib does its work where it is not installed, and finds the fault in a file that does not unpack. */
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

#include "base/library.h"
#include "base/memory.h"
#include "base/sink.h"
#include "base/task.h"
#include "base/tuning.h"
#include "bytes/gzip.h"

bool gzip_is(str b) { return b.len >= 2 && b.ptr[0] == 0x1f && (unsigned char)b.ptr[1] == 0x8b; }

/* the best ratio that deflate can reach */
enum { MOST_EXPANSION = 1032 };

/* The fault that an engine finds in a member. */
enum fault { FAULT_NONE, FAULT_HEADER, FAULT_CHECKSUM, FAULT_DATA };

/* The fault that zlib's message names. */
static enum fault zlib_fault(const char *message) {
    if (!message) return FAULT_DATA;
    if (strstr(message, "data check") || strstr(message, "length check")) return FAULT_CHECKSUM;
    return strstr(message, "header") && !strstr(message, "block") ? FAULT_HEADER : FAULT_DATA;
}

/* Sets the error of Go's gzip reader for the same bytes. `in` starts at a member. */
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
    enum fault fault = zlib_fault(z.msg);
    inflateEnd(&z);
    if (status == Z_BUF_ERROR) return err_set(e, "unexpected EOF");
    if (fault == FAULT_CHECKSUM) return err_set(e, "gzip: invalid checksum");
    if (fault == FAULT_HEADER) return err_set(e, "gzip: invalid header");
    return err_set(e, "flate: corrupt input before offset %zu", at);
}

/* Zero bytes after the last member, as on tapes and in fixed blocks; gzip ignores them, too. */
static bool is_padding(str rest) {
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i]) return false;
    return true;
}

bool inflate_gzip(struct arena *a, str gz, str *out, struct err *e) {
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d) return err_set(e, "out of memory");
    /* the trailer has the size of the last member, usually the only one; it may be wrong, so it is only a first guess,
     * bounded by the size that these bytes could unpack to */
    size_t cap = gz.len > 18 ? wrapper_le32(gz.ptr + gz.len - 4) : 0;
    if (cap > gz.len * MOST_EXPANSION) cap = gz.len * MOST_EXPANSION;
    cap += 64;
    char *bytes = arena_alloc(a, cap);
    size_t len = 0;
    str rest = gz;
    bool ok = true;
    while (ok && rest.len && !(rest.len < gz.len && is_padding(rest))) {
        size_t used = 0, made = 0;
        enum libdeflate_result r =
            libdeflate_gzip_decompress_ex(d, rest.ptr, rest.len, bytes + len, cap - len, &used, &made);
        if (r == LIBDEFLATE_SUCCESS) {
            len += made;
            rest = str_from_offset(rest, used);
        } else if (r == LIBDEFLATE_INSUFFICIENT_SPACE) {
            if (!memory_fits(cap * 2)) {
                ok = err_set(e, "the decompressed data exceed the limit of memory (-max_memory)");
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

bool inflate_zlib(struct arena *a, str packed, uint64_t size, str *out) {
    size_t made = 0;
    if (size / MOST_EXPANSION > packed.len) return false;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d) return false;
    char *bytes = arena_alloc(a, (size_t)size);
    enum libdeflate_result r = libdeflate_zlib_decompress(d, packed.ptr, packed.len, bytes, (size_t)size, &made);
    libdeflate_free_decompressor(d);
    *out = (str){bytes, made};
    return r == LIBDEFLATE_SUCCESS && made == size;
}

uint32_t gzip_checksum(str bytes) { return libdeflate_crc32(0, bytes.ptr, bytes.len); }

struct isal {
    void (*init)(struct inflate_state *);
    void (*reset)(struct inflate_state *);
    int (*inflate)(struct inflate_state *);
};

struct inflate_stream {
    wrapper_refill refill;
    void *context;
    str rest;        /* unused compressed bytes */
    bool at_border;  /* before the first member, or after one */
    bool at_end;     /* the input ended */
    bool has_member; /* a member was decompressed */
    uint64_t taken;  /* compressed bytes of this member that the engine used */
    uint64_t made;
    struct isal isal;
    struct inflate_state *state; /* of ISA-L; NULL: zlib does it */
    z_stream z;
};

static bool find_isal(struct isal *out) {
    const struct library_symbol symbol[] = {
        {"isal_inflate_init", &out->init}, {"isal_inflate_reset", &out->reset}, {"isal_inflate", &out->inflate}};
    return library_load(&library_table[LIBRARY_ISAL], symbol, 3, NULL);
}

struct inflate_stream *inflate_stream_new(struct arena *a, wrapper_refill refill, void *context,
                                          enum inflate_engine engine) {
    struct inflate_stream *s = ARENA_NEW(a, struct inflate_stream);
    s->refill = refill;
    s->context = context;
    s->at_border = true;
    if (engine == INFLATE_FASTEST && find_isal(&s->isal)) {
        s->state = ARENA_NEW(a, struct inflate_state);
        s->isal.init(s->state);
    }
    return s;
}

void inflate_stream_release(struct inflate_stream *s) {
    if (!s->state) inflateEnd(&s->z); /* fails without harm if it was not started */
}

/* Each engine takes *in and *room forward; *member_done when a member ends. */
static enum fault isal_step(struct inflate_stream *s, str *in, char **out, size_t *room, bool *member_done) {
    if (s->at_border) {
        s->isal.reset(s->state);
        s->state->crc_flag = ISAL_GZIP;
    }
    s->state->next_in = (uint8_t *)(uintptr_t)in->ptr;
    s->state->avail_in = (uint32_t)in->len;
    s->state->next_out = (uint8_t *)*out;
    s->state->avail_out = (uint32_t)*room;
    int status = s->isal.inflate(s->state);
    *in = (str){(const char *)s->state->next_in, s->state->avail_in};
    *out = (char *)s->state->next_out;
    *room = s->state->avail_out;
    *member_done = s->state->block_state == ISAL_BLOCK_FINISH;
    switch (status) {
    case ISAL_DECOMP_OK: return FAULT_NONE;
    case ISAL_INVALID_WRAPPER:
    case ISAL_UNSUPPORTED_METHOD: return FAULT_HEADER;
    case ISAL_INCORRECT_CHECKSUM: return FAULT_CHECKSUM;
    default: return FAULT_DATA;
    }
}

static enum fault zlib_step(struct inflate_stream *s, str *in, char **out, size_t *room, bool *member_done) {
    if (s->at_border && (s->z.state ? inflateReset(&s->z) : inflateInit2(&s->z, 16 + MAX_WBITS)) != Z_OK)
        return FAULT_DATA;
    s->z.next_in = (Bytef *)(uintptr_t)in->ptr;
    s->z.avail_in = (uInt)in->len;
    s->z.next_out = (Bytef *)*out;
    s->z.avail_out = (uInt)*room;
    int status = inflate(&s->z, Z_NO_FLUSH);
    *in = (str){(const char *)s->z.next_in, s->z.avail_in};
    *out = (char *)s->z.next_out;
    *room = s->z.avail_out;
    *member_done = status == Z_STREAM_END;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR ? FAULT_NONE : zlib_fault(s->z.msg);
}

/* Go reads the header's ten bytes before it looks at any of them. */
static bool is_header_cut_off(struct inflate_stream *s, size_t n_there, struct err *e) {
    enum { HEADER = 10 };
    uint64_t n = s->taken + n_there;
    while (n < HEADER && !s->at_end) {
        if (!s->refill(s->context, &s->rest, e)) return false;
        s->at_end = s->rest.len == 0;
        n += s->rest.len;
    }
    return n < HEADER;
}

static bool report_fault(struct inflate_stream *s, enum fault fault, size_t n_there, struct err *e) {
    if (fault == FAULT_HEADER && is_header_cut_off(s, n_there, e)) return err_set(e, "unexpected EOF");
    if (fault == FAULT_HEADER) return err_set(e, "gzip: invalid header");
    if (fault == FAULT_CHECKSUM) return err_set(e, "gzip: invalid checksum");
    return err_set(e, "flate: corrupt input before offset %llu",
                   (unsigned long long)(s->taken + n_there - s->rest.len));
}

/* Skips zero bytes at the end; zeros before other bytes are an error. */
static bool skip_padding(struct inflate_stream *s, struct err *e) {
    bool any = false;
    while (!s->at_end) {
        size_t n = 0;
        while (n < s->rest.len && !s->rest.ptr[n]) n++;
        any |= n > 0;
        s->rest = str_from_offset(s->rest, n);
        if (s->rest.len) return !any || err_set(e, "gzip: invalid header");
        if (!s->refill(s->context, &s->rest, e)) return false;
        s->at_end = !s->rest.len;
    }
    return true;
}

bool inflate_stream_next(struct inflate_stream *s, char *out, size_t cap, size_t *n, struct err *e) {
    size_t room = cap;
    *n = 0;
    while (room) {
        if (!s->rest.len && !s->at_end) {
            if (!s->refill(s->context, &s->rest, e)) return false;
            s->at_end = s->rest.len == 0;
        }
        if (s->at_border && s->has_member && !skip_padding(s, e)) return false;
        if (s->at_end && s->at_border) break;
        size_t in_before = s->rest.len, room_before = room;
        bool member_done;
        if (s->at_border) s->taken = 0;
        enum fault fault = (s->state ? isal_step : zlib_step)(s, &s->rest, &out, &room, &member_done);
        if (fault) return report_fault(s, fault, in_before, e);
        s->taken += in_before - s->rest.len;
        s->at_border = member_done;
        s->has_member |= member_done;
        /* the engine neither read nor wrote: the member is cut off */
        if (s->at_end && !member_done && room == room_before && s->rest.len == in_before)
            return err_set(e, "unexpected EOF");
    }
    *n = cap - room;
    s->made += *n;
    return memory_fits(s->made) || err_set(e, "the decompressed data exceed the limit of memory (-max_memory)");
}

/* Output is cut into chunks that are packed side by side, each a gzip member; readers see one stream.
 * The chunk size is fixed, so the bytes do not depend on the number of threads. */
struct deflate_chunk {
    char *bytes, *packed; /* TUNING_GZIP_CHUNK bytes, and room for them packed */
    size_t len, packed_len;
};

struct deflate {
    struct sink *out;
    struct deflate_chunk *chunk;
    struct task_queue_state *line;
    int current; /* chunk; it has room */
    bool any, failed;
};

static void pack_chunk(void *context, int part) {
    struct deflate_chunk *c = &((struct deflate *)context)->chunk[part];
    struct libdeflate_compressor *z = libdeflate_alloc_compressor(DEFLATE_FAST);
    c->packed_len = 0;
    if (!z) return;
    c->packed_len = libdeflate_gzip_compress(z, c->bytes, c->len, c->packed,
                                             libdeflate_gzip_compress_bound(NULL, TUNING_GZIP_CHUNK));
    libdeflate_free_compressor(z);
}

static void write_chunk(void *context, int part) {
    struct deflate *d = context;
    struct deflate_chunk *c = &d->chunk[part];
    d->failed |= c->packed_len == 0;
    sink_write(d->out, c->packed, c->packed_len);
    c->len = 0;
}

struct deflate *deflate_begin(struct arena *a, struct sink *out) {
    struct deflate *d = ARENA_NEW(a, struct deflate);
    int n_chunks = 2 * task_threads() + 1;
    d->out = out;
    d->chunk = ARENA_ZERO(a, struct deflate_chunk, (size_t)n_chunks);
    for (int i = 0; i < n_chunks; i++) {
        /* untouched pages take no memory */
        d->chunk[i].bytes = arena_alloc(a, TUNING_GZIP_CHUNK);
        d->chunk[i].packed = arena_alloc(a, libdeflate_gzip_compress_bound(NULL, TUNING_GZIP_CHUNK));
    }
    d->line = task_queue_start(a, (struct task_queue){pack_chunk, write_chunk, d, n_chunks});
    return d;
}

void deflate_write(void *deflate, const char *p, size_t n) {
    struct deflate *d = deflate;
    d->any = true;
    while (n) {
        struct deflate_chunk *c = &d->chunk[d->current];
        if (c->len == TUNING_GZIP_CHUNK) {
            d->current = task_queue_push(d->line);
            continue;
        }
        size_t fits = TUNING_GZIP_CHUNK - c->len < n ? TUNING_GZIP_CHUNK - c->len : n;
        memcpy(c->bytes + c->len, p, fits);
        c->len += fits;
        p += fits;
        n -= fits;
    }
}

bool deflate_end(struct deflate *d, struct err *e) {
    /* no bytes become one empty member */
    if (!d->any || d->chunk[d->current].len) task_queue_push(d->line);
    task_queue_finish(d->line);
    return !d->failed || err_set(e, "out of memory");
}

/* ISA-L takes less than half of the time of libdeflate, for 8% more bytes. Returns 0 where ISA-L is missing, or the
 * bytes do not fit. */
static size_t isal_pack(struct arena *scratch, str bytes, char *packed, size_t most) {
    void (*init)(struct isal_zstream *);
    int (*deflate)(struct isal_zstream *);
    const struct library_symbol symbol[] = {{"isal_deflate_init", &init}, {"isal_deflate", &deflate}};
    if (bytes.len > UINT32_MAX || most > UINT32_MAX || !library_load(&library_table[LIBRARY_ISAL], symbol, 2, NULL))
        return 0;
    struct isal_zstream *z = ARENA_NEW(scratch, struct isal_zstream);
    init(z);
    z->gzip_flag = IGZIP_GZIP;
    z->level = 1;
    z->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    z->level_buf = arena_alloc(scratch, z->level_buf_size);
    z->next_in = (uint8_t *)(uintptr_t)bytes.ptr;
    z->avail_in = (uint32_t)bytes.len;
    z->end_of_stream = 1;
    z->next_out = (uint8_t *)packed;
    z->avail_out = (uint32_t)most;
    return deflate(z) == COMP_OK && z->internal_state.state == ZSTATE_END ? z->total_out : 0;
}

str deflate_member(struct arena *a, str bytes, enum deflate_level level) {
    struct arena scratch = {0};
    struct libdeflate_compressor *z = libdeflate_alloc_compressor((int)level);
    if (!z) return STR_EMPTY;
    size_t most = libdeflate_gzip_compress_bound(z, bytes.len), n = 0;
    char *packed = arena_alloc(&scratch, most);
    if (level == DEFLATE_FAST) n = isal_pack(&scratch, bytes, packed, most);
    if (!n) n = libdeflate_gzip_compress(z, bytes.ptr, bytes.len, packed, most);
    str copy = str_copy(a, (str){packed, n});
    libdeflate_free_compressor(z);
    arena_release(&scratch);
    return copy;
}

void gzip_libraries(struct sink *out) {
    sink_printf(out, "zlib %s, libdeflate %s", zlibVersion(), LIBDEFLATE_VERSION_STRING);
}
