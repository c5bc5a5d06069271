/* The next events of all threads of a Go execution trace. */
#include "formats/gotrace/front.h"

uint32_t gotrace_front_sift_up(struct gotrace_front *f, uint32_t i) {
    for (uint32_t parent; i && f->at[parent = (i - 1) / 2]->ev.time > f->at[i]->ev.time; i = parent) {
        struct gotrace_cursor *c = f->at[i];
        f->at[i] = f->at[parent];
        f->at[parent] = c;
    }
    return i;
}

void gotrace_front_sift_down(struct gotrace_front *f, uint32_t i) {
    for (;;) {
        uint32_t least = i;
        for (uint32_t child = 2 * i + 1; child <= 2 * i + 2 && child < f->n; child++)
            if (f->at[child]->ev.time < f->at[least]->ev.time) least = child;
        if (least == i) return;
        struct gotrace_cursor *c = f->at[i];
        f->at[i] = f->at[least];
        f->at[least] = c;
        i = least;
    }
}

void gotrace_front_take_out(struct gotrace_front *f, uint32_t i) {
    for (; i; i = (i - 1) / 2) f->at[i] = f->at[(i - 1) / 2];
    f->at[0] = f->at[--f->n];
    gotrace_front_sift_down(f, 0);
}

bool gotrace_front_sort(struct gotrace_front *f, uint64_t *steps) {
    for (uint32_t i = 1; i < f->n; i++) {
        struct gotrace_cursor *c = f->at[i];
        uint32_t k = i;
        for (; k && f->at[k - 1]->ev.time > c->ev.time; k--) f->at[k] = f->at[k - 1];
        f->at[k] = c;
        if (*steps < i - k + 1) return false;
        *steps -= i - k + 1;
    }
    return true;
}
