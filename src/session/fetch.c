/* Loads everything that a command line names and makes one profile of it: pprof.md 4, in its order. */
#include "bytes/url.h"
#include "cli/argv.h"
#include "filter/filter.h"
#include "merge/merge.h"
#include "out/message.h"
#include "profile/mark.h"
#include "session/identity.h"
#include "session/keep_copy.h"
#include "session/loader.h"
#include "session/session.h"
#include "session/sources.h"
#include "stacks/sides.h"
#include "symbolize/symbolize.h"

static void add_comment(struct arena *a, struct profile *p, str comment) {
    str_id *all = ARENA_ARRAY(a, str_id, (size_t)p->n_comments + 1);
    for (uint32_t i = 0; i < p->n_comments; i++) all[i] = p->comment[i];
    all[p->n_comments] = profile_add_string(p, a, comment);
    p->comment = all;
    p->n_comments++;
}

static bool keeps_sources(const struct argv_call *call) { return call->report && call->report->keeps_sources; }

/* Remembers names and times of the sources. */
static void note_sources(struct session *s, const struct source_load *source, uint32_t n) {
    struct report_source *all = ARENA_ARRAY(s->arena, struct report_source, n);
    for (uint32_t i = 0; i < n; i++)
        all[i] = (struct report_source){source_load_shown(s->arena, source[i].source), source[i].time_nanos};
    s->sources = (struct report_sources){.at = all, .n = n};
}

/* Counts the sources that were left out, which -strict makes an error. */
static bool all_loaded(const struct argv_call *call, const struct loader_result *of, uint32_t n, const char *side,
                       struct err *e) {
    if (of->n_loaded == n) return true;
    message_warnf("Fetched %u %s profiles out of %u", (unsigned)of->n_loaded, side, (unsigned)n);
    return !call->call.strict ||
           err_set(e, "%u of %u %s profiles cannot be read (-strict)", (unsigned)(n - of->n_loaded), (unsigned)n, side);
}

/* Returns true if neither the report nor an option looks at stacks. Several sources are merged by their stacks. */
static bool needs_no_stacks(const struct argv_call *call, uint32_t n_sources) {
    const struct options *o = &call->options;
    return call->report && call->report->no_stacks && n_sources == 1 && !o->focus.len && !o->ignore.len &&
           !o->hide.len && !o->show.len && !o->show_from.len && !o->prune_from.len && !o->tagroot.len &&
           !o->tagleaf.len && !o->by.len && !call->call.watch.len;
}

/* Loads and merges the sources, and the base, if there is one. */
static bool load_sides(struct session *s, const struct argv_call *call, struct loader_result *sources,
                       struct loader_result *base, struct err *e) {
    struct symbolize_locate locate = source_load_locate(call);
    str word_of_base = call->call.base.len ? call->call.base : call->call.diff_base;
    struct sources all = {0};
    if (!sources_expand(s->arena, call, call->source, call->n_sources, &all, e)) return false;
    uint32_t n = (uint32_t)all.name.n;
    if (!sources_expand(s->arena, call, &word_of_base, word_of_base.len ? 1 : 0, &all, e)) return false;
    uint32_t n_all = (uint32_t)all.name.n, n_base = n_all - n;
    struct source_load *source = source_load_new(s, call, &locate, all.name.at, n_all);
    for (uint32_t i = 0; i < n_all; i++) {
        source[i].found = all.found.at[i];
        source[i].is_only = n_all == 1;
        source[i].marked = n_all > 1 && keeps_sources(call);
        source[i].number = i;
        source[i].no_stacks = needs_no_stacks(call, n_all);
    }
    struct err base_err = {0};
    progress_sources(s->progress, n_all);
    /* one base is loaded together with the sources; several are merged like these */
    bool sources_ok = loader_run(s, source, n, n_base == 1 ? n_all : n, sources, e);
    bool base_ok = n_base == 0 || loader_run(s, source + n, n_base, n_base, base, &base_err);
    if (sources_ok && !base_ok) err_set(e, "problem fetching base profiles: %s,", err_text(&base_err));
    err_clear(&base_err);
    if (!sources_ok) return err_prepend(e, "problem fetching source profiles: ");
    if (!base_ok) return false;
    if (sources->n_loaded == 0) return err_set(e, "failed to fetch any source profiles");
    if (n_base && base->n_loaded == 0) return err_set(e, "failed to fetch any base profiles");
    if (!call->report || keeps_sources(call)) note_sources(s, source, n_all);
    return all_loaded(call, sources, n, "source", e) && all_loaded(call, base, n_base, "base", e);
}

