/* Notes about binaries, counted beyond the first few. */
#include "symbolize/trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

void trouble_count(struct troubles *t, enum trouble_kind kind) {
    if (t->n[kind] < UINT32_MAX) t->n[kind]++;
}

void trouble_add(struct troubles *t, enum trouble_kind kind, const char *format, ...) {
    char *text;
    if (t->n[kind] >= TROUBLE_MOST && kind != TROUBLE_UNNAMED) {
        trouble_count(t, kind);
        return;
    }
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) memory_exhausted(sizeof text);
    va_end(args);
    bool known = false;
    for (size_t i = 0; i < t->notes->n && kind == TROUBLE_UNNAMED && !known; i++)
        known = str_equal(t->notes->at[i].text, str_from(text));
    if (!known && t->n[kind] < TROUBLE_MOST) notes_add(t->notes, NOTE_WARNING, "%s", text);
    if (!known) trouble_count(t, kind);
    free(text);
}

void trouble_finish(const struct troubles *t) {
    static const char *const more[TROUBLE_KINDS] = {
        [TROUBLE_OTHER_BUILD] = "Ignored %u more local files with another build ID",
        [TROUBLE_UNREADABLE] = "Local symbolization failed for %u more mappings",
        [TROUBLE_UNNAMED] = "Local symbolization named nothing in %u more mappings",
    };
    for (unsigned k = 0; k < TROUBLE_KINDS; k++)
        if (t->n[k] > TROUBLE_MOST) notes_add(t->notes, NOTE_WARNING, more[k], (unsigned)(t->n[k] - TROUBLE_MOST));
}
