/* One source of the command line: its kind, and the profile that is loaded from it. */
#ifndef CPROF_SESSION_SOURCE_LOAD_H
#define CPROF_SESSION_SOURCE_LOAD_H

#include "bytes/http.h"
#include "cli/argv.h"
#include "formats/load.h"
#include "session/session.h"
#include "symbolize/symbolize.h"

typedef VEC(struct symbolize_source) source_load_mappings;

enum source_load_kind {
    SOURCE_LOAD_FILE,   /* a regular file, or a missing one: can be loaded again */
    SOURCE_LOAD_STREAM, /* standard input, a pipe, a device: can be read only once */
    SOURCE_LOAD_URL     /* not a file, but a URL */
};

enum source_load_state {
    SOURCE_LOAD_NEW,
    SOURCE_LOAD_UNFETCHED, /* a URL, after source_load_plan */
    SOURCE_LOAD_READY,     /* to be loaded */
    SOURCE_LOAD_STARTED,   /* a thread loads it */
    SOURCE_LOAD_DONE,      /* loaded if `ok`; else `err` has the reason */
    SOURCE_LOAD_MERGED     /* only the messages for source_load_report are left */
};

/* What loading needs. A list may name 100,000 files, of which few are loaded at a time. */
struct source_load_work {
    struct progress_source progress;
    struct load_options options;
    uint64_t left_out; /* number of lines, or other parts, skipped by -lenient */
    const char *left_out_part;
    struct http_request http;
    struct profile profile;
};

struct source_load {
    const struct argv_call *call;
    const struct symbolize_locate *locate;
    const struct http_identity *identity;
    struct progress *progress;
    struct source_load_work *work; /* from the plan of a URL, or the loading of a file, until the profile is merged */
    str source;                    /* source_load_plan removes the weight of a file */
    uint64_t weight;               /* of all values, in billionths */
    bool no_stacks;                /* nobody looks at its stacks */
    bool found;                    /* not named on the command line itself: only regular files and URLs are read */
    enum source_load_kind kind;
    enum source_load_state state;
    const char *refused; /* why it is not read; NULL: it is */
    uint64_t size;       /* of a file; 0: unknown */
    str url;             /* of a SOURCE_LOAD_URL, else empty */
    struct arena arena;  /* memory of the profile; several sources are loaded at the same time */
    int64_t time_nanos;  /* of the loaded profile */
    bool is_only;        /* there are no other sources and no base */
    bool narrow;         /* its profile may be narrow, as in struct load_options */
    bool marked;         /* mark its rows with `number` */
    uint32_t number;
    source_load_mappings mappings; /* mappings of a fetched profile */
    struct arena notes_arena;
    struct notes notes;
    struct err err;
    bool ok;
};

/* Makes one source_load per source, in the session's arena, without looking at the sources. `locate` must outlive
 * them. */
struct source_load *source_load_new(struct session *s, const struct argv_call *call,
                                    const struct symbolize_locate *locate, const str *source, uint32_t n);
/* How binaries are found, from the options of a call. */
struct symbolize_locate source_load_locate(const struct argv_call *call);
/* The time that an answer may take, with `seconds` of collection (0: none). */
int64_t source_load_timeout_ms(const struct options_call *call, int64_t seconds);

/* Finds out the kind of a source, if it is unknown. Prints a message for each URL, because fetching may take long. */
void source_load_plan(struct source_load *s);
/* Fetches n unfetched sources at once, so that profiles which servers take -seconds to collect cover the same
 * seconds. */
void source_load_fetch(struct source_load *const *source, uint32_t n);
/* Loads a source that is ready, on any thread. The caller changes its state. */
void source_load_run(struct source_load *s);

/* Applies drop_frames and keep_frames of a profile, or with -all_frames removes them; fails as filter_drop_frames. For
 * a canonical profile until nothing changes, so that loading the result drops no more. */
bool source_load_drop_frames(struct arena *a, const struct argv_call *call, struct profile *p, struct err *e);

/* Returns true for the URL of a server that also knows names of addresses. URLs in lists are those of objects. */
static inline bool source_load_is_server(const struct source_load *s) {
    return s->kind == SOURCE_LOAD_URL && !s->found;
}

/* Returns true for a source that is a file, a device or standard input, and not a URL. */
bool source_load_is_file(str source);
/* The text of a source in messages and files: a URL loses its password. */
str source_load_shown(struct arena *a, str source);
/* "SOURCE: REASON", with the source as in messages. */
str source_load_failure(struct arena *a, const struct source_load *s);

/* Prints the notes of a source, and the reason if it was not loaded; once. */
void source_load_report(struct source_load *s);
/* Frees `work`; the memory of the profile stays. */
void source_load_end_work(struct source_load *s);
/* Frees the profile, too; a file can be loaded again. */
void source_load_drop(struct source_load *s);

#endif
