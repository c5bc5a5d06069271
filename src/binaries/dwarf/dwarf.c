/* Answers questions about a file: finds its debug information, gives each address to a unit, and runs the units on
 * several threads. */
#include "binaries/dwarf/dwarf.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/lists.h"
#include "base/search.h"
#include "base/task.h"
#include "base/tuning.h"
#include "binaries/dwarf/line.h"
#include "binaries/dwarf/ranges.h"
#include "binaries/dwarf/split.h"
#include "binaries/dwarf/symbols.h"
#include "binaries/dwarf/walk.h"
#include "bytes/gzip.h"

enum { PATH_MOST = 4096 }; /* bytes of a path in a file */

/* An address and the place of its answer. */
struct asked_address {
    uint64_t address;
    uint32_t place;
};

static int by_address(const void *a, const void *b) {
    const struct asked_address *x = a, *y = b;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* One question while it is answered. */
struct file_question {
    struct arena *results, scratch;
    const struct dwarf_question *q;
    struct dwarf_image binary, debug_file, alt, package;
    struct dwarf_image *debug; /* one of them: has the debug information */
    struct dwarf_units units;
    struct asked_address *asked; /* ascending */
    uint64_t *address;           /* the same */
    uint32_t *unit;              /* of each address, UINT32_MAX: none */
    struct lines_answer *answer; /* by address, ascending */
    struct dwarf_spent spent;
    bool damaged;
};

static bool has_debug(const struct dwarf_image *image) { return image->from[DWARF_INFO] && image->from[DWARF_ABBREV]; }

/* Opens a file if it has the debug information of the binary: its build ID, or the checksum that the binary names. */
static bool try_debug_file(struct file_question *f, str path, bool by_checksum) {
    bool is_elf;
    if (!dwarf_image_open(&f->scratch, path.ptr, false, &f->debug_file, &is_elf, NULL)) return false;
    bool same = by_checksum ? gzip_checksum(f->debug_file.file) == f->binary.debuglink_checksum
                            : str_equal(f->debug_file.build_id, f->binary.build_id);
    if (same && has_debug(&f->debug_file)) return true;
    dwarf_image_close(&f->debug_file);
    return false;
}

static str hex_of(struct arena *a, str id) {
    char *hex = arena_alloc(a, 2 * id.len + 1);
    for (size_t i = 0; i < id.len; i++) snprintf(hex + 2 * i, 3, "%02x", (unsigned char)id.ptr[i]);
    return (str){hex, 2 * id.len};
}

/* Opens the supplementary file, by the ID that the file with the debug information knows. */
static bool try_alt_file(struct file_question *f, str path) {
    bool is_elf;
    if (!dwarf_image_open(&f->scratch, path.ptr, false, &f->alt, &is_elf, NULL)) return false;
    str id = f->debug->alt_id;
    if ((str_equal(f->alt.build_id, id) || str_equal(f->alt.own_alt_id, id)) && has_debug(&f->alt)) return true;
    dwarf_image_close(&f->alt);
    return false;
}

/* Looks where dwz says that it is, as seen from the file itself, or in the same tree of /usr/lib/debug, and by its
 * build ID. Returns false if it is needed and not found. */
static bool find_alt_file(struct file_question *f) {
    struct arena *a = &f->scratch;
    str path = f->debug->alt_path, id = f->debug->alt_id;
    if (!path.len || path.len >= PATH_MOST || !id.len) return true;
    if (f->q->alt && try_alt_file(f, str_from(f->q->alt))) return true;
    char *real = realpath(f->debug->path, NULL);
    str of = str_copy(a, str_from(real ? real : f->debug->path));
    free(real);
    bool absolute = path.ptr[0] == '/', found = absolute && try_alt_file(f, str_copy(a, path));
    str root = str_slice(of, 0, absolute ? str_find(of, STR("/usr/lib/debug/")) : of.len - str_base_name(of).len);
    if (!found && root.len < of.len) found = try_alt_file(f, str_format(a, "%.*s%.*s", STR_ARG(root), STR_ARG(path)));
    if (!found && id.len > 1 && id.len <= 64) {
        const char *hex = hex_of(a, id).ptr;
        found = try_alt_file(f, str_format(a, "/usr/lib/debug/.build-id/%.2s/%s.debug", hex, hex + 2));
    }
    return found;
}

/* Makes the supplementary file readable, if there is one. Returns false if it is needed and cannot be had. */
static bool load_alt_file(struct file_question *f) {
    if (!find_alt_file(f)) return false;
    if (!f->alt.file.len) return true;
    f->debug->alt = &f->alt;
    return dwarf_image_load(&f->scratch, &f->alt, 1u << DWARF_INFO | 1u << DWARF_ABBREV | 1u << DWARF_STR, NULL);
}

/* The places where distributions and debuggers have debug information of binaries that were stripped. */
static bool find_debug_file(struct file_question *f) {
    static const char *const link_place[] = {"%.*s%.*s", "%.*s.debug/%.*s", "/usr/lib/debug%.*s%.*s"};
    struct arena *a = &f->scratch;
    str id = f->binary.build_id, name = f->binary.debuglink;
    if (id.len > 1 && id.len <= 64) {
        const char *hex = hex_of(a, id).ptr;
        if (try_debug_file(f, str_format(a, "/usr/lib/debug/.build-id/%.2s/%s.debug", hex, hex + 2), false))
            return true;
    }
    if (!name.len || name.len > 255 || str_find_char(name, '/') < name.len) return false;
    char *real = realpath(f->q->path, NULL);
    str path = str_copy(a, str_from(real ? real : f->q->path));
    free(real);
    size_t slash = str_find_last_char(path, '/');
    str folder = slash < path.len ? str_slice(path, 0, slash + 1) : STR("./");
    for (size_t i = 0; i < sizeof link_place / sizeof *link_place; i++)
        if (try_debug_file(f, str_format(a, link_place[i], STR_ARG(folder), STR_ARG(name)), true)) return true;
    return false;
}

/* Returns false if one of the files was cut short while it was read. */
static bool close_files(struct file_question *f) {
    struct dwarf_image *all[] = {&f->binary, &f->debug_file, &f->alt, &f->package};
    bool whole = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) whole &= dwarf_image_close(all[i]);
    return whole;
}

