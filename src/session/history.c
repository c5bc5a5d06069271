/* The runs of a folder, by their time. */
#include "session/history.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "formats/load.h"

struct history_run {
    str name;
    int64_t time;
};

static int compare_runs(const void *x, const void *y) {
    const struct history_run *a = x, *b = y;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return str_compare(a->name, b->name);
}

static bool same_file(struct arena *a, str x, str y) {
    struct stat of_x, of_y;
    return stat(str_c(a, x), &of_x) == 0 && stat(str_c(a, y), &of_y) == 0 && of_x.st_dev == of_y.st_dev &&
           of_x.st_ino == of_y.st_ino;
}

static bool time_of(str name, int64_t *out, struct err *e) {
    struct arena scratch = {0};
    struct profile p;
    struct stat st;
    bool ok = load_source(&scratch, name, NULL, &p, e);
    if (ok) *out = p.time_nanos;
    if (ok && p.time_nanos == 0 && stat(str_c(&scratch, name), &st) == 0)
        *out = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    arena_release(&scratch);
    return ok || err_prepend(e, "%.*s%s", STR_ARG(name), *err_text(e) == ':' ? "" : ": ");
}

bool history_runs(struct arena *a, const struct argv_call *call, const struct sources *new_runs, struct sources *out,
                  struct err *e) {
    str folder = call->call.history;
    struct sources all = {0};
    VEC(struct history_run) run = {0};
    struct stat st;
    if (stat(str_c(a, folder), &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(e, "-history=%.*s is not a folder", STR_ARG(folder));
    if (call->call.history_runs < 1) return err_set(e, "-history_runs is the number of runs, 1 or more");
    if (!sources_expand(a, call, &folder, 1, &all, e)) return err_prepend(e, "-history: ");
    for (size_t i = 0; i < all.name.n; i++) {
        struct history_run r = {.name = all.name.at[i]};
        bool is_new = false;
        for (size_t k = 0; k < new_runs->name.n && !is_new; k++) is_new = same_file(a, r.name, new_runs->name.at[k]);
        if (is_new) continue;
        if (!time_of(r.name, &r.time, e)) return err_prepend(e, "-history: ");
        *VEC_PUSH(a, &run) = r;
    }
    if (!run.n) return err_set(e, "-history=%.*s has no other runs than the new ones", STR_ARG(folder));
    qsort(run.at, run.n, sizeof *run.at, compare_runs);
    uint64_t most = (uint64_t)call->call.history_runs;
    for (size_t i = run.n > most ? run.n - (size_t)most : 0; i < run.n; i++) *VEC_PUSH(a, &out->name) = run.at[i].name;
    return true;
}
