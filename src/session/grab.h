/* One source of the command line: what it is, and the profile that was loaded from it. */
#ifndef CPROF_SESSION_GRAB_H
#define CPROF_SESSION_GRAB_H

#include "bytes/http.h"
#include "cli/argv.h"
#include "formats/load.h"
#include "session/session.h"
#include "symbolize/symbolize.h"

typedef VEC(struct symbolize_source) grab_mappings;

struct grab {
    const struct argv_call *call;
    const struct symbolize_locate *locate;
    struct watch *watch;
    struct watch_source how_far;
    struct load_options load_options;
    uint64_t left_out; /* lines, with -lenient */
    str source;
    str url; /* what the source means where it is no file; else empty */
    struct http_request http;
    bool is_planned, is_fetched;
    struct arena arena; /* of the profile; several are loaded at the same time */
    struct profile profile;
    grab_mappings mappings; /* those of a profile that was fetched */
    struct arena said;      /* of the notes */
    struct notes notes;
    struct err err;
    bool ok, is_loaded;
};

/* One for each source, in the session's arena; nothing is looked at yet. `locate` stays where it is. */
struct grab *grab_new(struct session *s, const struct argv_call *call, const struct symbolize_locate *locate,
                      const str *source, uint32_t n);
/* How a call wants binaries to be found. */
struct symbolize_locate grab_locate(const struct argv_call *call);
/* The certificates it names. */
struct http_tls grab_tls(const struct argv_call *call);

/* Finds out which are URLs. Says so, since what follows may take its time. */
void grab_plan(struct grab *g, uint32_t n);
/* Fetches what has a URL, all at once: profiles that take their servers -seconds to collect are of the same seconds.
 * `also`, one more, may be NULL. */
void grab_fetch(struct grab *g, uint32_t n, struct grab *also);
/* Loads it, or finds out why that cannot be; from any thread, after grab_plan and grab_fetch. */
void grab_load(struct grab *g);

/* The same at once, without the two before, for a file that can be loaded again; is_loaded is left to the caller.
 * False: it is something else, nothing was said or taken. */
bool grab_file(struct grab *g);

/* A source as it is printed and saved: a URL without its password. */
str grab_shown(struct arena *a, str source);
/* "SOURCE: why it was not loaded", the source as it is printed. */
str grab_failure(struct arena *a, const struct grab *g);

/* Warns of what there is to say, and counts it as said. */
void grab_say(struct grab *g);
/* Gives up what was loaded, and that it was. */
void grab_drop(struct grab *g);

#endif