/* Opens the binary and finds its debug information. */
static enum dwarf_outcome open_files(struct file_question *f, struct err *e) {
    bool is_elf;
    if (!dwarf_image_open(&f->scratch, f->q->path, false, &f->binary, &is_elf, e))
        return is_elf ? DWARF_FAILED : DWARF_FOREIGN;
    if (f->binary.type != ET_EXEC && f->binary.type != ET_DYN) return DWARF_FOREIGN;
    f->debug = &f->binary;
    if (f->q->debug) {
        if (!dwarf_image_open(&f->scratch, f->q->debug, false, &f->debug_file, &is_elf, e)) return DWARF_FAILED;
        f->debug = &f->debug_file;
    } else if (!has_debug(&f->binary) && find_debug_file(f)) {
        f->debug = &f->debug_file;
    }
    return DWARF_ANSWERED;
}

/* Gives the asked addresses of a range to a unit, if they have none with a lower number. *left bounds the work: ranges
 * of units overlap in damaged files only. */
static void give(struct file_question *f, uint32_t unit, struct dwarf_range range, uint64_t *left) {
    uint32_t low = search_u64(f->address, 0, f->q->n, range.low);
    for (; low < f->q->n && f->address[low] < range.high && *left; low++, --*left)
        if (unit < f->unit[low]) f->unit[low] = unit;
}

