/* Writes long reports on all threads. */
#include "report/rows.h"

#include "base/cancel.h"
#include "base/task.h"
#include "base/tuning.h"

/* Items that one thread formats, while other threads format the parts after them. */
struct part {
    struct sink bytes;
    uint32_t first, end; /* range of its items */
    uint32_t done;       /* items before this one are in `bytes`; the next one is too large to be kept */
};

struct work {
    const struct rows *rows;
    struct sink *out;
    struct part *part; /* [slot of the queue] */
};

static void write_item(const struct rows *r, struct arena *scratch, uint32_t item, struct sink *out) {
    struct arena_mark m = arena_mark(scratch);
    r->write(r->context, scratch, item, out);
    arena_rewind(scratch, m);
}

static void fill_part(void *context, int slot) {
    const struct work *w = context;
    struct part *p = &w->part[slot];
    struct arena scratch = {0};
    p->bytes.len = 0;
    for (p->done = p->first; p->done < p->end; p->done++) {
        uint64_t size = w->rows->size(w->rows->context, p->done);
        if (size > TUNING_ROWS_BYTES - p->bytes.len) break;
        write_item(w->rows, &scratch, p->done, &p->bytes);
    }
    arena_release(&scratch);
}

static void write_part(void *context, int slot) {
    const struct work *w = context;
    const struct part *p = &w->part[slot];
    struct arena scratch = {0};
    sink_block(w->out, sink_bytes(&p->bytes));
    for (uint32_t item = p->done; item < p->end; item++) write_item(w->rows, &scratch, item, w->out);
    arena_release(&scratch);
}

/* The number of items of a part, by the sizes of some that are spread over all. */
static uint32_t items_of_part(const struct rows *r, uint32_t n) {
    uint64_t sum = 0, n_tried = 0, step = n / TUNING_ROWS_TRIED + 1;
    for (uint64_t item = 0; item < n; item += step, n_tried++) {
        uint64_t size = r->size(r->context, (uint32_t)item);
        sum += size < TUNING_ROWS_PART ? size : TUNING_ROWS_PART;
    }
    uint64_t items = n_tried * TUNING_ROWS_PART / (sum + 1);
    return items == 0 ? 1 : items < TUNING_ROWS_ITEMS ? (uint32_t)items : TUNING_ROWS_ITEMS;
}

void rows_write_straight(const struct rows *r, uint32_t n, struct sink *out) {
    struct arena scratch = {0};
    for (uint32_t item = 0; item < n && !cancel_wanted(); item++) write_item(r, &scratch, item, out);
    arena_release(&scratch);
}

void rows_write(const struct rows *r, uint32_t n, struct sink *out) {
    struct arena scratch = {0};
    int threads = task_threads(), n_slots = threads > 1 ? TUNING_ROWS_PARTS * threads : 1, slot = 0;
    struct work w = {.rows = r, .out = out, .part = ARENA_ARRAY(&scratch, struct part, (size_t)n_slots)};
    for (int i = 0; i < n_slots; i++) sink_to_memory(&w.part[i].bytes);
    struct task_queue_state *queue =
        task_queue_start(&scratch, (struct task_queue){fill_part, write_part, &w, n_slots});
    uint32_t items = items_of_part(r, n);
    for (uint32_t from = 0; from < n && !cancel_wanted(); from = w.part[slot].end, slot = task_queue_push(queue)) {
        w.part[slot].first = from;
        w.part[slot].end = n - from > items ? from + items : n;
    }
    task_queue_finish(queue);
    for (int i = 0; i < n_slots; i++) sink_drop(&w.part[i].bytes);
    arena_release(&scratch);
}
