/* Symbolization of a profile with local tools, and demangling, as -symbolize says. */
#include "symbolize/symbolize.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/task.h"
#include "binaries/demangle.h"
#include "binaries/lines.h"
#include "binaries/object_open.h"
#include "symbolize/debug_file.h"
#include "symbolize/debuginfod.h"
#include "symbolize/names.h"
#include "symbolize/symbol_cache.h"
#include "symbolize/trouble.h"

struct modes {
    bool local, remote, fast, force;
    bool demangle; /* false for demangle=none */
    enum demangle_mode demangle_mode;
};

/* Parses "demangle=full", or just "full". */
static bool set_demangle(struct modes *m, str word) {
    static const str prefix = {"demangle=", 9};
    if (str_has_prefix(word, prefix)) word = str_from_offset(word, prefix.len);
    if (str_equal(word, STR("default"))) return true; /* changes nothing, not even after another word */
    bool none = str_equal(word, STR("none")), full = str_equal(word, STR("full"));
    if (!none && !full && !str_equal(word, STR("templates"))) return false;
    m->demangle = !none;
    m->demangle_mode = full ? DEMANGLE_FULL : DEMANGLE_TEMPLATES;
    m->force = true;
    return true;
}

/* Returns false if there is nothing to do. */
static bool parse_modes(struct arena *a, str modes, struct modes *out, struct notes *notes) {
    *out = (struct modes){.local = true, .remote = true, .demangle = true, .demangle_mode = DEMANGLE_DEFAULT};
    str rest = str_lower(a, modes), word;
    while (str_cut(&rest, ':', &word)) {
        if (str_equal(word, STR("none")) || str_equal(word, STR("no"))) return false;
        if (str_equal(word, STR("local")) || str_equal(word, STR("fastlocal"))) {
            out->local = true;
            out->remote = false;
            out->fast |= word.ptr[0] == 'f';
        } else if (str_equal(word, STR("remote"))) {
            out->local = false;
            out->remote = true;
        } else if (str_equal(word, STR("force"))) {
            out->force = true;
        } else if (word.len && !set_demangle(out, word)) {
            notes_add(notes, NOTE_WARNING, "ignoring unrecognized symbolization option: %.*s", STR_ARG(modes));
            notes_add(
                notes, NOTE_WARNING,
                "expecting -symbolize=[local|fastlocal|remote|none][:force][:demangle=[none|full|templates|default]");
        }
    }
    return true;
}

/* The locations of one mapping, and the tool's answers about them. */
struct job {
    struct arena arena;
    map_id mapping;
    struct object object;
    bool opened, missing; /* is the object the mapping's? Was no object found in its place? */
    str debug;            /* its file of debug information; empty: the object itself, or not found */
    str build_id;         /* of debug information that is wanted; may be empty */
    const loc_id *location;
    uint32_t n;
    struct symbols_table symbols; /* what is known of the addresses */
    uint32_t *row;                /* of each location in `symbols`, or UINT32_MAX; NULL: there are no answers */
    struct notes notes;           /* of lines_ask, in `arena` */
    struct err trouble;           /* why there are no answers */
    bool stored;                  /* in the cache */
    const struct tools *tools;
    bool fast, use_cache;
};

struct local {
    struct arena *arena, scratch;
    struct profile *view;
    const struct modes *modes;
    struct troubles troubles;
    str search_path;
    const struct debuginfod_progress *progress;
    bool missing; /* some binary could not be found or read */
    VEC(struct job) jobs;
};

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

static str shown_name(struct arena *a, str file, str build_id) {
    str base = str_base_name(file);
    return build_id.len ? str_format(a, "%.*s (build ID %.*s)", STR_ARG(base), STR_ARG(build_id)) : base;
}

static struct object_mapping object_mapping_of(const struct profile *p, const struct profile_mapping *m, str path) {
    return (struct object_mapping){path, m->start, m->limit, m->offset, profile_str(p, m->kernel_symbol)};
}