/* Reads .debug_aranges; covered[unit] is set for units that it describes. */
static void give_by_table(struct file_question *f, bool *covered, uint64_t *left) {
    struct dwarf_reader r = dwarf_read_section(f->debug, DWARF_ARANGES, 0);
    while (dwarf_left(&r)) {
        unsigned offset_size = 4;
        const unsigned char *begin = r.at;
        uint64_t length = dwarf_number(&r, 4);
        if (length == 0xffffffff) {
            offset_size = 8;
            length = dwarf_number(&r, 8);
        }
        if (r.failed || length > dwarf_left(&r)) break;
        struct dwarf_reader in = r;
        in.end = in.at + length;
        dwarf_skip(&r, length);
        uint64_t version = dwarf_number(&in, 2), offset = dwarf_number(&in, offset_size);
        unsigned size = dwarf_u8(&in), segment = dwarf_u8(&in);
        uint32_t unit = dwarf_find_unit(&f->units, offset);
        if (in.failed || version != 2 || segment || (size != 4 && size != 8)) continue;
        if (unit == UINT32_MAX || f->units.at[unit].offset != offset) continue;
        covered[unit] = true;
        dwarf_skip(&in, (uint64_t)(2 * size - (in.at - begin) % (2 * size)) % (2 * size)); /* aligned to a pair */
        while (dwarf_left(&in) >= 2 * size) {
            uint64_t low = dwarf_number(&in, size), n = dwarf_number(&in, size);
            if (!low && !n) break;
            if (low > 1) give(f, unit, (struct dwarf_range){low, low + n < low ? UINT64_MAX : low + n}, left);
        }
    }
}

/* Gives each address to the unit that has it. */
static void find_units(struct file_question *f, struct dwarf_context *c) {
    uint64_t left = UINT64_C(64) * f->q->n + UINT64_C(1000000);
    bool *covered = ARENA_ZERO(&f->scratch, bool, f->units.n);
    struct dwarf_ranges ranges = {.arena = &f->scratch};
    give_by_table(f, covered, &left);
    for (uint32_t i = 0; i < f->units.n; i++) {
        if (covered[i] || f->units.at[i].types) continue;
        const struct dwarf_open_unit *u = dwarf_open_unit(c, i);
        if (!u) {
            f->damaged = true;
            continue;
        }
        if (!dwarf_read_ranges(c, u, &u->extent, &ranges)) f->damaged = true;
        for (size_t k = 0; k < ranges.list.n; k++) give(f, i, ranges.list.at[k], &left);
    }
}

/* A unit with asked addresses. */
struct unit_job {
    uint32_t unit;
    struct dwarf_asked asked;
    uint32_t *place;           /* of its addresses in the order of all */
    struct dwarf_file_id file; /* of split DWARF, that it names */
};

static int by_file(const void *a, const void *b) {
    const struct unit_job *x = a, *y = b;
    if (x->file.device != y->file.device) return x->file.device < y->file.device ? -1 : 1;
    if (x->file.number != y->file.number) return x->file.number < y->file.number ? -1 : 1;
    return x->unit < y->unit ? -1 : 1;
}

struct unit_jobs {
    struct file_question *f;
    struct unit_job *job;
    uint32_t n;
    uint32_t *group, n_groups; /* where the jobs of a thread begin: one, or all that name a file */
    struct unit_worker {
        struct arena scratch, results;
        struct dwarf_walker walker;
        struct dwarf_split split;
        bool damaged;
    } * worker;
};

/* Makes a job for each unit that has addresses. */
static void make_jobs(struct file_question *f, struct unit_jobs *jobs) {
    struct arena *a = &f->scratch;
    uint32_t *at = ARENA_ZERO(a, uint32_t, (size_t)f->units.n + 1), n = 0, n_asked = 0;
    for (uint32_t i = 0; i < f->q->n; i++) {
        if (f->unit[i] == UINT32_MAX) continue;
        n += !at[f->unit[i]]++;
        n_asked++;
    }
    uint64_t *address = ARENA_ARRAY(a, uint64_t, n_asked);
    struct lines_answer *answer = ARENA_ZERO(a, struct lines_answer, n_asked);
    uint32_t *place = ARENA_ARRAY(a, uint32_t, n_asked), from = 0;
    *jobs = (struct unit_jobs){.f = f, .job = ARENA_ARRAY(a, struct unit_job, n)};
    for (uint32_t u = 0; u < f->units.n; u++) {
        uint32_t here = at[u];
        at[u] = from;
        if (here)
            jobs->job[jobs->n++] =
                (struct unit_job){.unit = u, .asked = {address + from, answer + from, here}, .place = place + from};
        from += here;
    }
    for (uint32_t i = 0; i < f->q->n; i++) {
        if (f->unit[i] == UINT32_MAX) continue;
        uint32_t to = at[f->unit[i]]++;
        address[to] = f->address[i];
        place[to] = i;
    }
}

