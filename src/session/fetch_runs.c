/* What a gate compares: each -base and each source is a run, a directory or pattern is all the runs in it. */
#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bytes/source.h"
#include "cli/argv.h"
#include "session/session.h"

typedef VEC(str) name_list;

static int compare_names(const void *x, const void *y) { return str_compare(*(const str *)x, *(const str *)y); }

/* The files of a directory in the order of their names; hidden ones are no profiles. */
static bool add_directory(struct arena *a, str path, name_list *out, struct err *e) {
    DIR *d = opendir(str_c(a, path));
    if (!d) return err_set(e, "%.*s: the directory cannot be read", STR_ARG(path));
    size_t first = out->n;
    for (const struct dirent *entry; (entry = readdir(d));) {
        struct stat st;
        if (entry->d_name[0] == '.') continue;
        str file = str_format(a, "%.*s/%s", STR_ARG(path), entry->d_name);
        if (stat(file.ptr, &st) == 0 && S_ISREG(st.st_mode)) *VEC_PUSH(a, out) = file;
    }
    closedir(d);
    if (out->n == first) return err_set(e, "%.*s: there is no profile in this directory", STR_ARG(path));
    qsort(out->at + first, out->n - first, sizeof *out->at, compare_names);
    return true;
}

static bool add_pattern(struct arena *a, str pattern, name_list *out, struct err *e) {
    glob_t found;
    int status = glob(str_c(a, pattern), 0, NULL, &found);
    if (status == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) *VEC_PUSH(a, out) = str_copy(a, str_from(found.gl_pathv[i]));
    if (status == 0) globfree(&found);
    return status == 0 || err_set(e, "%.*s: no file has such a name", STR_ARG(pattern));
}

static bool add_source(struct arena *a, str source, name_list *out, struct err *e) {
    struct stat st;
    bool exists = stat(str_c(a, source), &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) return add_directory(a, source, out, e);
    bool is_pattern = str_find_char(source, '*') < source.len || str_find_char(source, '?') < source.len ||
                      str_find_char(source, '[') < source.len;
    if (!exists && is_pattern) return add_pattern(a, source, out, e);
    *VEC_PUSH(a, out) = source;
    return true;
}

static bool read_words(struct arena *a, const struct argv_call *call, struct gate_words *out, struct err *e) {
    const struct options_call *c = &call->call;
    *out = (struct gate_words){.max_growth = c->max_growth,
                               .max_total_growth = c->max_total_growth,
                               .max_new = c->max_new,
                               .min_share = c->min_share,
                               .confidence = c->confidence,
                               .budgets_file = c->budgets,
                               .require_power = c->require_power};
    out->budget = argv_values(a, call, STR("budget"), &out->n_budgets);
    if (c->budgets.len && !source_read(a, c->budgets, &out->budgets_text, e)) return err_prepend(e, "-budgets: ");
    if (out->budgets_text.len == 0) out->budgets_text = STR_EMPTY;
    return true;
}

bool fetch_runs(struct session *s, const struct argv_call *call, struct err *e) {
    struct arena *a = s->arena;
    name_list name = {0};
    uint32_t n_given;
    if (!read_words(a, call, &s->gate->words, e)) return false;
    const str *base = argv_values(a, call, STR("base"), &n_given);
    for (uint32_t i = 0; i < n_given; i++)
        if (!add_source(a, base[i], &name, e)) return false;
    uint32_t n_base = (uint32_t)name.n;
    for (uint32_t i = 0; i < call->n_sources; i++)
        if (!add_source(a, call->source[i], &name, e)) return false;
    uint32_t n = (uint32_t)name.n;
    struct profile *run = ARENA_ARRAY(a, struct profile, n);
    if (!fetch_each(s, call, name.at, n, run, e)) return false;
    const struct profile **runs = ARENA_ARRAY(a, const struct profile *, n);
    for (uint32_t i = 0; i < n; i++) runs[i] = &run[i];
    struct gate_sides sides = {.run = runs,
                               .name = name.at,
                               .n_base = n_base,
                               .n_new = n - n_base,
                               .any_duration = call->options.normalize || call->call.same_work};
    watch_stage(s->watch, "merging");
    watch_show(s->watch);
    bool ok = gate_runs_merge(a, &sides, &s->gate->runs, e);
    watch_hide(s->watch);
    return ok;
}
