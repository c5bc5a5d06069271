/* Symbolization of a profile with local tools, and demangling, as -symbolize says. */
#include "symbolize/symbolize.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/task.h"
#include "binaries/demangle.h"
#include "binaries/lines.h"
#include "symbolize/names.h"
#include "symbolize/plan.h"
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

/* A mapping to be named. */
struct job {
    const struct plan_job *what;
    struct read_binary *binary;
    struct job *next;   /* of the same binary */
    uint64_t *address;  /* of each location, as linked in the binary; NULL: its place in the binary is unknown */
    uint32_t *row;      /* of each location in binary->symbols, or UINT32_MAX; NULL: there are no answers */
    struct err trouble; /* why there are no answers */
};

/* A binary or a list, of one or more mappings, and what is known about its addresses. */
struct read_binary {
    struct arena arena;
    struct job *first;
    struct symbols_table symbols;
    struct notes notes; /* of lines_ask, in `arena` */
    bool stored;        /* in the cache */
    const struct tools *tools;
    bool fast, use_cache;
    str_id *text; /* numbers of texts and functions in the profile, or UINT32_MAX; NULL before the first is added */
    func_id *function;
};

struct local {
    struct arena *arena, scratch;
    struct profile *view;
    const struct modes *modes;
    struct troubles *troubles;
    struct job *job;
    struct read_binary *binary;
    uint32_t n_jobs, n_binaries;
};

/* All that answers depend on besides the addresses: the files they come from, and who reads them. */
static struct symbol_cache_key cache_key(struct read_binary *b) {
    struct arena *a = &b->arena;
    const struct tools *t = b->tools;
    str path = b->first->what->object.path;
    str text = str_format(a, "%.*sbinary: %.*sdebug: %.*sfast: %d, tools named: %d\n", STR_ARG(symbol_cache_program(a)),
                          STR_ARG(symbol_cache_stamp(a, path)), STR_ARG(symbol_cache_stamp(a, b->first->what->debug)),
                          b->fast, t->lines_named);
    const struct {
        const char *path;
        bool found;
    } tool[] = {
        {t->llvm_symbolizer, t->llvm_symbolizer_found}, {t->addr2line, t->addr2line_found}, {t->nm, t->nm_found}};
    for (size_t i = 0; i < sizeof tool / sizeof tool[0]; i++)
        if (tool[i].found)
            text = str_format(a, "%.*s%s: %.*s", STR_ARG(text), tool[i].path,
                              STR_ARG(symbol_cache_stamp(a, str_from(tool[i].path))));
    return (struct symbol_cache_key){b->first->what->object.build_id, text, str_base_name(path)};
}