/* Opens the binary of a mapping, and looks for its debug information on this machine. */
static void open_binary(struct local *l, struct job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->mapping];
    str file = profile_str(l->view, m->file), build_id = profile_str(l->view, m->build_id);
    struct object *o = &job->object;
    struct object_mapping mapping = object_mapping_of(l->view, m, file);
    bool opened = object_open(&l->scratch, &mapping, o, &job->trouble);
    job->missing = !opened;
    job->opened = opened && (!build_id.len || !o->build_id.len || str_equal(build_id, o->build_id));
    if (opened && !job->opened) err_set(&job->trouble, "build ID mismatch");
    if (job->opened && o->has_debug) return;
    job->build_id = job->opened && o->build_id.len ? o->build_id : build_id;
    struct debug_file_query q = {l->search_path, job->opened ? o : NULL, file, job->build_id};
    debug_file_find(&l->scratch, &q, &job->debug);
}

/* Asks the servers for debug information that is not on this machine. */
static void fetch_debug_files(struct local *l) {
    struct debuginfod_want *want = ARENA_ARRAY(&l->scratch, struct debuginfod_want, l->jobs.n);
    uint32_t *of = ARENA_ARRAY(&l->scratch, uint32_t, l->jobs.n), n = 0;
    for (uint32_t i = 0; i < l->jobs.n; i++) {
        const struct job *job = &l->jobs.at[i];
        if (!job->build_id.len || job->debug.len) continue;
        str name = str_base_name(profile_str(l->view, l->view->mapping[job->mapping].file));
        of[n] = i;
        want[n++] = (struct debuginfod_want){.build_id = job->build_id, .name = name, .path = STR_EMPTY};
    }
    if (n) debuginfod_find(&l->scratch, want, n, l->progress, &l->troubles);
    if (n && l->progress->stage) l->progress->stage(l->progress->context, "symbolizing", 0, 0);
    for (uint32_t i = 0; i < n; i++) l->jobs.at[of[i]].debug = want[i].path;
}

/* Debug information takes the place of a binary that is gone, or is another build. Returns false, with a note, if there
 * is nothing to ask about. */
static bool settle_binary(struct local *l, struct job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->mapping];
    str file = profile_str(l->view, m->file), name = shown_name(&l->scratch, file, profile_str(l->view, m->build_id));
    if (job->opened) return true;
    if (job->debug.len) {
        struct object_mapping mapping = object_mapping_of(l->view, m, job->debug);
        job->debug = STR_EMPTY;
        err_clear(&job->trouble);
        if (object_open(&l->scratch, &mapping, &job->object, &job->trouble)) return true;
    }
    if (!file.len && job->mapping == 0) {
        notes_add(l->troubles.notes, NOTE_WARNING, "Main binary filename not available.");
    } else if (file.len) {
        trouble_add(&l->troubles, TROUBLE_UNREADABLE, "Local symbolization failed for %.*s: %s", STR_ARG(name),
                    err_text(&job->trouble));
        l->missing |= job->missing;
    } else {
        l->missing = true;
    }
    err_clear(&job->trouble);
    return false;
}

/* True if its locations have no names yet, or force replaces them. */
static bool wants_names(const struct profile_mapping *m, const struct modes *modes) {
    return modes->force || !(m->has_functions || m->has_filenames || m->has_line_numbers);
}

static void plan_mapping(struct local *l, map_id id, const loc_id *location, uint32_t n) {
    const struct profile_mapping *m = &l->view->mapping[id];
    str file = profile_str(l->view, m->file);
    if (!n || !wants_names(m, l->modes)) return;
    if (is_unsymbolizable(file) || (!m->build_id && is_url(&l->scratch, file))) return;
    struct job *job = VEC_PUSH(&l->scratch, &l->jobs);
    *job = (struct job){.mapping = id, .location = location, .n = n, .debug = STR_EMPTY, .build_id = STR_EMPTY};
    open_binary(l, job);
}

