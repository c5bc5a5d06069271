/* libFuzzer: any bytes, as compressed bytes that arrive in pieces. Input that both ways of decompressing accept
 * must decompress alike. The output ends at a protected page, so that a write behind it is seen even in a library's
 * assembly, which sanitizers do not check. */
#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "bytes/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 8192 };

struct dripping {
    str rest;
    size_t drop;
};

static bool drip(void *context, str *out, struct err *e) {
    (void)e;
    struct dripping *d = context;
    *out = str_slice(d->rest, 0, d->drop);
    d->rest = str_from_offset(d->rest, d->drop);
    return true;
}

static char *guarded_room(void) {
    static char *room;
    if (room) return room;
    room = mmap(NULL, 2 * ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(room != MAP_FAILED && mprotect(room + ROOM, ROOM, PROT_NONE) == 0);
    return room;
}

static bool agrees(enum inflate_engine engine, str gz, size_t drop, size_t cap, bool whole_ok, str whole) {
    struct arena a = {0};
    struct dripping source = {gz, drop};
    struct inflate_stream *s = inflate_stream_new(&a, drip, &source, engine);
    char *room = guarded_room() + ROOM - cap;
    size_t n, at = 0;
    bool ok, same = true;
    struct err e = {0};
    while ((ok = inflate_stream_next(s, room, cap, &n, &e)) && n && same) {
        same = !whole_ok || (n <= whole.len - at && memcmp(room, whole.ptr + at, n) == 0);
        at += n;
    }
    inflate_stream_release(s);
    assert(ok || e.text);
    err_clear(&e);
    arena_release(&a);
    return same && !(ok && whole_ok && at != whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4) return 0;
    struct arena a = {0};
    struct err e = {0};
    size_t drop = data[0] + (size_t)1, cap = (size_t)data[1] * 32 + 1;
    str gz = {(const char *)data + 2, size - 2}, whole = STR_EMPTY;
    bool whole_ok = inflate_gzip(&a, gz, &whole, &e);
    assert(agrees(INFLATE_FASTEST, gz, drop, cap, whole_ok, whole));
    assert(agrees(INFLATE_ZLIB, gz, drop, cap, whole_ok, whole));
    err_clear(&e);
    arena_release(&a);
    return 0;
}
