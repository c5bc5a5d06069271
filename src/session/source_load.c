/* Loads one source of the command line, by its kind. */
#include "session/source_load.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/tuning.h"
#include "bytes/url.h"
#include "filter/filter.h"
#include "go/gotext.h"
#include "merge/weights.h"
#include "out/message.h"
#include "profile/mark.h"
#include "session/output.h"

struct source_load *source_load_new(struct session *session, const struct argv_call *call,
                                    const struct symbolize_locate *locate, const str *source, uint32_t n) {
    struct source_load *all = ARENA_ZERO(session->arena, struct source_load, n);
    for (uint32_t i = 0; i < n; i++) {
        struct source_load *s = &all[i];
        *s = (struct source_load){.call = call,
                                  .locate = locate,
                                  .identity = &session->identity,
                                  .progress = session->progress,
                                  .source = source[i],
                                  .weight = WEIGHTS_ONE};
        s->notes.arena = &s->notes_arena;
    }
    return all;
}

static void start_work(struct source_load *s) {
    struct source_load_work *w = memory_zero(1, sizeof *w);
    w->options = progress_loader(s->progress, &w->progress);
    w->options.lenient = s->call->call.lenient;
    w->options.left_out = &w->left_out;
    w->left_out_part = "line";
    w->options.left_out_part = &w->left_out_part;
    s->work = w;
}

void source_load_end_work(struct source_load *s) {
    free(s->work);
    s->work = NULL;
}

struct symbolize_locate source_load_locate(const struct argv_call *call) {
    return (struct symbolize_locate){.search_path = str_from(getenv("PPROF_BINARY_PATH")),
                                     .exec_name = call->executable,
                                     .build_id = call->call.buildid};
}

static bool is_perf_file(str path) {
    char start[8];
    struct arena scratch = {0};
    int fd = open(str_c(&scratch, path), O_RDONLY | O_CLOEXEC);
    arena_release(&scratch);
    if (fd < 0) return false;
    ssize_t n = read(fd, start, sizeof start);
    close(fd);
    return n == (ssize_t)sizeof start && str_equal((str){start, sizeof start}, STR("PERFILE2"));
}

/* By what `perf script` prints: all of it is in memory until it is read. */
static bool load_perf_script(struct source_load *s, struct err *e) {
    struct arena printed = {0};
    const char *argv[] = {"perf", "script", "-i", process_argument(&s->arena, s->source), NULL};
    struct process_call call = {.argv = argv, .keep_errors = true, .wants_output = true};
    message_print(str_format(&s->arena, "Running perf script -i %.*s... (May take a few minutes)", STR_ARG(s->source)));
    bool ok = process_run(&printed, &call, e);
    message_program(call.errors);
    if (ok) return load_owned(&s->arena, &printed, call.output, &s->work->options, &s->work->profile, e);
    arena_release(&printed);
    return err_prepend(e, "this is a perf.data file, of which perf script -i %.*s makes no text: ", STR_ARG(s->source));
}

/* By perf_to_profile, as pprof does. */
static bool load_perf_profile(struct source_load *s, struct err *e) {
    const char *dir = getenv("TMPDIR");
    message_print(
        str_format(&s->arena, "Converting %.*s to a profile.proto... (May take a few minutes)", STR_ARG(s->source)));
    str folder = dir && *dir ? str_from(dir) : STR("/tmp");
    struct whole_file f;
    if (!output_open_numbered(&s->arena, folder, STR("pprof_"), STR(".pb.gz"), &f, e)) return false;
    f.passing = true;
    if (!output_finish_numbered(&s->arena, &f, 0, e)) return false;
    const char *file = f.path; /* empty, for the program to fill */
    const char *argv[] = {"perf_to_profile",
                          "-i",
                          process_argument(&s->arena, s->source),
                          "-o",
                          process_argument(&s->arena, str_from(file)),
                          "-f",
                          NULL};
    struct process_call call = {.argv = argv, .keep_errors = true};
    bool ok = process_run(&s->arena, &call, e) ||
              err_prepend(e, "failed to convert perf.data file. Try github.com/google/perf_data_converter: ");
    message_program(call.errors);
    ok = ok && load_source(&s->arena, str_from(file), &s->work->options, &s->work->profile, e);
    unlink(file);
    ending_forget(file);
    return ok;
}

