#include "load/load.h"

#include "load/source.h"

static void tell(const struct load_watch *w, const char *stage, uint64_t done, uint64_t total) {
    if (w && w->stage) w->stage(w->context, stage, done, total);
}

static bool is_gzip(str b) { return b.len >= 2 && b.ptr[0] == 0x1f && (unsigned char)b.ptr[1] == 0x8b; }

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

bool load_bytes(struct arena *a, str bytes, const struct load_watch *watch, struct profile *out, struct err *e) {
    if (is_gzip(bytes)) {
        str packed = bytes;
        tell(watch, "unpacking", 0, packed.len);
        if (!inflate_gzip(a, packed, &bytes, e)) return err_prepend(e, "decompressing profile: ");
    }
    tell(watch, "decoding", 0, bytes.len);
    bool ok = decode(a, bytes, out, e);
    tell(watch, "decoded", bytes.len, bytes.len);
    return ok;
}

bool load_owned(struct arena *a, struct arena *bytes_arena, str bytes, const struct load_watch *watch,
                struct profile *out, struct err *e) {
    bool ok = true;
    if (is_gzip(bytes)) {
        tell(watch, "unpacking", 0, bytes.len);
        str unpacked;
        ok = inflate_gzip(a, bytes, &unpacked, e) || err_prepend(e, "decompressing profile: ");
        bytes = unpacked;
        /* the packed bytes are not needed while decoding: memory stays within a small multiple of the raw size */
        arena_release(bytes_arena);
    } else {
        arena_adopt(a, bytes_arena);
    }
    if (ok) {
        tell(watch, "decoding", 0, bytes.len);
        ok = decode(a, bytes, out, e);
        tell(watch, "decoded", bytes.len, bytes.len);
    }
    return ok;
}

bool load_source(struct arena *a, str source, const struct load_watch *watch, struct profile *out, struct err *e) {
    struct arena packed = {0};
    str bytes;
    tell(watch, "reading", 0, 0);
    if (source_read(&packed, source, &bytes, e)) return load_owned(a, &packed, bytes, watch, out, e);
    arena_release(&packed);
    return false;
}
