#include "formats/load.h"

#include "base/pages.h"
#include "base/tuning.h"
#include "bytes/gzip.h"
#include "bytes/source.h"
#include "formats/pieces.h"
#include "formats/pprof/decode.h"

static void expect_memory(size_t packed) {
    if (packed < TUNING_HUGE_HEAP_FROM || packed >= TUNING_HUGE_HEAP_UP_TO) return;
    pages_use_huge_heap(packed < TUNING_HUGE_HEAP_MOST / TUNING_HUGE_HEAP_TIMES ? packed * TUNING_HUGE_HEAP_TIMES
                                                                                : TUNING_HUGE_HEAP_MOST);
}

static void tell(const struct load_watch *w, const char *stage, uint64_t done, uint64_t total) {
    if (w && w->stage) w->stage(w->context, stage, done, total);
}

/* The protobuf first; whatever it does not recognize is offered to the legacy formats in turn. */
static bool decode(struct arena *a, str bytes, struct profile *out, struct err *e) {
    if (bytes.len == 0) return err_set(e, "parsing profile: empty input file");
    enum load_verdict v = decode_pprof(a, bytes, out, e);
    if (v != LOAD_UNRECOGNIZED) return v == LOAD_OK;
    for (unsigned i = 0; i < decode_legacy_n_formats; i++) {
        v = decode_legacy_formats[i].decode(a, bytes, out, e);
        if (v == LOAD_OK) return true;
        if (v == LOAD_BROKEN) return err_prepend(e, "parsing profile: ");
    }
    return err_set(e, "parsing profile: unrecognized profile format");
}

/* Decodes a source piece by piece. False when anything is unusual: then it is read whole, which finds out what. */
static bool load_pieces(struct arena *a, int fd, str bytes, uint64_t packed_size, const struct load_watch *watch,
                        struct profile *out) {
    struct arena work = {0}, result = {0};
    struct pieces *pieces = pieces_open(&work, fd, bytes);
    struct decode *d = decode_new(&result, -1);
    str piece;
    uint64_t done, told = 0;
    decode_expect(d, packed_size * TUNING_UNPACKED_TIMES);
    tell(watch, "decoding", 0, packed_size);
    while (pieces_next(pieces, &piece, &done) && decode_feed(d, piece)) {
        if (done < told + TUNING_PROGRESS_BYTES || done >= packed_size) continue;
        tell(watch, "decoding", done, packed_size);
        told = done;
    }
    bool ok = pieces_close(pieces) && decode_finish(d, out, NULL) == LOAD_OK;
    decode_release(d);
    arena_release(&work);
    if (ok) {
        arena_adopt(a, &result);
        tell(watch, "decoded", packed_size, packed_size);
    }
    arena_release(&result);
    return ok;
}

/* Decodes bytes that live in `home`, which becomes part of `a`: names stay there. */
static bool load_whole(struct arena *a, struct arena *home, str bytes, const struct load_watch *watch,
                       struct profile *out, struct err *e) {
    bool ok = true;
    uint64_t size = bytes.len; /* progress is told in packed bytes throughout */
    if (gzip_is(bytes)) {
        struct arena unpacked = {0};
        tell(watch, "unpacking", 0, size);
        ok = inflate_gzip(&unpacked, bytes, &bytes, e) || err_prepend(e, "decompressing profile: ");
        arena_release(home);
        *home = unpacked;
    }
    if (!ok) return false;
    tell(watch, "decoding", 0, size);
    ok = decode(a, bytes, out, e);
    if (ok) arena_adopt(a, home);
    tell(watch, "decoded", size, size);
    return ok;
}

bool load_owned(struct arena *a, struct arena *home, str bytes, const struct load_watch *watch, struct profile *out,
                struct err *e) {
    bool ok = (bytes.len >= TUNING_PIECES_FROM && load_pieces(a, -1, bytes, bytes.len, watch, out)) ||
              load_whole(a, home, bytes, watch, out, e);
    arena_release(home);
    return ok;
}

bool load_bytes(struct arena *a, str bytes, const struct load_watch *watch, struct profile *out, struct err *e) {
    struct arena nothing = {0};
    return load_owned(a, &nothing, bytes, watch, out, e);
}

static bool load_opened(struct arena *a, const struct source *s, const struct load_watch *watch, struct profile *out,
                        struct err *e) {
    expect_memory(s->size);
    if (s->is_file && s->size >= TUNING_PIECES_FROM) {
        if (load_pieces(a, s->fd, STR_EMPTY, s->size, watch, out)) return true;
        if (!source_rewind(s, e)) return false;
    }
    struct arena home = {0};
    str bytes;
    tell(watch, "reading", 0, 0);
    bool ok = source_read_all(&home, s, &bytes, e);
    /* what is no file has not been tried in pieces */
    if (ok) ok = (s->is_file ? load_whole : load_owned)(a, &home, bytes, watch, out, e);
    arena_release(&home);
    return ok;
}

bool load_source(struct arena *a, str source, const struct load_watch *watch, struct profile *out, struct err *e) {
    struct source s;
    if (!source_open(source, &s, e)) return false;
    bool ok = load_opened(a, &s, watch, out, e);
    source_close(&s);
    return ok;
}

bool load_file(struct arena *a, str path, const struct load_watch *watch, struct profile *out, bool *is_file,
               struct err *e) {
    struct source s;
    if (!source_open_file(path, is_file, &s, e)) return false;
    bool ok = load_opened(a, &s, watch, out, e);
    source_close(&s);
    return ok;
}