/* Groups the locations by mapping, in their order, and makes a job for each mapping that needs one. */
static void plan(struct local *l) {
    const struct profile *p = l->view;
    bool any = false;
    for (uint32_t m = 0; m < p->n_mappings; m++) any |= wants_names(&p->mapping[m], l->modes);
    if (!any) return;
    uint32_t *end = ARENA_ZERO(&l->scratch, uint32_t, (size_t)p->n_mappings + 1); /* end[mapping]: end of its group */
    loc_id *grouped = ARENA_ARRAY(&l->scratch, loc_id, p->n_locations);
    for (uint32_t i = 0; i < p->n_locations; i++)
        if (p->location[i].mapping != PROFILE_NONE) end[p->location[i].mapping + 1]++;
    for (uint32_t m = 0; m < p->n_mappings; m++) end[m + 1] += end[m];
    for (uint32_t i = 0; i < p->n_locations; i++)
        if (p->location[i].mapping != PROFILE_NONE) grouped[end[p->location[i].mapping]++] = i;
    for (uint32_t m = 0, from = 0; m < p->n_mappings; from = end[m++])
        plan_mapping(l, m, grouped + from, end[m] - from);
    if (!l->modes->fast) fetch_debug_files(l);
    size_t n = 0;
    for (size_t i = 0; i < l->jobs.n; i++)
        if (settle_binary(l, &l->jobs.at[i])) l->jobs.at[n++] = l->jobs.at[i];
    l->jobs.n = n;
    if (l->missing)
        notes_add(l->troubles.notes, NOTE_WARNING,
                  "Some binary filenames not available. Symbolization may be incomplete.\n"
                  "Try setting PPROF_BINARY_PATH to the search path for local binaries.");
}

struct symbol_lookup {
    struct job *job;
    const struct profile *view;
};

/* All that answers depend on besides the addresses: the files they come from, and who reads them. */
static struct symbol_cache_key cache_key(struct job *job) {
    struct arena *a = &job->arena;
    const struct tools *t = job->tools;
    str path = job->object.path;
    str text = str_format(a, "%.*sbinary: %.*sdebug: %.*sfast: %d, tools named: %d\n", STR_ARG(symbol_cache_program(a)),
                          STR_ARG(symbol_cache_stamp(a, path)), STR_ARG(symbol_cache_stamp(a, job->debug)), job->fast,
                          t->lines_named);
    const struct {
        const char *path;
        bool found;
    } tool[] = {
        {t->llvm_symbolizer, t->llvm_symbolizer_found}, {t->addr2line, t->addr2line_found}, {t->nm, t->nm_found}};
    for (size_t i = 0; i < sizeof tool / sizeof tool[0]; i++)
        if (tool[i].found)
            text = str_format(a, "%.*s%s: %.*s", STR_ARG(text), tool[i].path,
                              STR_ARG(symbol_cache_stamp(a, str_from(tool[i].path))));
    return (struct symbol_cache_key){job->object.build_id, text, str_base_name(path)};
}

