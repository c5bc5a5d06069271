/* Texts of locations for reports of samples. */
#include "report/loctexts.h"

#include "base/tuning.h"

str *loctexts_make(struct arena *a, uint32_t n, loctexts_write_fn *write, const void *context) {
    str *text = ARENA_ZERO(a, str, n);
    struct arena scratch = {0};
    struct sink s;
    sink_to_memory(&s);
    size_t kept = 0;
    for (loc_id loc = 0; loc < n && kept < TUNING_LOCTEXTS_KEPT; loc++) {
        struct arena_mark m = arena_mark(&scratch);
        s.len = 0;
        write(context, &scratch, loc, &s);
        text[loc] = str_copy(a, sink_bytes(&s));
        kept += s.len;
        arena_rewind(&scratch, m);
    }
    sink_drop(&s);
    arena_release(&scratch);
    return text;
}
