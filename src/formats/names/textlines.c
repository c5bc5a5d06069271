/* Reads lines of text on all threads. */
#include "formats/names/textlines.h"

#include "base/task.h"
#include "base/tuning.h"

static size_t block_size = TUNING_LINES_BLOCK;

void textlines_set_block(size_t size) { block_size = size ? size : TUNING_LINES_BLOCK; }

struct block {
    struct arena arena; /* memory of the bytes */
    char *bytes;
    size_t n, cap;
    size_t n_whole; /* bytes up to the last newline, which ends the text; the others begin the next block */
};

struct reading {
    struct textlines_work work;
    struct block *block; /* [slot] */
    struct task_queue_state *queue;
    int slot; /* of the block that is being filled */
    bool stopped;
};

int textlines_slots(void) { return 2 * task_threads() + 2; }

static void run(void *context, int slot) {
    struct reading *r = context;
    const struct block *b = &r->block[slot];
    r->work.look(r->work.context, slot, (str){b->bytes, b->n_whole});
}

static void done(void *context, int slot) {
    struct reading *r = context;
    if (!r->stopped) r->stopped = !r->work.use(r->work.context, slot);
}

static void append(struct block *b, str s) {
    if (b->cap - b->n < s.len) {
        size_t cap = b->cap * 2 > b->n + s.len ? b->cap * 2 : b->n + s.len;
        b->bytes = arena_grow(&b->arena, b->bytes, b->cap, cap);
        b->cap = cap;
    }
    if (s.len) memcpy(b->bytes + b->n, s.ptr, s.len);
    b->n += s.len;
}

/* The offset after the last newline; 0 if not found. */
static size_t last_end(str s) {
    const char *newline = s.len ? memrchr(s.ptr, '\n', s.len) : NULL;
    return newline ? (size_t)(newline - s.ptr) + 1 : 0;
}

/* Adds a piece to the block that is being filled, and queues blocks that are full. */
static void feed(struct reading *r, str piece) {
    while (piece.len && !r->stopped) {
        struct block *b = &r->block[r->slot];
        str part = str_slice(piece, 0, b->n < block_size ? block_size - b->n : block_size);
        size_t end = last_end(part);
        if (end) b->n_whole = b->n + end;
        append(b, part);
        piece = str_from_offset(piece, part.len);
        if (b->n < block_size || !b->n_whole) continue;
        str rest = {b->bytes + b->n_whole, b->n - b->n_whole};
        r->slot = task_queue_push(r->queue);
        r->block[r->slot].n = r->block[r->slot].n_whole = 0;
        append(&r->block[r->slot], rest); /* its bytes stay valid until its own slot is used again */
    }
}

/* Reads the start of the input, which decides how the rest is read: the same number of bytes for pieces of any size. */
static void feed_start(struct reading *r, struct format_input *in) {
    enum { START = 64 * 1024 };
    struct block first = {0};
    for (str piece; first.n < START && format_next(in, &piece);) append(&first, piece);
    str text = str_slice((str){first.bytes, first.n}, 0, START);
    size_t end = text.len == first.n ? text.len : last_end(text);
    r->work.start(r->work.context, str_slice(text, 0, end ? end : text.len));
    feed(r, (str){first.bytes, first.n});
    arena_release(&first.arena);
}

void textlines_read(struct format_input *in, struct textlines_work work) {
    struct arena scratch = {0};
    int n_slots = textlines_slots();
    struct reading r = {.work = work, .block = ARENA_ZERO(&scratch, struct block, (size_t)n_slots)};
    r.queue = task_queue_start(&scratch, (struct task_queue){run, done, &r, n_slots});
    if (work.start) feed_start(&r, in);
    for (str piece; !r.stopped && format_next(in, &piece);) feed(&r, piece);
    struct block *last = &r.block[r.slot];
    last->n_whole = last->n;
    if (last->n && !r.stopped) task_queue_push(r.queue);
    task_queue_finish(r.queue);
    for (int i = 0; i < n_slots; i++) arena_release(&r.block[i].arena);
    arena_release(&scratch);
}

bool textlines_next(str *rest, str *line) {
    if (!rest->len) return false;
    const char *newline = memchr(rest->ptr, '\n', rest->len);
    size_t n = newline ? (size_t)(newline - rest->ptr) : rest->len;
    *line = (str){rest->ptr, n && rest->ptr[n - 1] == '\r' ? n - 1 : n};
    *rest = str_from_offset(*rest, newline ? n + 1 : n);
    return true;
}

str textlines_trim(str line) {
    while (line.len && textlines_is_blank(line.ptr[line.len - 1])) line.len--;
    while (line.len && textlines_is_blank(line.ptr[0])) line = (str){line.ptr + 1, line.len - 1};
    return line;
}

bool textlines_skip(const struct load_options *options, uint64_t line, const char *why, struct err *e) {
    if (!options->lenient) return err_set(e, ":%llu: %s", (unsigned long long)line, why);
    if (options->left_out) ++*options->left_out;
    return true;
}

bool textlines_is_binary(str start) { return start.len && memchr(start.ptr, 0, start.len); }