/* Groups the jobs whose units name the same file of split DWARF. */
static void group_jobs(struct file_question *f, struct dwarf_context *c, struct unit_jobs *jobs) {
    struct arena paths = {0};
    bool any = false;
    for (uint32_t i = 0; i < jobs->n && f->debug->from[DWARF_ADDR]; i++, arena_release(&paths)) {
        const struct dwarf_open_unit *u = dwarf_open_unit(c, jobs->job[i].unit);
        if (u) jobs->job[i].file = dwarf_split_file(c, u, &paths);
        any |= jobs->job[i].file.number != 0;
    }
    if (any) qsort(jobs->job, jobs->n, sizeof *jobs->job, by_file);
    jobs->group = ARENA_ARRAY(&f->scratch, uint32_t, jobs->n + 1);
    for (uint32_t i = 0; i < jobs->n; i++) {
        struct dwarf_file_id id = jobs->job[i].file, last = jobs->job[i ? i - 1 : 0].file;
        bool same = i && id.number && id.number == last.number && id.device == last.device;
        if (!same) jobs->group[jobs->n_groups++] = i;
    }
    jobs->group[jobs->n_groups] = jobs->n;
}

static void start_worker(void *context, int worker) {
    struct unit_jobs *jobs = context;
    struct unit_worker *w = &jobs->worker[worker];
    dwarf_walker_init(&w->walker, &w->scratch, &w->results, jobs->f->debug, jobs->f->units);
    w->walker.context.spent = &jobs->f->spent;
    w->split.package = jobs->f->package.file.len ? &jobs->f->package : NULL;
}

static void run_groups(void *context, int worker, uint32_t from, uint32_t to) {
    struct unit_jobs *jobs = context;
    struct unit_worker *w = &jobs->worker[worker];
    for (uint32_t g = from; g < to; g++) {
        for (uint32_t i = jobs->group[g]; i < jobs->group[g + 1]; i++) {
            const struct unit_job *job = &jobs->job[i];
            const struct dwarf_open_unit *u = dwarf_open_unit(&w->walker.context, job->unit);
            struct dwarf_functions functions = {&w->walker, u};
            if (u && dwarf_is_split(&w->walker.context, u))
                functions = dwarf_split_find(&w->split, &w->walker, u, &w->damaged);
            if (!dwarf_answer_unit(&w->walker, u, functions, &job->asked)) w->damaged = true;
            for (uint32_t k = 0; k < job->asked.n; k++) jobs->f->answer[job->place[k]] = job->asked.answer[k];
        }
        if (!dwarf_split_close(&w->split)) w->damaged = true;
    }
}

/* Answers all addresses that are in a unit. */
static void answer_by_units(struct file_question *f) {
    struct unit_jobs jobs;
    struct dwarf_context c;
    int most = f->debug->section[DWARF_INFO].len < TUNING_DWARF_THREADED_FROM ? 1 : task_threads();
    f->units = dwarf_scan_units(&f->scratch, f->debug);
    f->damaged |= f->units.damaged;
    dwarf_context_init(&c, &f->scratch, f->debug, f->units);
    c.spent = &f->spent;
    find_units(f, &c);
    make_jobs(f, &jobs);
    group_jobs(f, &c, &jobs);
    jobs.worker = ARENA_ZERO(&f->scratch, struct unit_worker, (size_t)most);
    int workers = task_chunks((struct task_chunks){.start = start_worker,
                                                   .run = run_groups,
                                                   .context = &jobs,
                                                   .n = jobs.n_groups,
                                                   .at_once = 1,
                                                   .most_workers = most});
    bool too_much = !dwarf_spend_text(&f->spent, 0) || !dwarf_spend_tables(&f->spent, 0);
    for (int i = 0; i < workers; i++) {
        f->damaged |= jobs.worker[i].damaged;
        if (!too_much) arena_adopt(f->results, &jobs.worker[i].results);
        arena_release(&jobs.worker[i].results);
        arena_release(&jobs.worker[i].scratch);
    }
    if (!too_much) return;
    /* which of them are there depends on the order of threads */
    memset(f->answer, 0, f->q->n * sizeof *f->answer);
    atomic_store(&f->spent.text, 0);
    f->damaged = true;
}

