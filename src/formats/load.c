/* Loads one source: small ones are read, unwrapped and decoded whole, others in pieces. */
#include "formats/load.h"

#include <string.h>

#include "base/tuning.h"
#include "bytes/pieces.h"
#include "bytes/source.h"
#include "bytes/unwrap.h"
#include "formats/formats.h"

static size_t pieces_from = TUNING_PIECES_FROM;

void load_set_pieces_from(size_t size) { pieces_from = size ? size : TUNING_PIECES_FROM; }

struct loading {
    struct arena *arena; /* of the profile */
    const struct load_options *options;
    struct profile *out;
    struct source *source; /* may be NULL */
    struct arena *home;
    str bytes;     /* in `home`: the bytes read from the source so far, or the whole source */
    uint64_t size; /* packed size of the source; 0: unknown */
    struct pieces *pieces;
    uint64_t reported;
};

static void report(const struct load_options *o, const char *stage, uint64_t done, uint64_t total) {
    if (o->stage) o->stage(o->context, stage, done, total);
}

static bool load_whole(const struct loading *l, struct err *e) {
    str bytes = l->bytes;
    uint64_t size = bytes.len; /* progress counts packed bytes throughout */
    if (unwrap_find(bytes)) {
        report(l->options, "unpacking", 0, size);
        if (!unwrap_all(l->home, &bytes, e)) return false;
    }
    report(l->options, "decoding", 0, size);
    if (!bytes.len) return err_set(e, "parsing profile: empty input file");
    struct formats_guess guess = formats_sniff(str_slice(bytes, 0, TUNING_PIECE), bytes.len <= TUNING_PIECE);
    if (guess.wants_more) guess = formats_sniff(bytes, true);
    struct format_input in = {.arena = l->arena, .options = l->options, .bytes = bytes, .size = bytes.len};
    bool ok = formats_decode(&guess, &in, l->out, e);
    if (ok) arena_adopt(l->arena, l->home);
    report(l->options, "decoded", size, size);
    return ok;
}

static bool next_piece(void *context, str *piece) {
    struct loading *l = context;
    uint64_t done;
    if (!pieces_next(l->pieces, piece, &done)) return false;
    if (done >= l->reported + TUNING_PROGRESS_BYTES && (done < l->size || !l->size))
        report(l->options, "decoding", l->reported = done, l->size);
    return true;
}

/* Joins all pieces in l->home. A source in memory that is not wrapped is returned as it is. */
static str collect(struct loading *l) {
    if (!l->source && !pieces_are_unwrapped(l->pieces)) return l->bytes;
    struct arena all = {0};
    size_t cap = 0, len = 0;
    char *bytes = NULL;
    for (str piece; next_piece(l, &piece); len += piece.len) {
        if (cap - len < piece.len) {
            size_t more = cap < 4 * TUNING_PIECE ? 4 * TUNING_PIECE : cap * 2;
            bytes = arena_grow(&all, bytes, cap, more);
            cap = more;
        }
        memcpy(bytes + len, piece.ptr, piece.len);
    }
    arena_adopt(l->home, &all);
    return (str){bytes, len};
}

static bool load_pieces(struct loading *l, struct err *e) {
    struct arena work = {0}, result = {0};
    struct err fault = {0};
    str start, rest;
    l->pieces = pieces_open(&work, l->source, l->bytes);
    report(l->options, "decoding", 0, l->size);
    bool is_all = pieces_first(l->pieces, &start);
    struct formats_guess guess = formats_sniff(start, is_all);
    struct format_input in = {.arena = &result, .options = l->options, .size = l->size * TUNING_UNPACKED_TIMES};
    bool in_pieces = guess.only && guess.only->way == FORMAT_STREAM;
    if (in_pieces) {
        in.next = next_piece;
        in.context = l;
    } else {
        if (!guess.is_unknown) in.bytes = collect(l);
        in.size = in.bytes.len;
        if (guess.wants_more) guess = formats_sniff(in.bytes, true);
    }
    bool ok =
        start.len ? formats_decode(&guess, &in, l->out, &fault) : err_set(&fault, "parsing profile: empty input file");
    /* the end of a file shows whether it was unwrapped correctly; that error matters more than those of the decoder */
    while (pieces_are_unwrapped(l->pieces) && next_piece(l, &rest)) {
    }
    bool were_read = pieces_close(l->pieces, e);
    if (were_read && !ok) err_set(e, "%s", err_text(&fault));
    ok &= were_read;
    err_clear(&fault);
    arena_release(&work);
    if (ok) {
        if (!in_pieces) arena_adopt(l->arena, l->home);
        arena_adopt(l->arena, &result);
        report(l->options, "decoded", l->size, l->size);
    }
    arena_release(&result);
    return ok;
}

static bool load(struct loading *l, struct err *e) {
    static const struct load_options none = {0};
    if (!l->options) l->options = &none;
    bool is_large = l->bytes.len >= pieces_from || l->size >= pieces_from;
    bool ok = is_large ? load_pieces(l, e) : load_whole(l, e);
    arena_release(l->home);
    return ok;
}

bool load_owned(struct arena *a, struct arena *home, str bytes, const struct load_options *options, struct profile *out,
                struct err *e) {
    struct loading l = {.arena = a, .options = options, .out = out, .home = home, .bytes = bytes, .size = bytes.len};
    return load(&l, e);
}

bool load_bytes(struct arena *a, str bytes, const struct load_options *options, struct profile *out, struct err *e) {
    struct arena nothing = {0};
    return load_owned(a, &nothing, bytes, options, out, e);
}

/* Reads nothing of a large file; of a pipe, enough to see whether it is large. */
static bool load_opened(struct arena *a, struct source *s, const struct load_options *options, struct profile *out,
                        struct err *e) {
    struct arena home = {0};
    struct loading l = {
        .arena = a, .options = options, .out = out, .source = s, .home = &home, .bytes = STR_EMPTY, .size = s->size};
    if (s->size < pieces_from) {
        if (options) report(options, "reading", 0, 0);
        if (!source_read_most(&home, s, pieces_from, &l.bytes, e)) {
            arena_release(&home);
            return false;
        }
    }
    return load(&l, e);
}

bool load_source(struct arena *a, str source, const struct load_options *options, struct profile *out, struct err *e) {
    struct source s;
    if (!source_open(source, &s, e)) return false;
    bool ok = load_opened(a, &s, options, out, e);
    const char *sentence = ok ? NULL : unread_by_name(source);
    if (sentence) err_set(e, "%s", sentence);
    source_close(&s);
    return ok;
}