static int by_address(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Asks about addresses that are not in the cache, and stores the answers. Returns false if nothing reads the file. */
static bool ask(struct job *job, const struct symbol_cache_key *key, uint64_t *address, uint32_t n) {
    struct arena *a = &job->arena;
    uint32_t n_asked = 0;
    qsort(address, n, sizeof *address, by_address);
    for (uint32_t i = 0; i < n; i++)
        if (!i || address[i] != address[n_asked - 1]) address[n_asked++] = address[i];
    struct lines_answer *answer = ARENA_ARRAY(a, struct lines_answer, n_asked);
    struct lines_question q = {.tools = job->tools,
                               .fast = job->fast,
                               .path = job->object.path,
                               .debug = job->debug,
                               .base = job->object.base,
                               .address = address,
                               .n = n_asked};
    if (!lines_ask(a, &q, answer, &job->notes)) return false;
    const struct symbols_table known = job->symbols, empty = {0};
    job->symbols = symbols_merge(a, &known, address, answer, n_asked);
    /* what another tool answered, because one failed, may be better the next time */
    job->stored = job->use_cache && !job->notes.n;
    if (!job->stored || symbol_cache_store(key, &job->symbols)) return true;
    struct symbols_table asked = symbols_merge(a, &empty, address, answer, n_asked);
    symbol_cache_store(key, &asked);
    return true;
}

static void look_up(void *context, int part) {
    const struct symbol_lookup *lookup = context;
    struct job *job = &lookup->job[part];
    struct arena *a = &job->arena;
    uint64_t *address = ARENA_ARRAY(a, uint64_t, job->n), *unknown = ARENA_ARRAY(a, uint64_t, job->n);
    uint32_t *row = ARENA_ARRAY(a, uint32_t, job->n), n_unknown = 0;
    struct symbol_cache_key key = cache_key(job);
    job->notes.arena = a;
    /* the first address decides the base for all */
    for (uint32_t i = 0; i < job->n; i++)
        if (!object_address(&job->object, lookup->view->location[job->location[i]].address, &address[i], &job->trouble))
            return;
    if (job->use_cache) symbol_cache_load(a, &key, &job->symbols);
    for (uint32_t i = 0; i < job->n; i++)
        if ((row[i] = symbols_find(&job->symbols, address[i])) == UINT32_MAX) unknown[n_unknown++] = address[i];
    if (n_unknown && !ask(job, &key, unknown, n_unknown)) {
        err_set(&job->trouble, "no tool reads it (llvm-symbolizer, addr2line and nm do)");
        return;
    }
    for (uint32_t i = 0; i < job->n && n_unknown; i++) row[i] = symbols_find(&job->symbols, address[i]);
    job->row = row;
}

/* The number of frames at a location. */
static uint32_t n_frames(const struct job *job, uint32_t i) {
    uint32_t row = job->row[i];
    return row == UINT32_MAX ? 0 : job->symbols.first[row + 1] - job->symbols.first[row];
}

/* Notes which tools failed, and why a mapping stays without names. */
static void report_job(struct local *l, struct job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->mapping];
    const struct symbols_table *s = &job->symbols;
    str name = shown_name(&l->scratch, profile_str(l->view, m->file), profile_str(l->view, m->build_id));
    bool any = false;
    for (size_t i = 0; i < job->notes.n; i++)
        trouble_add(&l->troubles, TROUBLE_UNNAMED, "%.*s", STR_ARG(job->notes.at[i].text));
    for (uint32_t i = 0; job->row && i < job->n && !any; i++)
        for (uint32_t f = 0; f < n_frames(job, i) && !any; f++)
            any = s->function[s->frame[s->first[job->row[i]] + f].function].system_name != 0;
    if (!any)
        trouble_add(&l->troubles, TROUBLE_UNNAMED, "Local symbolization failed for %.*s: %s", STR_ARG(name),
                    job->trouble.text ? job->trouble.text : "it has no symbols and no debug information");
    err_clear(&job->trouble);
}

struct growing_tables {
    struct names names;
    struct arena *arena;
    struct profile_mapping *mapping;
    struct profile_location *location;
    VEC(struct profile_line) lines;
    VEC(struct profile_function) functions;
    struct intern made; /* functions made here, by name, file and start line */
    uint32_t n_old_functions;
    uint64_t next_id;
    bool demangle; /* as by default; other ways come later, in demangle_functions */
};