static bool load_perf_file(struct source_load *s, struct err *e) {
    if (process_find(&s->arena, "perf_to_profile")) return load_perf_profile(s, e);
    if (process_find(&s->arena, "perf")) return load_perf_script(s, e);
    return err_set(
        e,
        "this is a perf.data file, and neither perf nor perf_to_profile is here to read it: run \"perf script "
        "-i %.*s\" where perf is, and give what it prints",
        STR_ARG(s->source));
}

/* Limits timeouts and collection times, so that their nanoseconds fit into 64 bits. */
static int64_t bounded(int64_t seconds) { return seconds < INT64_C(9000000000) ? seconds : INT64_C(9000000000); }

/* Returns true if the path exists; *st describes it. */
static bool exists(str path, struct stat *st) {
    struct arena scratch = {0};
    bool is = stat(str_c(&scratch, path), st) == 0;
    arena_release(&scratch);
    return is;
}

int64_t source_load_timeout_ms(const struct options_call *c, int64_t seconds) {
    int64_t ms = c->timeout > 0 ? bounded(c->timeout) * 1000 : seconds > 0 ? bounded(seconds) * 1500 : 60000;
    return ms + 5000;
}

static void plan_url(struct source_load *s, int64_t seconds) {
    const struct options_call *c = &s->call->call;
    s->kind = SOURCE_LOAD_URL;
    s->state = SOURCE_LOAD_UNFETCHED;
    start_work(s);
    s->work->http =
        (struct http_request){.url = s->url, .timeout_ms = source_load_timeout_ms(c, seconds), .in_turn = s->found};
    if (s->found) return; /* the progress shows thousands */
    message_print(str_format(&s->arena, "Fetching profile over HTTP from %.*s", STR_ARG(url_mask(&s->arena, s->url))));
    if (c->seconds > 0)
        message_print(str_format(&s->arena, "Please wait... (%.*s)",
                                 STR_ARG(gotext_duration(&s->arena, bounded(c->seconds) * 1000000000))));
}

/* Takes the weight off "FILE@WEIGHT", where that is not the name of a file itself and FILE is a regular one. */
static void take_weight(struct source_load *s) {
    struct stat st;
    str file = str_slice(s->source, 0, str_find_last_char(s->source, '@'));
    if (message_as_pprof() || file.len == s->source.len || exists(s->source, &st) || !exists(file, &st)) return;
    if (S_ISREG(st.st_mode) && weights_parse(str_from_offset(s->source, file.len + 1), &s->weight)) s->source = file;
}

/* Returns true if the report reads stacks by profile_frames, and nothing before it reads stacks. An option that is not
 * named here may change stacks, or choose another way to write the report. */
static bool reads_narrow(const struct argv_call *call) {
    const struct options *o = &call->options;
    if (!call->report || !call->report->reads_narrow || argv_is_canonical(call)) return false;
    if (call->call.watch.len) return false; /* it also compares with the first profile */
    struct options usual;
    options_defaults(&usual);
    usual.output = o->output;
    usual.unit = o->unit;
    usual.compact_labels = o->compact_labels;
    usual.source_path = o->source_path;
    usual.trim_path = o->trim_path;
    usual.mean = o->mean;
    usual.sample_index = o->sample_index;
    usual.divide_by = o->divide_by;
    usual.sort = o->sort;
    usual.drop_negative = o->drop_negative;
    usual.nodecount = o->nodecount;
    usual.nodefraction = o->nodefraction;
    usual.edgefraction = o->edgefraction;
    usual.trim = o->trim;
    usual.noinlines = o->noinlines;
    usual.showcolumns = o->showcolumns;
    usual.width = o->width;
    usual.color = o->color;
    usual.granularity = o->granularity;
    /* both were zeroed before their fields were set */
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
    return memcmp(&usual, o, sizeof usual) == 0;
}