static int by_address(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Asks about addresses that are not in the cache, and stores the answers. Returns false if nothing reads the file. */
static bool ask(struct read_binary *b, const struct symbol_cache_key *key, uint64_t base, uint64_t *address,
                uint32_t n) {
    struct arena *a = &b->arena;
    const struct plan_job *what = b->first->what;
    uint32_t n_asked = 0;
    qsort(address, n, sizeof *address, by_address);
    for (uint32_t i = 0; i < n; i++)
        if (!i || address[i] != address[n_asked - 1]) address[n_asked++] = address[i];
    struct lines_answer *answer = ARENA_ARRAY(a, struct lines_answer, n_asked);
    struct lines_question q = {.tools = b->tools,
                               .fast = b->fast,
                               .path = what->object.path,
                               .debug = what->debug,
                               .alt = what->alt,
                               .base = base,
                               .address = address,
                               .n = n_asked};
    if (what->listed)
        symbol_list_ask(a, &what->list, address, n_asked, answer);
    else if (!lines_ask(a, &q, answer, &b->notes))
        return false;
    const struct symbols_table known = b->symbols, empty = {0};
    b->symbols = symbols_merge(a, &known, address, answer, n_asked);
    /* what another tool answered, because one failed, may be better the next time */
    b->stored = b->use_cache && !b->notes.n;
    if (!b->stored || symbol_cache_store(key, &b->symbols)) return true;
    struct symbols_table asked = symbols_merge(a, &empty, address, answer, n_asked);
    symbol_cache_store(key, &asked);
    return true;
}

/* Converts the addresses of a job. The first one decides the base for all. */
static bool link_addresses(struct arena *a, struct job *job, const struct profile *view, uint64_t *base) {
    struct object object = job->what->object;
    uint64_t *address = ARENA_ARRAY(a, uint64_t, job->what->n);
    for (uint32_t i = 0; i < job->what->n; i++) {
        address[i] = view->location[job->what->location[i]].address;
        if (!job->what->listed && !object_address(&object, address[i], &address[i], &job->trouble)) return false;
    }
    job->address = address;
    *base = object.base;
    return true;
}

static void look_up(void *context, int part) {
    const struct local *l = context;
    struct read_binary *b = &l->binary[part];
    struct arena *a = &b->arena;
    struct symbol_cache_key key = {0};
    uint64_t base = 0;
    size_t n = 0, n_unknown = 0;
    b->notes.arena = a;
    for (struct job *job = b->first; job; job = job->next)
        if (link_addresses(a, job, l->view, &base)) n += job->what->n;
    if (b->use_cache && n) {
        key = cache_key(b);
        symbol_cache_load(a, &key, &b->symbols);
    }
    uint64_t *unknown = ARENA_ARRAY(a, uint64_t, n);
    for (struct job *job = b->first; job; job = job->next)
        for (uint32_t i = 0; job->address && i < job->what->n; i++)
            if (symbols_find(&b->symbols, job->address[i]) == UINT32_MAX) unknown[n_unknown++] = job->address[i];
    bool ok = !n_unknown || ask(b, &key, base, unknown, (uint32_t)n_unknown);
    for (struct job *job = b->first; job; job = job->next) {
        if (!job->address) continue;
        if (!ok) {
            err_set(&job->trouble, "no tool reads it (llvm-symbolizer, addr2line and nm do)");
            continue;
        }
        job->row = ARENA_ARRAY(a, uint32_t, job->what->n);
        for (uint32_t i = 0; i < job->what->n; i++) job->row[i] = symbols_find(&b->symbols, job->address[i]);
    }
}

/* The number of frames at a location. */
static uint32_t n_frames(const struct job *job, uint32_t i) {
    uint32_t row = job->row[i];
    return row == UINT32_MAX ? 0 : job->binary->symbols.first[row + 1] - job->binary->symbols.first[row];
}

/* Notes which tools failed, and why a mapping stays without names. */
static void report_job(struct local *l, struct job *job) {
    const struct profile_mapping *m = &l->view->mapping[job->what->mapping];
    const struct symbols_table *s = &job->binary->symbols;
    str name = plan_name(&l->scratch, profile_str(l->view, m->file), profile_str(l->view, m->build_id));
    bool any = false;
    for (size_t i = 0; i < job->binary->notes.n; i++)
        trouble_add(l->troubles, TROUBLE_UNNAMED, "%.*s", STR_ARG(job->binary->notes.at[i].text));
    for (uint32_t i = 0; job->row && i < job->what->n && !any; i++)
        for (uint32_t f = 0; f < n_frames(job, i) && !any; f++)
            any = s->function[s->frame[s->first[job->row[i]] + f].function].system_name != 0;
    if (!any)
        trouble_add(l->troubles, TROUBLE_UNNAMED, "Local symbolization failed for %.*s: %s", STR_ARG(name),
                    job->trouble.text   ? job->trouble.text
                    : job->what->listed ? "no symbol in its list has these addresses"
                                        : "it has no symbols and no debug information");
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

static str_id add_text(struct growing_tables *g, const struct read_binary *b, uint32_t text) {
    if (b->text[text] == UINT32_MAX) b->text[text] = names_add(&g->names, symbols_text(&b->symbols, text));
    return b->text[text];
}

/* Jobs share functions. A demangled name is put in here; the texts that a function consists of decide its identity. */
static func_id add_function(struct growing_tables *g, const struct read_binary *b, uint32_t id) {
    if (b->function[id] != UINT32_MAX) return b->function[id];
    const struct symbols_function *f = &b->symbols.function[id];
    struct {
        int64_t start_line;
        str_id name, file;
    } key = {f->start_line, add_text(g, b, f->system_name), add_text(g, b, f->file)};
    uint32_t made = intern_id(&g->made, (str){(const char *)&key, sizeof key});
    if (g->n_old_functions + made == g->functions.n)
        *VEC_PUSH(g->arena, &g->functions) =
            (struct profile_function){.id = g->next_id++,
                                      .name = g->demangle ? add_text(g, b, f->name) : key.name,
                                      .system_name = key.name,
                                      .file = key.file,
                                      .start_line = key.start_line};
    return b->function[id] = g->n_old_functions + made;
}

static void add_answer(struct growing_tables *g, const struct job *job, uint32_t i) {
    const struct symbols_table *s = &job->binary->symbols;
    struct profile_mapping *m = &g->mapping[job->what->mapping];
    struct profile_location *l = &g->location[job->what->location[i]];
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
            .function = add_function(g, job->binary, f->function), .line = f->line, .column = f->column};
        *VEC_PUSH(g->arena, &g->lines) = line;
    }
}

