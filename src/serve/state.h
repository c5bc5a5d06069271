/* The state of the web interface: the newest profile, and the parts that all profiles share. */
#ifndef CPROF_SERVE_STATE_H
#define CPROF_SERVE_STATE_H

#include <pthread.h>

#include "cli/argv.h"
#include "serve/guard.h"
#include "serve/results.h"
#include "session/session.h"

/* A profile as it was loaded at some time. A request uses the same one to its end, even if there is a newer one. */
struct serve_data {
    uint64_t generation; /* from 0; each refresh adds 1 */
    uint64_t files;      /* a hash of size, time and inode of the files from which it was loaded */
    unsigned n_users;    /* protected by the state's lock */
    struct arena arena;  /* memory of a refreshed profile; the first profile lives in the session's arena */
    struct profile profile;
    struct session session; /* with `profile`, or the first profile of the program */
};

struct serve_state {
    const struct argv_call *call;
    struct guard guard;
    struct results *results;
    bool verbose; /* prints a line on standard error for each request */
    pthread_mutex_t lock;
    struct serve_data *newest; /* protected by the lock, as is `refreshing` */
    bool refreshing;
};

void state_init(struct serve_state *s, const struct session *session, const struct argv_call *call);
/* Returns false for standard input and pipes, which cannot be read again. */
bool state_can_refresh(const struct serve_state *s);
/* Returns true if a file was changed or replaced since the data were loaded from it. */
bool state_has_changed(const struct serve_state *s, const struct serve_data *data);
enum state_refresh { REFRESH_DONE, REFRESH_FAILED, REFRESH_BUSY };
/* Loads the sources again, beside the old data, which stay if that fails. Sets *generation to the newest. */
enum state_refresh state_refresh(struct serve_state *s, uint64_t *generation, struct err *e);
/* Returns the newest data, for one request. */
struct serve_data *state_take(struct serve_state *s);
void state_give(struct serve_state *s, struct serve_data *data);

#endif