/* Subtracts the base, if there is one, from the sources. */
static bool subtract(struct session *s, const struct argv_call *call, struct loader_result *sources,
                     struct loader_result *base, struct profile *out, struct err *e) {
    *out = sources->profile;
    s->sides = (struct session_sides){{0, 0}, NULL};
    if (base->n_loaded == 0) return true;
    bool two_sides = call->report && call->report->two_sides;
    enum merge_base_kind kind = call->call.base.len && !two_sides ? MERGE_BASE : MERGE_DIFF_BASE;
    struct merge_difference d = {
        {&sources->profile, &sources->arena}, {&base->profile, &base->arena}, kind, call->options.normalize};
    s->sides.nanos[SIDE_NEW] = sources->profile.duration_nanos;
    s->sides.nanos[SIDE_BASE] = base->profile.duration_nanos;
    if (kind == MERGE_BASE) {
        struct argv_call *again = ARENA_NEW(s->arena, struct argv_call);
        *again = *call;
        s->sides.call = again;
    }
    progress_sources(s->progress, 0);
    progress_stage(s->progress, "subtracting base");
    progress_show(s->progress);
    bool ok = merge_base(s->arena, &d, out, e);
    progress_hide(s->progress);
    return ok;
}

/* Empties the file of mappings whose file is a URL. */
static void clear_urls(struct arena *a, struct profile *p) {
    struct profile_mapping *mapping = NULL; /* a copy, made for the first change */
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        if (p->mapping[i].build_id || !url_is_absolute(profile_str(p, p->mapping[i].file))) continue;
        if (!mapping) {
            mapping = ARENA_ARRAY(a, struct profile_mapping, p->n_mappings);
            for (uint32_t m = 0; m < p->n_mappings; m++) mapping[m] = p->mapping[m];
        }
        mapping[i].file = 0;
    }
    if (mapping) p->mapping = mapping;
}

/* Symbolizes and prunes a loaded profile. */
static bool finish_profile(struct session *s, const struct argv_call *call, const source_load_mappings *fetched,
                           struct profile *p, struct err *e) {
    struct notes notes = {.arena = s->arena};
    struct progress_source bytes;
    struct load_options loader = progress_loader(s->progress, &bytes);
    struct symbolize_how how = {
        .modes = call->call.symbolize,
        .tools = call->call.tools,
        .search_path = source_load_locate(call).search_path,
        .use_cache = !call->call.no_cache,
        .servers = {fetched->at, fetched->n, &s->identity, source_load_timeout_ms(&call->call, 0)},
        .progress = {loader.stage, loader.context}};
    progress_sources(s->progress, 1);
    progress_stage(s->progress, "symbolizing");
    progress_show(s->progress);
    symbolize_profile(s->arena, p, &how, &notes);
    progress_hide(s->progress);
    message_notes(&notes);
    if (!source_load_drop_frames(s->arena, call, p, e)) return false;
    clear_urls(s->arena, p);
    if (call->call.add_comment.len) add_comment(s->arena, p, call->call.add_comment);
    return true;
}

static bool make_profile(struct session *s, const struct argv_call *call, struct profile *out, bool *any_url,
                         struct err *e) {
    struct loader_result sources = {0}, base = {0};
    bool ok = load_sides(s, call, &sources, &base, e) && subtract(s, call, &sources, &base, out, e);
    arena_adopt(s->arena, &sources.arena);
    arena_adopt(s->arena, &base.arena);
    for (size_t i = 0; i < base.mappings.n; i++) *VEC_PUSH(s->arena, &sources.mappings) = base.mappings.at[i];
    if (!ok) return false;
    if (!finish_profile(s, call, &sources.mappings, out, e))
        return call->n_sources == 1 && err_prepend(e, "%.*s: ", STR_ARG(source_load_shown(s->arena, call->source[0])));
    if (s->sources.n > 1 && keeps_sources(call)) s->sources.of_row = mark_take(s->arena, out, s->sources.n);
    *any_url = sources.any_url || base.any_url;
    return true;
}

bool fetch_sources(struct session *s, const struct argv_call *call, struct profile *out, bool *any_url, struct err *e) {
    struct http_identity before = s->identity; /* lives longer than the memory of this profile */
    identity_read_again(s->arena, call, &s->identity);
    bool ok = make_profile(s, call, out, any_url, e);
    s->identity = before;
    return ok;
}

bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    bool any_url;
    return fetch_sources(s, call, out, &any_url, e) && (!any_url || keep_copy(out, e));
}

bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e) {
    struct symbolize_locate locate = source_load_locate(call);
    struct source_load *all = source_load_new(s, call, &locate, source, n);
    struct loader_result nothing_merged = {0};
    progress_sources(s->progress, n);
    bool ok = loader_run(s, all, 0, n, &nothing_merged, e);
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&all[i].notes);
        if (ok && !all[i].ok) ok = err_set(e, "%.*s", STR_ARG(source_load_failure(s->arena, &all[i])));
        arena_adopt(s->arena, &all[i].arena);
        if (all[i].ok) out[i] = all[i].work->profile;
        source_load_drop(&all[i]);
    }
    for (uint32_t i = 0; i < n && ok; i++)
        ok = finish_profile(s, call, &all[i].mappings, &out[i], e) ||
             err_prepend(e, "%.*s: ", STR_ARG(source_load_shown(s->arena, source[i])));
    return ok;
}
