/* One source of the command line: what it is, and the profile that is loaded from it. */
#ifndef CPROF_SESSION_SOURCE_LOAD_H
#define CPROF_SESSION_SOURCE_LOAD_H

#include "bytes/http.h"
#include "cli/argv.h"
#include "formats/load.h"
#include "session/session.h"
#include "symbolize/symbolize.h"

typedef VEC(struct symbolize_source) source_load_mappings;

enum source_load_kind {
    SOURCE_LOAD_FILE,   /* a regular file, or nothing at all: can be loaded again */
    SOURCE_LOAD_STREAM, /* standard input, a pipe, a device: can be read once */
    SOURCE_LOAD_URL     /* not a file, and means a URL */
};

enum source_load_state {
    SOURCE_LOAD_NEW,
    SOURCE_LOAD_UNFETCHED, /* a URL, after source_load_plan */
    SOURCE_LOAD_READY,     /* to be loaded */
    SOURCE_LOAD_STARTED,   /* a thread loads it */
    SOURCE_LOAD_DONE,      /* loaded if `ok`; else `err` says why not */
    SOURCE_LOAD_MERGED     /* nothing is left of it but what source_load_report prints */
};

struct source_load {
    const struct argv_call *call;
    const struct symbolize_locate *locate;
    struct watch *watch;
    struct watch_source how_far;
    struct load_options options;
    uint64_t left_out; /* lines, with -lenient */
    str source;
    enum source_load_kind kind;
    enum source_load_state state;
    uint64_t size; /* of a file; 0: not known */
    str url;       /* of a SOURCE_LOAD_URL, else empty */
    struct http_request http;
    struct arena arena; /* of the profile; several are loaded at the same time */
    struct profile profile;
    source_load_mappings mappings; /* those of a profile that was fetched */
    struct arena notes_arena;
    struct notes notes;
    struct err err;
    bool ok;
};

/* One for each source, in the session's arena; nothing is looked at yet. `locate` must stay. */
struct source_load *source_load_new(struct session *s, const struct argv_call *call,
                                    const struct symbolize_locate *locate, const str *source, uint32_t n);
/* How a call says that binaries are found. */
struct symbolize_locate source_load_locate(const struct argv_call *call);
/* The certificates it names. */
struct http_tls source_load_tls(const struct argv_call *call);

/* Finds out what a source is, if that is not known. Prints a message about each URL, since fetching may take its time.
 */
void source_load_plan(struct source_load *s);
/* Fetches n unfetched sources at once: profiles that take their servers -seconds to collect are of the same seconds. */
void source_load_fetch(struct source_load *const *source, uint32_t n);
/* Loads a source that is ready; from any thread. Its state is left to the caller. */
void source_load_run(struct source_load *s);

/* A source as it is printed and saved: a URL without its password. */
str source_load_shown(struct arena *a, str source);
/* "SOURCE: why it was not loaded", the source as it is printed. */
str source_load_failure(struct arena *a, const struct source_load *s);

/* Prints the notes about it, and why it was not loaded; once. */
void source_load_report(struct source_load *s);
/* Frees what was loaded, of a file so that it can be loaded again. */
void source_load_drop(struct source_load *s);

#endif
