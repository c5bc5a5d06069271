/* Helpers shared by the wrappers, and the wrapper that skips frames in front of zstd and lz4. */
#include "bytes/wrapper.h"

#include "base/memory.h"

bool wrapper_fill(struct wrapper_input *in, struct err *e) {
    if (in->rest.len || in->at_end) return true;
    if (!in->refill(in->context, &in->rest, e)) return false;
    in->at_end = !in->rest.len;
    return true;
}

bool wrapper_take(struct wrapper_input *in, char *to, size_t n, size_t *there, struct err *e) {
    for (*there = 0; *there < n;) {
        if (!wrapper_fill(in, e)) return false;
        if (in->at_end) break;
        size_t some = n - *there < in->rest.len ? n - *there : in->rest.len;
        memcpy(to + *there, in->rest.ptr, some);
        in->rest = str_from_offset(in->rest, some);
        *there += some;
    }
    return true;
}

bool wrapper_made(struct wrapper_input *in, size_t n, struct err *e) {
    in->made += n;
    return memory_fits(in->made) || err_set(e, "the decompressed data exceed the limit of memory (-max_memory)");
}

/* A wrapper_refill that provides the whole input at once. */
static bool give_once(void *context, str *out, struct err *e) {
    (void)e;
    str *all = context;
    *out = *all;
    *all = STR_EMPTY;
    return true;
}

bool wrapper_unpack(const struct wrapper *w, struct arena *a, str packed, str *out, struct err *e) {
    enum { ROOM = 64 * 1024, TIMES = 4 };
    struct arena scratch = {0};
    size_t cap = packed.len * TIMES + ROOM, len = 0;
    char *bytes = arena_alloc(a, cap);
    void *stream = w->open(&scratch, give_once, &packed);
    bool ok = true;
    for (size_t n = 1; n && ok; len += n) {
        if (cap - len < ROOM) {
            bytes = arena_grow(a, bytes, cap, cap * 2);
            cap *= 2;
        }
        n = 0;
        ok = w->next(stream, bytes + len, cap - len, &n, e);
    }
    w->close(stream);
    arena_release(&scratch);
    *out = (str){bytes, len};
    return ok;
}

enum { SKIPPABLE_HEADER = 8 };

static bool skippable_is(str b) {
    return b.len >= 4 && ((unsigned char)b.ptr[0] & 0xf0) == 0x50 && memcmp(b.ptr + 1, "\x2a\x4d\x18", 3) == 0;
}

struct skippable {
    struct wrapper_input in;
    bool was_skipped;
    char kept[SKIPPABLE_HEADER]; /* the first bytes after the skipped frames */
    size_t n_kept;
};

static void *skippable_open(struct arena *a, wrapper_refill refill, void *context) {
    struct skippable *s = ARENA_NEW(a, struct skippable);
    s->in = (struct wrapper_input){.refill = refill, .context = context};
    return s;
}

static bool skip_frames(struct skippable *s, struct err *e) {
    for (;;) {
        if (!wrapper_take(&s->in, s->kept, SKIPPABLE_HEADER, &s->n_kept, e)) return false;
        if (!skippable_is((str){s->kept, s->n_kept})) return true;
        uint32_t left = s->n_kept < SKIPPABLE_HEADER ? 1 : wrapper_le32(s->kept + 4);
        while (left) {
            if (!wrapper_fill(&s->in, e)) return false;
            if (s->in.at_end) return err_set(e, "unexpected EOF");
            size_t some = left < s->in.rest.len ? left : s->in.rest.len;
            s->in.rest = str_from_offset(s->in.rest, some);
            left -= (uint32_t)some;
        }
    }
}

static bool skippable_next(void *stream, char *out, size_t cap, size_t *n, struct err *e) {
    struct skippable *s = stream;
    *n = 0;
    if (!s->was_skipped && !skip_frames(s, e)) return false;
    s->was_skipped = true;
    if (s->n_kept) {
        *n = s->n_kept < cap ? s->n_kept : cap;
        memcpy(out, s->kept, *n);
        s->n_kept -= *n;
        memmove(s->kept, s->kept + *n, s->n_kept);
        return true;
    }
    if (!wrapper_fill(&s->in, e)) return false;
    *n = s->in.rest.len < cap ? s->in.rest.len : cap;
    if (*n) memcpy(out, s->in.rest.ptr, *n);
    s->in.rest = str_from_offset(s->in.rest, *n);
    return true;
}

static void skippable_close(void *stream) { (void)stream; }

const struct wrapper skippable_wrapper = {"a frame to skip", skippable_is,   NULL,
                                          skippable_open,    skippable_next, skippable_close};
