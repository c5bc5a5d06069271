/* Finds what can name the locations of each mapping. */
#include "symbolize/plan.h"

#include <string.h>

#include "binaries/dwarf/dwarf.h"
#include "binaries/object_open.h"
#include "go/gotext.h"
#include "symbolize/debug_file.h"

struct plan {
    struct arena *arena;
    struct profile *view;
    const struct plan_how *how;
    struct troubles *troubles;
    bool missing; /* some binary could not be found or read */
    VEC(struct plan_job) jobs;
    struct tried tried;
    uint64_t only_process; /* UINT64_MAX if it is not known yet */
    /* Many mappings can name a list: each is read once. */
    struct intern list_names;
    VEC(struct read_list {
        struct symbol_list list;
        str fault; /* empty: `list` is good */
    })
    lists; /* by id in `list_names` */
};

static bool is_kernel(str file) { return str_has_prefix(file, STR("[kernel.kallsyms]")); }

static bool is_unsymbolizable(str file) {
    str base = str_base_name(file);
    return str_has_prefix(base, STR("[")) || str_has_prefix(base, STR("linux-vdso")) ||
           str_has_prefix(file, STR("/dev/dri/")) || str_equal(file, STR("//anon")) ||
           str_has_prefix(file, STR("/memfd:"));
}

/* True for "http://…" and similar schemes: the mapping of a profile that was fetched. */
static bool is_url(struct arena *a, str file) {
    size_t colon = str_find_char(file, ':');
    if (colon == file.len || colon == 0) return false;
    str scheme = str_lower(a, str_slice(file, 0, colon));
    for (size_t i = 0; i < scheme.len; i++) {
        char c = scheme.ptr[i];
        bool letter = c >= 'a' && c <= 'z';
        if (!letter && (i == 0 || !memchr("0123456789+-.", c, 13))) return false;
    }
    return str_find(scheme, STR("http")) < scheme.len;
}

str plan_name(struct arena *a, str file, str build_id) {
    str base = str_base_name(file);
    return build_id.len ? str_format(a, "%.*s (build ID %.*s)", STR_ARG(base), STR_ARG(build_id)) : base;
}

static struct object_mapping object_mapping_of(const struct profile *p, const struct profile_mapping *m, str path) {
    return (struct object_mapping){path, m->start, m->limit, m->offset, profile_str(p, m->kernel_symbol)};
}

/* Opens the binary of a mapping, and looks for its debug information on this machine. */
static void open_binary(struct plan *l, struct plan_job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->mapping];
    str file = profile_str(l->view, m->file), build_id = profile_str(l->view, m->build_id);
    struct object *o = &job->object;
    struct object_mapping mapping = object_mapping_of(l->view, m, file);
    bool opened = tried_open(&l->tried, &mapping, o, &job->trouble);
    job->missing = !opened;
    job->opened = opened && (!build_id.len || !o->build_id.len || str_equal(build_id, o->build_id));
    if (opened && !job->opened) err_set(&job->trouble, "build ID mismatch");
    if (job->opened && o->has_debug) return;
    job->build_id = job->opened && o->build_id.len ? o->build_id : build_id;
    struct debug_file_query q = {l->how->search_path, job->opened ? o : NULL, file, job->build_id, &l->tried};
    debug_file_find(l->arena, &q, &job->debug);
}

/* Asks the servers for debug information that is not on this machine. */
static void fetch_debug_files(struct plan *l) {
    struct debuginfod_want *want = ARENA_ARRAY(l->arena, struct debuginfod_want, l->jobs.n);
    uint32_t *of = ARENA_ARRAY(l->arena, uint32_t, l->jobs.n), n = 0;
    for (uint32_t i = 0; i < l->jobs.n; i++) {
        const struct plan_job *job = &l->jobs.at[i];
        bool of_kernel = is_kernel(profile_str(l->view, l->view->mapping[job->mapping].file)); /* a gigabyte */
        if (!job->build_id.len || job->debug.len || job->listed || of_kernel) continue;
        str name = str_base_name(profile_str(l->view, l->view->mapping[job->mapping].file));
        of[n] = i;
        want[n++] = (struct debuginfod_want){.build_id = job->build_id, .name = name, .path = STR_EMPTY};
    }
    if (n) debuginfod_find(l->arena, want, n, l->how->progress, l->troubles);
    if (n && l->how->progress->stage) l->how->progress->stage(l->how->progress->context, "symbolizing", 0, 0);
    for (uint32_t i = 0; i < n; i++) l->jobs.at[of[i]].debug = want[i].path;
}

