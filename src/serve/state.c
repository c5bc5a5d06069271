/* The profile that the web interface serves, in its generations. */
#include "serve/state.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/memory.h"

static uint64_t hash_file(struct arena *scratch, str path, uint64_t h) {
    struct stat st;
    if (stat(str_c(scratch, path), &st) != 0 || !S_ISREG(st.st_mode)) return hash_more(h, 0);
    const uint64_t part[] = {st.st_dev, st.st_ino, (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
                             (uint64_t)st.st_mtim.tv_nsec};
    return hash_more(h, hash_bytes(part, sizeof part));
}

/* Sources that are not files, such as URLs, never change here. */
static uint64_t hash_files(const struct argv_call *call) {
    struct arena scratch = {0};
    uint64_t h = 0;
    for (uint32_t i = 0; i < call->n_sources; i++) h = hash_file(&scratch, call->source[i], h);
    const str bases[] = {STR("base"), STR("diff_base")};
    for (int b = 0; b < 2; b++) {
        uint32_t n;
        const str *path = argv_values(&scratch, call, bases[b], &n);
        for (uint32_t i = 0; i < n; i++) h = hash_file(&scratch, path[i], h);
    }
    arena_release(&scratch);
    return h;
}

void state_init(struct serve_state *s, const struct session *session, const struct argv_call *call) {
    struct serve_data *first = memory_zero(1, sizeof *first);
    first->session = *session;
    first->session.progress = NULL; /* it belongs to the main thread */
    first->n_users = 1;
    first->files = hash_files(call);
    *s = (struct serve_state){.call = call, .verbose = call->call.v, .newest = first};
    pthread_mutex_init(&s->lock, NULL);
}

bool state_can_refresh(const struct serve_state *s) {
    bool can = true;
    struct arena scratch = {0};
    for (uint32_t i = 0; i < s->call->n_sources; i++) {
        struct stat st;
        str source = s->call->source[i];
        bool there = stat(str_c(&scratch, source), &st) == 0;
        can = can && !argv_is_standard_input(source) && (!there || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
    }
    arena_release(&scratch);
    return can;
}

bool state_has_changed(const struct serve_state *s, const struct serve_data *data) {
    return hash_files(s->call) != data->files;
}

enum state_refresh state_refresh(struct serve_state *s, uint64_t *generation, struct err *e) {
    pthread_mutex_lock(&s->lock);
    bool busy = s->refreshing;
    s->refreshing = true;
    const struct serve_data *old = s->newest;
    *generation = old->generation;
    struct session session = old->session;
    pthread_mutex_unlock(&s->lock);
    if (busy) {
        err_set(e, "the sources are being loaded already");
        return REFRESH_BUSY;
    }
    struct serve_data *data = memory_zero(1, sizeof *data);
    data->n_users = 1;
    data->files = hash_files(s->call); /* before they are read: a later change is noticed */
    data->session = session;
    data->session.arena = &data->arena;
    data->session.profile = &data->profile;
    bool ok = state_can_refresh(s) ? fetch_profile(&data->session, s->call, &data->profile, e)
                                   : err_set(e, "what was read from standard input or a pipe cannot be read again");
    pthread_mutex_lock(&s->lock);
    struct serve_data *unused = data;
    if (ok) {
        data->generation = ++*generation;
        unused = s->newest;
        s->newest = data;
    }
    s->refreshing = false;
    pthread_mutex_unlock(&s->lock);
    state_give(s, unused);
    if (ok) results_forget(s->results);
    return ok ? REFRESH_DONE : REFRESH_FAILED;
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
