/* Writes long reports on all threads. */
#include "report/rows.h"

#include "base/cancel.h"
#include "base/task.h"
#include "base/tuning.h"

struct part {
    struct sink bytes;
    uint32_t first, end; /* range of its items */
    uint32_t done;       /* items before this one are in `bytes`; the next one is too large to be kept */
};

struct chunk {
    struct part part[TUNING_ROWS_PARTS];
    int n_parts;
};

struct work {
    const struct rows *rows;
    struct sink *out;
    struct chunk *full, *next; /* one is written while the other is filled */
};

static void write_item(const struct rows *r, struct arena *scratch, uint32_t item, struct sink *out) {
    struct arena_mark m = arena_mark(scratch);
    r->write(r->context, scratch, item, out);
    arena_rewind(scratch, m);
}

static void fill_part(const struct rows *r, struct part *p) {
    struct arena scratch = {0};
    p->bytes.len = 0;
    for (p->done = p->first; p->done < p->end; p->done++) {
        uint64_t size = r->size(r->context, p->done);
        if (size > TUNING_ROWS_BYTES - p->bytes.len) break;
        write_item(r, &scratch, p->done, &p->bytes);
    }
    arena_release(&scratch);
}

static void write_chunk(const struct rows *r, struct chunk *c, struct sink *out) {
    struct arena scratch = {0};
    for (int i = 0; i < c->n_parts; i++) {
        struct part *p = &c->part[i];
        sink_str(out, sink_bytes(&p->bytes));
        for (uint32_t item = p->done; item < p->end; item++) write_item(r, &scratch, item, out);
    }
    arena_release(&scratch);
    c->n_parts = 0;
}

/* Part 0 writes the previous chunk. It comes first, so that no thread waits for it longer than necessary. */
static void run_part(void *context, int part) {
    struct work *w = context;
    if (part == 0)
        write_chunk(w->rows, w->full, w->out);
    else
        fill_part(w->rows, &w->next->part[part - 1]);
}

static uint32_t plan_chunk(struct chunk *c, uint32_t from, uint32_t n) {
    for (c->n_parts = 0; c->n_parts < TUNING_ROWS_PARTS && from < n; c->n_parts++) {
        uint32_t end = n - from > TUNING_ROWS_ITEMS ? from + TUNING_ROWS_ITEMS : n;
        c->part[c->n_parts].first = from;
        from = c->part[c->n_parts].end = end;
    }
    return from;
}

void rows_write_straight(const struct rows *r, uint32_t n, struct sink *out) {
    struct arena scratch = {0};
    for (uint32_t item = 0; item < n && !cancel_wanted(); item++) write_item(r, &scratch, item, out);
    arena_release(&scratch);
}

void rows_write(const struct rows *r, uint32_t n, struct sink *out) {
    struct chunk chunk[2] = {{.n_parts = 0}};
    for (int i = 0; i < TUNING_ROWS_PARTS; i++) {
        sink_to_memory(&chunk[0].part[i].bytes);
        sink_to_memory(&chunk[1].part[i].bytes);
    }
    struct work w = {.rows = r, .out = out, .full = &chunk[0], .next = &chunk[1]};
    for (uint32_t from = 0; (from < n || w.full->n_parts) && !cancel_wanted();) {
        from = plan_chunk(w.next, from, n);
        task_run(1 + w.next->n_parts, run_part, &w);
        struct chunk *filled = w.next;
        w.next = w.full;
        w.full = filled;
    }
    for (int i = 0; i < TUNING_ROWS_PARTS; i++) {
        sink_drop(&chunk[0].part[i].bytes);
        sink_drop(&chunk[1].part[i].bytes);
    }
}