void source_load_plan(struct source_load *s) {
    struct stat st;
    int64_t seconds;
    if (s->state != SOURCE_LOAD_NEW) return;
    s->state = SOURCE_LOAD_READY;
    take_weight(s);
    if (s->found && str_equal(s->source, STR("-"))) {
        s->refused = "standard input cannot be named in a list";
    } else if (str_equal(s->source, STR("-"))) {
        s->kind = SOURCE_LOAD_STREAM;
    } else if (exists(s->source, &st)) {
        bool is_file = S_ISREG(st.st_mode);
        s->kind = is_file || s->found ? SOURCE_LOAD_FILE : SOURCE_LOAD_STREAM;
        s->size = is_file && st.st_size > 0 ? (uint64_t)st.st_size : 0;
        if (s->found && !is_file)
            s->refused = S_ISDIR(st.st_mode) ? "a directory in a list is not read" : "not a regular file";
    } else {
        s->url = url_from_source(&s->arena, s->source, s->call->call.seconds, &seconds);
        if (s->url.len) plan_url(s, seconds);
    }
    s->narrow = s->is_only && s->kind == SOURCE_LOAD_FILE && s->size >= TUNING_NARROW_FROM && reads_narrow(s->call);
}

void source_load_fetch(struct source_load *const *source, uint32_t n) {
    struct arena scratch = {0};
    struct http_request *request = ARENA_ARRAY(&scratch, struct http_request, n);
    progress_stage(source[0]->progress, "fetching");
    for (uint32_t i = 0; i < n; i++) request[i] = source[i]->work->http;
    http_run(request, n, source[0]->identity, 0);
    for (uint32_t i = 0; i < n; i++) {
        source[i]->work->http = request[i];
        source[i]->state = SOURCE_LOAD_READY;
    }
    arena_release(&scratch);
}

/* Remembers the server that knows the addresses of a mapping, to be found by build ID or file after merging. A mapping
 * with neither gets the URL as its file until then. */
static void note_mappings(struct source_load *s) {
    struct profile *p = &s->work->profile;
    struct profile_mapping *mapping = ARENA_ARRAY(&s->arena, struct profile_mapping, p->n_mappings);
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        mapping[i] = p->mapping[i];
        if (!mapping[i].build_id && !mapping[i].file)
            mapping[i].file = profile_add_string(p, &s->arena, url_mask(&s->arena, s->url));
        str key = profile_str(p, mapping[i].build_id ? mapping[i].build_id : mapping[i].file);
        struct symbolize_source source = {.key = key, .url = s->url, .start = mapping[i].start};
        *VEC_PUSH(&s->arena, &s->mappings) = source;
    }
    p->mapping = mapping;
}

static bool load_fetched(struct source_load *s, struct err *e) {
    struct http_request *h = &s->work->http;
    bool ok = h->outcome == HTTP_OK ||
              err_set(e, "%s%s", h->outcome == HTTP_NO_ANSWER ? "http fetch: " : "", err_text(&h->err));
    err_clear(&h->err);
    if (ok) return load_owned(&s->arena, &h->arena, h->body, &s->work->options, &s->work->profile, e);
    arena_release(&h->arena);
    return false;
}

/* Frees the values that a report does not read which reads the frames of a narrow profile. */
static void drop_values(struct source_load *s) {
    struct profile *p = &s->work->profile;
    const struct options *o = &s->call->options;
    uint32_t wanted;
    if (!p->narrow_frame || !profile_sample_index(p, o->sample_index, &wanted, NULL)) return;
    const int64_t **value = ARENA_ARRAY(&s->arena, const int64_t *, p->n_types);
    for (uint32_t t = 0; t < p->n_types; t++) {
        struct arena column = {0};
        bool is_read = t == wanted || (o->mean && t == 0);
        bool freed = !is_read && arena_extract_array(&s->arena, p->value[t], p->n_rows * sizeof **value, &column);
        value[t] = freed ? NULL : p->value[t];
        arena_release(&column);
    }
    p->value = value;
}

/* Without the stacks first, if nobody looks at them: a file can be read again if it needs them, which a large one
 * should not be. */
static bool load_named(struct source_load *s, struct err *e) {
    bool missed = false;
    s->work->options.narrow = s->narrow;
    struct load_options quick = s->work->options;
    quick.missed_stacks = &missed;
    if (!s->no_stacks || s->kind != SOURCE_LOAD_FILE || s->size >= TUNING_SKIP_STACKS_UP_TO)
        return load_source(&s->arena, s->source, &s->work->options, &s->work->profile, e);
    if (load_source(&s->arena, s->source, &quick, &s->work->profile, e)) return true;
    if (!missed) return false;
    err_clear(e);
    return load_source(&s->arena, s->source, &s->work->options, &s->work->profile, e);
}