/* Asks the servers for supplementary files that debug information refers to. */
static void fetch_alt_files(struct plan *l, struct plan_job *job, size_t n_jobs) {
    struct debuginfod_want *want = ARENA_ARRAY(l->arena, struct debuginfod_want, n_jobs);
    uint32_t *of = ARENA_ARRAY(l->arena, uint32_t, n_jobs), n = 0;
    if (!debuginfod_is_used()) return;
    for (uint32_t i = 0; i < n_jobs; i++) {
        struct debuginfod_want *w = &want[n];
        const char *path = str_c(l->arena, job[i].debug.len ? job[i].debug : job[i].object.path);
        if (job[i].listed || !dwarf_lacks_alt(l->arena, path, &w->name, &w->build_id)) continue;
        w->path = STR_EMPTY;
        of[n++] = i;
    }
    if (!n) return;
    debuginfod_find(l->arena, want, n, l->how->progress, l->troubles);
    if (l->how->progress->stage) l->how->progress->stage(l->how->progress->context, "symbolizing", 0, 0);
    for (uint32_t i = 0; i < n; i++) job[of[i]].alt = want[i].path;
}

/* Debug information takes the place of a binary that is gone, or is another build. Returns false, with a note, if there
 * is nothing to ask about. */
static bool settle_binary(struct plan *l, struct plan_job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->mapping];
    str file = profile_str(l->view, m->file), name = plan_name(l->arena, file, profile_str(l->view, m->build_id));
    if (job->opened || job->listed) return true;
    if (job->debug.len) {
        struct object_mapping mapping = object_mapping_of(l->view, m, job->debug);
        job->debug = STR_EMPTY;
        err_clear(&job->trouble);
        if (tried_open(&l->tried, &mapping, &job->object, &job->trouble)) return true;
    }
    if (!file.len && job->mapping == 0) {
        notes_add(l->troubles->notes, NOTE_WARNING, "Main binary filename not available.");
    } else if (file.len) {
        trouble_add(l->troubles, TROUBLE_UNREADABLE, "Local symbolization failed for %.*s: %s", STR_ARG(name),
                    err_text(&job->trouble));
        l->missing |= job->missing;
    } else {
        l->missing = true;
    }
    err_clear(&job->trouble);
    return false;
}

/* True if its locations have no names yet, or force replaces them. */
static bool wants_names(const struct profile_mapping *m, bool force) {
    return force || !(m->has_functions || m->has_filenames || m->has_line_numbers);
}

/* The process of a profile of one process, by the label pid; 0: unknown. */
static uint64_t only_process(const struct profile *p) {
    uint64_t only = 0;
    for (uint32_t i = 0; i < p->n_labels; i++) {
        const struct profile_label *label = &p->label[i];
        str key = profile_str(p, label->key);
        uint64_t process = (uint64_t)label->number;
        if (!str_equal(key, STR("pid")) && !str_equal(key, STR("process.pid"))) continue;
        if (!label->numeric && gotext_parse_uint(profile_str(p, label->value), 10, &process) != GOTEXT_OK) return 0;
        if (only && process != only) return 0;
        only = process;
    }
    return only;
}

/* The process that lists the names of code without a file; 0: unknown, or a mapping of another kind. */
static uint64_t process_of(struct plan *l, str file) {
    bool anonymous =
        str_equal(file, STR("//anon")) || str_has_prefix(file, STR("[anon")) || str_has_prefix(file, STR("/memfd:"));
    if (!anonymous) return symbol_list_process(file);
    if (l->only_process == UINT64_MAX) l->only_process = only_process(l->view);
    return l->only_process;
}