static void growing_init(struct growing_tables *g, struct arena *a, struct profile *view) {
    *g = (struct growing_tables){.names = {.arena = a, .view = view}, .arena = a, .n_old_functions = view->n_functions};
    g->mapping = ARENA_ARRAY(a, struct profile_mapping, view->n_mappings);
    g->location = ARENA_ARRAY(a, struct profile_location, view->n_locations);
    for (uint32_t i = 0; i < view->n_mappings; i++) g->mapping[i] = view->mapping[i];
    for (uint32_t i = 0; i < view->n_locations; i++) g->location[i] = view->location[i];
    for (uint32_t i = 0; i < view->n_lines; i++) *VEC_PUSH(a, &g->lines) = view->line[i];
    g->next_id = (uint64_t)view->n_functions + 1;
    for (uint32_t i = 0; i < view->n_functions; i++) {
        *VEC_PUSH(a, &g->functions) = view->function[i];
        if (view->function[i].id >= g->next_id) g->next_id = view->function[i].id + 1;
    }
    g->made = (struct intern){.arena = a, .copy = true};
}

/* Numbers of a job's texts and functions in the profile, or UINT32_MAX. */
struct job_numbers {
    str_id *text;
    func_id *function;
};

static str_id add_text(struct growing_tables *g, const struct job *job, const struct job_numbers *to, uint32_t text) {
    if (to->text[text] == UINT32_MAX) to->text[text] = names_add(&g->names, symbols_text(&job->symbols, text));
    return to->text[text];
}

/* Jobs share functions. A demangled name is put in here; the texts that a function consists of decide its identity. */
static func_id add_function(struct growing_tables *g, const struct job *job, const struct job_numbers *to,
                            uint32_t id) {
    if (to->function[id] != UINT32_MAX) return to->function[id];
    const struct symbols_function *f = &job->symbols.function[id];
    struct {
        int64_t start_line;
        str_id name, file;
    } key = {f->start_line, add_text(g, job, to, f->system_name), add_text(g, job, to, f->file)};
    uint32_t made = intern_id(&g->made, (str){(const char *)&key, sizeof key});
    if (g->n_old_functions + made == g->functions.n)
        *VEC_PUSH(g->arena, &g->functions) =
            (struct profile_function){.id = g->next_id++,
                                      .name = g->demangle ? add_text(g, job, to, f->name) : key.name,
                                      .system_name = key.name,
                                      .file = key.file,
                                      .start_line = key.start_line};
    return to->function[id] = g->n_old_functions + made;
}

static void add_answer(struct growing_tables *g, const struct job *job, const struct job_numbers *to, uint32_t i) {
    const struct symbols_table *s = &job->symbols;
    struct profile_mapping *m = &g->mapping[job->mapping];
    struct profile_location *l = &g->location[job->location[i]];
    uint32_t n = n_frames(job, i);
    if (!n) return;
    l->first_line = (uint32_t)g->lines.n;
    l->n_lines = n;
    l->folded = false;
    m->has_inline_frames = true;
    for (const struct symbols_frame *f = &s->frame[s->first[job->row[i]]]; n; n--, f++) {
        m->has_functions |= s->function[f->function].system_name != 0;
        m->has_filenames |= s->function[f->function].file != 0;
        m->has_line_numbers |= f->line != 0;
        struct profile_line line = {
            .function = add_function(g, job, to, f->function), .line = f->line, .column = f->column};
        *VEC_PUSH(g->arena, &g->lines) = line;
    }
}

static bool fits(const struct growing_tables *g, const struct job *job) {
    uint64_t n = g->lines.n;
    for (uint32_t i = 0; i < job->n; i++) n += n_frames(job, i);
    return n < PROFILE_NONE - 1;
}

