/* What the web interface serves: the profile, in its newest generation, and what holds for all of them. */
#ifndef CPROF_SERVE_STATE_H
#define CPROF_SERVE_STATE_H

#include <pthread.h>

#include "cli/argv.h"
#include "serve/guard.h"
#include "serve/results.h"
#include "session/session.h"

/* A profile as it was loaded at some time. A request works on one to its end, also when a newer one is there. */
struct serve_data {
    uint64_t generation; /* from 0; each refresh adds 1 */
    unsigned n_users;    /* under the state's lock */
    struct arena arena;  /* of what a refresh loaded; the first profile lives in the session's */
    struct profile profile;
    struct session session; /* its profile is the one above, or the first one */
};

struct serve_state {
    const struct argv_call *call;
    struct guard guard;
    struct results *results;
    bool verbose; /* a line on standard error for each request */
    pthread_mutex_t lock;
    struct serve_data *newest; /* under the lock */
};

void state_init(struct serve_state *s, const struct session *session, const struct argv_call *call);
/* The newest data, for one request. */
struct serve_data *state_take(struct serve_state *s);
void state_give(struct serve_state *s, struct serve_data *data);

#endif