/* Takes the list of a process, or of the kernel of that build. */
static bool take_list(struct plan *l, uint64_t process, str build_id, struct plan_job *job) {
    str name = str_format(l->arena, "%llu %.*s", (unsigned long long)process, STR_ARG(build_id));
    uint32_t id = intern_id(&l->list_names, name);
    if (id == l->lists.n) {
        struct err e = {0};
        struct read_list *read = VEC_PUSH(l->arena, &l->lists);
        *read = (struct read_list){.fault = STR_EMPTY};
        bool ok = process ? symbol_list_read_map(l->arena, process, &read->list, &e)
                          : symbol_list_read_kernel(l->arena, build_id, &read->list, &e);
        if (!ok) read->fault = str_copy(l->arena, str_from(err_text(&e)));
        err_clear(&e);
    }
    const struct read_list *read = &l->lists.at[id];
    job->list = read->list;
    return !read->fault.len || err_set(&job->trouble, "%.*s", STR_ARG(read->fault));
}

static void plan_mapping(struct plan *l, map_id id, const loc_id *location, uint32_t n) {
    const struct profile_mapping *m = &l->view->mapping[id];
    str file = profile_str(l->view, m->file), build_id = profile_str(l->view, m->build_id);
    if (!n || !wants_names(m, l->how->force)) return;
    struct plan_job job = {
        .mapping = id, .location = location, .n = n, .debug = STR_EMPTY, .alt = STR_EMPTY, .build_id = STR_EMPTY};
    uint64_t process = process_of(l, file);
    bool of_kernel = is_kernel(file) && m->build_id;
    if (process || of_kernel) job.listed = take_list(l, process, process ? STR_EMPTY : build_id, &job);
    if (!job.listed && is_unsymbolizable(file) && !of_kernel) {
        err_clear(&job.trouble);
        return;
    }
    if (!m->build_id && is_url(l->arena, file)) return;
    if (process || of_kernel) {
        job.missing = process != 0;
        job.build_id = build_id;
        struct debug_file_query q = {l->how->search_path, NULL, file, build_id, &l->tried};
        if (!job.listed) debug_file_find(l->arena, &q, &job.debug);
    } else {
        open_binary(l, &job);
    }
    *VEC_PUSH(l->arena, &l->jobs) = job;
}

struct plan_job *plan_mappings(struct arena *a, struct profile *view, const struct plan_how *how,
                               struct troubles *troubles, uint32_t *n_jobs) {
    struct plan plan = {.arena = a,
                        .view = view,
                        .how = how,
                        .troubles = troubles,
                        .tried = {.arena = a},
                        .list_names = {.arena = a},
                        .only_process = UINT64_MAX},
                *l = &plan;
    const struct profile *p = view;
    bool any = false;
    *n_jobs = 0;
    for (uint32_t m = 0; m < p->n_mappings; m++) any |= wants_names(&p->mapping[m], l->how->force);
    if (!any) return NULL;
    uint32_t *end = ARENA_ZERO(l->arena, uint32_t, (size_t)p->n_mappings + 1); /* end[mapping]: end of its group */
    loc_id *grouped = ARENA_ARRAY(l->arena, loc_id, p->n_locations);
    for (uint32_t i = 0; i < p->n_locations; i++)
        if (p->location[i].mapping != PROFILE_NONE) end[p->location[i].mapping + 1]++;
    for (uint32_t m = 0; m < p->n_mappings; m++) end[m + 1] += end[m];
    for (uint32_t i = 0; i < p->n_locations; i++)
        if (p->location[i].mapping != PROFILE_NONE) grouped[end[p->location[i].mapping]++] = i;
    for (uint32_t m = 0, from = 0; m < p->n_mappings; from = end[m++])
        plan_mapping(l, m, grouped + from, end[m] - from);
    if (!l->how->fast) fetch_debug_files(l);
    size_t n = 0;
    for (size_t i = 0; i < l->jobs.n; i++)
        if (settle_binary(l, &l->jobs.at[i])) l->jobs.at[n++] = l->jobs.at[i];
    *n_jobs = (uint32_t)n;
    if (!l->how->fast) fetch_alt_files(l, l->jobs.at, n);
    if (l->missing)
        notes_add(l->troubles->notes, NOTE_WARNING,
                  "Some binary filenames not available. Symbolization may be incomplete.\n"
                  "Try setting PPROF_BINARY_PATH to the search path for local binaries.");
    return l->jobs.at;
}