static void add_answers(struct local *l) {
    struct growing_tables g;
    growing_init(&g, l->arena, l->view);
    g.demangle = l->modes->demangle && l->modes->demangle_mode == DEMANGLE_DEFAULT;
    for (size_t j = 0; j < l->jobs.n; j++) {
        struct job *job = &l->jobs.at[j];
        struct job_numbers to = {.text = ARENA_ARRAY(&l->scratch, str_id, job->symbols.n_texts),
                                 .function = ARENA_ARRAY(&l->scratch, func_id, job->symbols.n_functions)};
        for (uint32_t i = 0; i < job->symbols.n_texts; i++) to.text[i] = UINT32_MAX;
        for (uint32_t i = 0; i < job->symbols.n_functions; i++) to.function[i] = UINT32_MAX;
        for (uint32_t i = 0; job->row && i < job->n && (i || fits(&g, job)); i++) add_answer(&g, job, &to, i);
        arena_adopt(l->arena, &job->arena); /* the names live in it */
    }
    l->view->mapping = g.mapping;
    l->view->location = g.location;
    l->view->line = g.lines.at;
    l->view->n_lines = (uint32_t)g.lines.n;
    l->view->function = g.functions.at;
    l->view->n_functions = (uint32_t)g.functions.n;
}

static void symbolize_local(struct arena *a, struct profile *view, const struct modes *modes,
                            const struct symbolize_how *how, struct notes *notes) {
    struct local l = {.arena = a,
                      .view = view,
                      .modes = modes,
                      .troubles = {.notes = notes},
                      .search_path = how->search_path,
                      .progress = &how->progress};
    plan(&l);
    if (l.jobs.n) {
        struct tools tools;
        tools_find(&l.scratch, how->tools, &tools);
        for (size_t i = 0; i < l.jobs.n; i++) {
            l.jobs.at[i].tools = &tools;
            l.jobs.at[i].fast = modes->fast;
            l.jobs.at[i].use_cache = how->use_cache && l.jobs.at[i].object.build_id.len > 0;
        }
        struct symbol_lookup lookup = {l.jobs.at, view};
        task_run((int)l.jobs.n, look_up, &lookup);
        bool stored = false;
        for (size_t i = 0; i < l.jobs.n; i++) {
            report_job(&l, &l.jobs.at[i]);
            stored |= l.jobs.at[i].stored;
        }
        if (stored) symbol_cache_trim();
        add_answers(&l);
    }
    trouble_finish(&l.troubles);
    arena_release(&l.scratch);
}

/* A name that differs from its system name was demangled before, and stays unless force is set. */
static bool wants_name(const struct profile_function *f, const struct modes *modes) {
    return modes->force || !f->name || f->name == f->system_name;
}

static str_id new_name(struct arena *a, struct names *names, const struct profile_function *f,
                       const struct modes *modes) {
    if (!wants_name(f, modes)) return f->name;
    /* with force, demangling starts from the system name */
    str_id start = modes->force && f->name && f->system_name ? f->system_name : f->name;
    if (!modes->demangle || (start && start != f->system_name)) return start;
    str system_name = profile_str(names->view, f->system_name);
    str name = demangle_function(a, system_name, modes->demangle_mode);
    if (name.ptr == system_name.ptr && name.len == system_name.len) return f->system_name;
    return names_add(names, name);
}

static void demangle_functions(struct arena *a, struct profile *view, const struct modes *modes) {
    struct names names = {.arena = a, .view = view};
    struct profile_function *function = NULL; /* a copy, made when the first name changes */
    for (uint32_t i = 0; i < view->n_functions; i++) {
        const struct profile_function *f = &view->function[i];
        str_id name = new_name(a, &names, f, modes);
        if (name == f->name) continue;
        if (!function) {
            function = ARENA_ARRAY(a, struct profile_function, view->n_functions);
            for (uint32_t c = 0; c < view->n_functions; c++) function[c] = view->function[c];
        }
        function[i].name = name;
    }
    if (function) view->function = function;
}

bool symbolize_profile(struct arena *a, struct profile *view, const struct symbolize_how *how, struct notes *notes,
                       struct err *e) {
    const struct symbolize_servers *servers = &how->servers;
    struct modes m;
    if (!parse_modes(a, how->modes, &m, notes)) return true;
    if (m.local) symbolize_local(a, view, &m, how, notes);
    if (m.remote && servers->n && !symbolize_remote(a, view, m.force, servers, e)) return false;
    demangle_functions(a, view, &m);
    return true;
}
