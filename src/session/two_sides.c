/* Loads the sides of a difference once more, where -base has subtracted one from the other. */
#include <sys/stat.h>

#include "cli/argv.h"
#include "session/session.h"

static bool is_regular(struct arena *a, str path) {
    struct stat st;
    return stat(str_c(a, path), &st) == 0 && S_ISREG(st.st_mode);
}

bool two_sides_load(struct session **s, struct arena *a, const struct command *c, struct session *with_sides,
                    struct err *e) {
    if (!(*s)->sides.call) return true;
    struct argv_call call = *(*s)->sides.call;
    call.report = c->report;
    bool again = is_regular(a, call.call.base);
    for (uint32_t i = 0; i < call.n_sources; i++) again &= is_regular(a, call.source[i]);
    if (!again)
        return err_set(e,
                       "%s needs both sides of a difference, and only files can be read a second time: load them with "
                       "-diff_base in place of -base",
                       c->report->name);
    struct profile *profile = ARENA_NEW(a, struct profile);
    *with_sides = **s;
    with_sides->arena = a;
    with_sides->profile = profile;
    *s = with_sides;
    return fetch_profile(with_sides, &call, profile, e);
}