static bool fits(const struct growing_tables *g, const struct job *job) {
    uint64_t n = g->lines.n;
    for (uint32_t i = 0; i < job->what->n; i++) n += n_frames(job, i);
    return n < PROFILE_NONE - 1;
}

static void add_answers(struct local *l) {
    struct growing_tables g;
    growing_init(&g, l->arena, l->view);
    g.demangle = l->modes->demangle && l->modes->demangle_mode == DEMANGLE_DEFAULT;
    for (uint32_t j = 0; j < l->n_jobs; j++) {
        struct job *job = &l->job[j];
        struct read_binary *b = job->binary;
        if (!b->text) {
            b->text = ARENA_ARRAY(&l->scratch, str_id, (size_t)b->symbols.n_texts + 1);
            b->function = ARENA_ARRAY(&l->scratch, func_id, b->symbols.n_functions);
            for (uint32_t i = 0; i < b->symbols.n_texts; i++) b->text[i] = UINT32_MAX;
            for (uint32_t i = 0; i < b->symbols.n_functions; i++) b->function[i] = UINT32_MAX;
        }
        for (uint32_t i = 0; job->row && i < job->what->n && (i || fits(&g, job)); i++) add_answer(&g, job, i);
    }
    for (uint32_t i = 0; i < l->n_binaries; i++) arena_adopt(l->arena, &l->binary[i].arena); /* the names live in it */
    l->view->mapping = g.mapping;
    l->view->location = g.location;
    l->view->line = g.lines.at;
    profile_fill_empty(l->view);
    l->view->n_lines = (uint32_t)g.lines.n;
    l->view->function = g.functions.at;
    l->view->n_functions = (uint32_t)g.functions.n;
}

/* Makes the jobs, and the binaries that they are about. */
static void group_jobs(struct local *l, const struct plan_job *what) {
    struct intern files = {.arena = &l->scratch};
    l->job = ARENA_ZERO(&l->scratch, struct job, l->n_jobs);
    l->binary = ARENA_ZERO(&l->scratch, struct read_binary, l->n_jobs);
    for (uint32_t i = l->n_jobs; i-- > 0;) {
        const struct plan_job *w = &what[i];
        str file = w->listed ? str_format(&l->scratch, "%p", (const void *)w->list.at)
                             : str_format(&l->scratch, "%llu %llu\n%.*s", (unsigned long long)w->object.device,
                                          (unsigned long long)w->object.number, STR_ARG(w->debug));
        struct read_binary *b = &l->binary[intern_id(&files, file)];
        l->job[i] = (struct job){.what = w, .binary = b, .next = b->first};
        b->first = &l->job[i];
    }
    l->n_binaries = files.n;
}

static void symbolize_local(struct arena *a, struct profile *view, const struct modes *modes,
                            const struct symbolize_how *how, struct notes *notes) {
    struct troubles troubles = {.notes = notes};
    struct local l = {.arena = a, .view = view, .modes = modes, .troubles = &troubles};
    const struct plan_how plan = {
        .force = modes->force, .fast = modes->fast, .search_path = how->search_path, .progress = &how->progress};
    const struct plan_job *what = plan_mappings(&l.scratch, view, &plan, &troubles, &l.n_jobs);
    if (l.n_jobs) {
        struct tools tools;
        bool stored = false;
        tools_find(&l.scratch, how->tools, &tools);
        group_jobs(&l, what);
        for (uint32_t i = 0; i < l.n_binaries; i++) {
            const struct plan_job *first = l.binary[i].first->what;
            l.binary[i].tools = &tools;
            l.binary[i].fast = modes->fast;
            l.binary[i].use_cache = how->use_cache && !first->listed && first->object.build_id.len > 0;
        }
        task_run((int)l.n_binaries, look_up, &l);
        for (uint32_t i = 0; i < l.n_jobs; i++) report_job(&l, &l.job[i]);
        for (uint32_t i = 0; i < l.n_binaries; i++) stored |= l.binary[i].stored;
        if (stored) symbol_cache_trim();
        add_answers(&l);
    }
    trouble_finish(&troubles);
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

void symbolize_profile(struct arena *a, struct profile *view, const struct symbolize_how *how, struct notes *notes) {
    const struct symbolize_servers *servers = &how->servers;
    struct modes m;
    if (!parse_modes(a, how->modes, &m, notes)) return;
    if (m.local) symbolize_local(a, view, &m, how, notes);
    if (m.remote && servers->n) symbolize_remote(a, view, m.force, servers, notes);
    demangle_functions(a, view, &m);
}
