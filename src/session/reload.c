/* Loads profiles into memory of their own, so that others can take their place. */
#include "session/progress.h"
#include "session/session.h"

bool session_load(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    struct arena fresh = {0};
    struct profile profile;
    struct session fetching = *s;
    fetching.arena = &fresh;
    progress_again(s->progress);
    if (!fetch_profile(&fetching, call, &profile, e)) {
        arena_release(&fresh);
        return false;
    }
    arena_release(&s->loaded);
    s->loaded = fresh;
    s->sides = fetching.sides;
    s->sources = fetching.sources;
    *out = profile;
    return true;
}