/* Names the outermost frames by the symbols, which know aliases and parts of functions, and makes frames where no unit
 * has any. */
static void answer_by_symbols(struct file_question *f) {
    uint32_t n = f->q->n;
    struct dwarf_symbol *own = ARENA_ARRAY(&f->scratch, struct dwarf_symbol, n),
                        *more = ARENA_ARRAY(&f->scratch, struct dwarf_symbol, n);
    dwarf_find_symbols(&f->scratch, &f->binary, f->address, n, own);
    bool separate = f->debug != &f->binary;
    if (separate) dwarf_find_symbols(&f->scratch, f->debug, f->address, n, more);
    struct dwarf_symbol last = {STR_EMPTY, STR_EMPTY}, copy = last;
    for (uint32_t i = 0; i < n; i++) {
        struct lines_answer *answer = &f->answer[i];
        if (!answer->n) *answer = (struct lines_answer){ARENA_NEW(f->results, struct lines_frame), 1};
        struct lines_frame *outermost = (struct lines_frame *)(uintptr_t)&answer->frame[answer->n - 1];
        if (!outermost->function.ptr) outermost->function = STR_EMPTY;
        if (!outermost->file.ptr) outermost->file = STR_EMPTY;
        struct dwarf_symbol s = own[i];
        if (!s.name.len && !outermost->function.len && separate) s = more[i];
        if (!s.name.len) continue;
        if (s.name.ptr != last.name.ptr || s.file.ptr != last.file.ptr) {
            if (!dwarf_spend_text(&f->spent, s.name.len + s.file.len)) {
                f->damaged = true;
                continue;
            }
            copy = (struct dwarf_symbol){str_copy(f->results, s.name), str_copy(f->results, s.file)};
        }
        last = s;
        outermost->function = copy.name;
        if (!outermost->file.len) outermost->file = copy.file;
    }
}

/* Sets what the answers may cost. */
static void allow(struct file_question *f) {
    uint64_t size = f->binary.file.len + f->debug_file.file.len + f->package.file.len;
    f->spent =
        (struct dwarf_spent){.text_most = lines_text_most(size, f->q->n), .tables_most = lines_text_most(size, 0)};
}

enum dwarf_outcome dwarf_ask(struct arena *a, const struct dwarf_question *q, struct lines_answer *out, struct err *e) {
    struct file_question f = {.results = a, .q = q};
    unsigned set = (1u << DWARF_SECTIONS) - 1;
    enum dwarf_outcome outcome = open_files(&f, e);
    if (outcome == DWARF_ANSWERED) {
        f.asked = ARENA_ARRAY(&f.scratch, struct asked_address, q->n);
        f.address = ARENA_ARRAY(&f.scratch, uint64_t, q->n);
        f.unit = ARENA_ARRAY(&f.scratch, uint32_t, q->n);
        f.answer = ARENA_ZERO(&f.scratch, struct lines_answer, q->n);
        for (uint32_t i = 0; i < q->n; i++) f.asked[i] = (struct asked_address){q->address[i], i};
        qsort(f.asked, q->n, sizeof *f.asked, by_address);
        for (uint32_t i = 0; i < q->n; i++) {
            f.address[i] = f.asked[i].address;
            f.unit[i] = UINT32_MAX;
        }
        dwarf_open_package(&f.scratch, f.debug->path, &f.package);
        allow(&f);
        bool loaded = !has_debug(f.debug) || dwarf_image_load(&f.scratch, f.debug, set, e);
        if (loaded && !load_alt_file(&f))
            loaded = err_set(e, "its file of dwz, %.*s, is not found", STR_ARG(f.debug->alt_path));
        if (has_debug(f.debug)) answer_by_units(&f);
        answer_by_symbols(&f);
        for (uint32_t i = 0; i < q->n; i++) out[f.asked[i].place] = f.answer[i];
        if (loaded && f.damaged) err_set(e, "parts of its debug information are damaged");
    }
    if (!close_files(&f)) {
        err_clear(e);
        err_set(e, "it was cut short while it was read");
    }
    arena_release(&f.scratch);
    return outcome;
}