/* Looks for perf.data in regular files only: reading from a pipe would remove bytes from it. */
static bool load_any(struct source_load *s, struct err *e) {
    if (s->refused) return err_set(e, "%s", s->refused);
    if (s->kind == SOURCE_LOAD_URL) return load_fetched(s, e);
    if (load_named(s, e)) return true;
    if (s->kind != SOURCE_LOAD_FILE || !is_perf_file(s->source)) return false;
    err_clear(e);
    return load_perf_file(s, e);
}

bool source_load_drop_frames(struct arena *a, const struct argv_call *call, struct profile *p, struct err *e) {
    if (call->call.all_frames) p->drop_frames = p->keep_frames = 0;
    if (!filter_drop_frames(a, p, e)) return false;
    /* The first pass keeps dropped frames below a location of which it removes a part; the second finds that only user
     * frames are left of this location. A third would find nothing. */
    return !argv_is_canonical(call) || filter_drop_frames(a, p, e);
}

void source_load_run(struct source_load *s) {
    if (!s->work) start_work(s);
    s->ok = load_any(s, &s->err);
    progress_loaded(s->progress);
    if (s->ok && s->work->left_out)
        notes_add(&s->notes, NOTE_WARNING, "%.*s: %llu %s%s left out",
                  STR_ARG(source_load_shown(&s->notes_arena, s->source)), (unsigned long long)s->work->left_out,
                  s->work->left_out_part, s->work->left_out == 1 ? "" : "s");
    s->ok = s->ok && rename_types(&s->arena, &s->call->renames, &s->work->profile, &s->err);
    if (s->ok && s->call->weight_key.len)
        s->ok = weights_of_labels(&s->arena, &s->work->profile, s->call->weight_key, &s->err);
    if (s->ok) weights_of_source(&s->arena, &s->work->profile, s->weight);
    if (s->ok) drop_values(s);
    if (s->ok && s->call->call.drop_period) {
        s->work->profile.period = 0;
        s->work->profile.period_type = (struct profile_value_type){0, 0};
    }
    /* merged profiles keep these expressions only if all have the same */
    if (s->ok && argv_is_canonical(s->call))
        s->ok = source_load_drop_frames(&s->arena, s->call, &s->work->profile, &s->err);
    if (s->ok) symbolize_locate_binaries(&s->arena, &s->work->profile, s->locate, &s->notes);
    if (s->ok && source_load_is_server(s)) note_mappings(s);
    s->time_nanos = s->ok ? s->work->profile.time_nanos : 0;
    if (s->ok && s->marked) s->work->profile = mark_rows(&s->arena, &s->work->profile, s->number);
}

bool source_load_is_file(str source) {
    struct stat st;
    return str_equal(source, STR("-")) || exists(source, &st);
}

str source_load_shown(struct arena *a, str source) {
    struct stat st;
    return exists(source, &st) ? source : url_mask(a, source);
}

str source_load_failure(struct arena *a, const struct source_load *s) {
    struct stat st;
    const char *why = err_text(&s->err);
    str text = str_format(a, "%.*s%s%s", STR_ARG(s->source), *why == ':' ? "" : ": ", why);
    return exists(s->source, &st) ? text : url_mask(a, text);
}

void source_load_report(struct source_load *s) {
    message_notes(&s->notes);
    if (!s->ok) message_warn(source_load_failure(&s->notes_arena, s));
    err_clear(&s->err);
    s->notes = (struct notes){.arena = &s->notes_arena};
    arena_release(&s->notes_arena);
}

void source_load_drop(struct source_load *s) {
    if (s->kind == SOURCE_LOAD_FILE) s->state = SOURCE_LOAD_READY;
    source_load_end_work(s);
    s->notes = (struct notes){.arena = &s->notes_arena};
    err_clear(&s->err);
    arena_release(&s->notes_arena);
    arena_release(&s->arena);
}
