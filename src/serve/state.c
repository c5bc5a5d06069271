/* The profile that the web interface serves, in its generations. */
#include "serve/state.h"

#include <stdlib.h>

#include "base/memory.h"

void state_init(struct serve_state *s, const struct session *session, const struct argv_call *call) {
    struct serve_data *first = memory_zero(1, sizeof *first);
    first->session = *session;
    first->session.progress = NULL; /* it belongs to the main thread */
    first->n_users = 1;
    *s = (struct serve_state){.call = call, .verbose = call->call.v, .newest = first};
    pthread_mutex_init(&s->lock, NULL);
}

struct serve_data *state_take(struct serve_state *s) {
    pthread_mutex_lock(&s->lock);
    struct serve_data *data = s->newest;
    data->n_users++;
    pthread_mutex_unlock(&s->lock);
    return data;
}

void state_give(struct serve_state *s, struct serve_data *data) {
    pthread_mutex_lock(&s->lock);
    bool last = --data->n_users == 0;
    pthread_mutex_unlock(&s->lock);
    if (!last) return;
    arena_release(&data->arena);
    free(data);
}