bool dwarf_lacks_alt(struct arena *a, const char *path, str *name, str *build_id) {
    const struct dwarf_question q = {.path = path};
    struct file_question f = {.q = &q};
    bool is_elf, lacks = false;
    if (dwarf_image_open(&f.scratch, path, false, &f.binary, &is_elf, NULL)) {
        f.debug = &f.binary;
        lacks = !find_alt_file(&f);
        *name = lacks ? str_copy(a, str_base_name(f.binary.alt_path)) : STR_EMPTY;
        *build_id = lacks ? hex_of(a, f.binary.alt_id) : STR_EMPTY;
    }
    lacks &= close_files(&f);
    arena_release(&f.scratch);
    return lacks;
}

bool dwarf_list_symbols(struct arena *a, const char *path, struct lines_list *out) {
    struct arena scratch = {0};
    struct dwarf_image image;
    bool is_elf, ok = dwarf_image_open(&scratch, path, false, &image, &is_elf, NULL);
    *out = (struct lines_list){0};
    if (ok) {
        ok = image.type == ET_EXEC || image.type == ET_DYN;
        if (ok) *out = dwarf_list_table(a, &image);
        ok &= dwarf_image_close(&image);
    }
    arena_release(&scratch);
    return ok;
}

/* Sources by their paths, and the last parts of these, which are all that most files of a table are compared with. */
struct source_index {
    struct intern names, paths;
    struct lists sources; /* by the numbers of their paths */
};

static void index_sources(struct arena *a, const struct dwarf_source *source, uint32_t n, struct source_index *out) {
    uint32_t *path = ARENA_ARRAY(a, uint32_t, n);
    *out = (struct source_index){.names = {.arena = a}, .paths = {.arena = a}};
    for (uint32_t i = 0; i < n; i++) {
        intern_id(&out->names, str_base_name(source[i].path));
        path[i] = intern_id(&out->paths, source[i].path);
    }
    out->sources = lists_of(a, path, n, out->paths.n);
}

static void compare_file(struct arena *a, struct dwarf_line_table *t, uint32_t file, const struct source_index *index,
                         struct dwarf_source *source) {
    const struct dwarf_file_name *f = &t->file[file];
    uint32_t id;
    str path;
    if (!f->md5 || !intern_find(&index->names, str_base_name(f->name), &id)) return;
    if (!dwarf_file_path(a, t, file, &path) || !intern_find(&index->paths, path, &id)) return;
    for (uint32_t i = index->sources.first[id]; i != LISTS_END; i = index->sources.next[i]) {
        if (source[i].sameness == DWARF_SAME) continue;
        source[i].sameness = memcmp(source[i].md5, f->md5, DWARF_MD5_SIZE) == 0 ? DWARF_SAME : DWARF_OTHER;
    }
}

void dwarf_compare_sources(const char *path, str build_id, struct dwarf_source *source, uint32_t n) {
    const struct dwarf_question q = {.path = path};
    struct file_question f = {.q = &q};
    struct arena *a = &f.scratch;
    for (uint32_t i = 0; i < n; i++) source[i].sameness = DWARF_UNKNOWN;
    bool ok = open_files(&f, NULL) == DWARF_ANSWERED;
    str id = ok && f.binary.build_id.len <= 64 ? hex_of(a, f.binary.build_id) : STR_EMPTY;
    if (ok && (!build_id.len || !id.len || str_equal(id, build_id)) &&
        dwarf_image_load(a, f.debug, 1u << DWARF_LINE | 1u << DWARF_LINE_STR | 1u << DWARF_STR, NULL)) {
        struct source_index index;
        struct dwarf_context c;
        struct dwarf_line_table t = {.arena = a};
        index_sources(a, source, n, &index);
        dwarf_context_init(&c, a, f.debug, f.units);
        allow(&f);
        c.spent = &f.spent;
        struct arena_mark before = arena_mark(a);
        for (uint64_t offset = 0; dwarf_next_files(&c, &offset, &t); arena_rewind(a, before))
            for (uint32_t i = 0; i < t.n_files && t.version >= 5; i++) compare_file(a, &t, i, &index, source);
    }
    if (!close_files(&f))
        for (uint32_t i = 0; i < n; i++) source[i].sameness = DWARF_UNKNOWN;
    arena_release(a);
}
