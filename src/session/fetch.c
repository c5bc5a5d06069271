/* All that a command line names, made one profile: pprof.md 4, in its order. */
#include "bytes/url.h"
#include "cli/argv.h"
#include "filter/filter.h"
#include "merge/merge.h"
#include "out/message.h"
#include "session/gather.h"
#include "session/keep_copy.h"
#include "session/session.h"
#include "symbolize/symbolize.h"

static void add_comment(struct arena *a, struct profile *p, str comment) {
    str_id *all = ARENA_ARRAY(a, str_id, (size_t)p->n_comments + 1);
    for (uint32_t i = 0; i < p->n_comments; i++) all[i] = p->comment[i];
    all[p->n_comments] = profile_add_string(p, a, comment);
    p->comment = all;
    p->n_comments++;
}

static bool grab_sides(struct session *s, const struct argv_call *call, struct gathered *sources,
                       struct gathered *bases, struct fetched *fetched, struct err *e) {
    str base = call->call.base.len ? call->call.base : call->call.diff_base;
    uint32_t n_bases = base.len ? 1 : 0;
    struct symbolize_locate locate = grab_locate(call);
    struct err base_err = {0};
    watch_sources(s->watch, call->n_sources + n_bases);
    struct grab *base_grab = n_bases ? grab_new(s, call, &locate, &base, n_bases) : NULL;
    struct grab *source = grab_new(s, call, &locate, call->source, call->n_sources);
    bool sources_ok = gather(s, source, call->n_sources, base_grab, sources, fetched, e);
    bool bases_ok = gather(s, base_grab, n_bases, NULL, bases, fetched, &base_err);
    if (sources_ok && !bases_ok) err_set(e, "problem fetching base profiles: %s,", err_text(&base_err));
    err_clear(&base_err);
    if (!sources_ok) return err_prepend(e, "problem fetching source profiles: ");
    if (!bases_ok) return false;
    if (sources->n_loaded == 0) return err_set(e, "failed to fetch any source profiles");
    if (n_bases > 0 && bases->n_loaded == 0) return err_set(e, "failed to fetch any base profiles");
    if (sources->n_loaded != call->n_sources)
        message_warnf("Fetched %u source profiles out of %u", (unsigned)sources->n_loaded, (unsigned)call->n_sources);
    return true;
}

/* The bases taken from the sources, if there are any. */
static bool subtract(struct session *s, const struct argv_call *call, struct gathered *sources, struct gathered *bases,
                     struct profile *out, struct err *e) {
    *out = sources->profile;
    if (bases->n_loaded == 0) return true;
    bool two_sides = call->report && call->report->two_sides;
    enum merge_base_kind kind = call->call.base.len && !two_sides ? MERGE_BASE : MERGE_DIFF_BASE;
    struct merge_difference d = {
        {&sources->profile, &sources->arena}, {&bases->profile, &bases->arena}, kind, call->options.normalize};
    watch_sources(s->watch, 0);
    watch_stage(s->watch, "subtracting base");
    watch_show(s->watch);
    bool ok = merge_base(s->arena, &d, out, e);
    watch_hide(s->watch);
    return ok;
}

/* Sources and bases, merged, and the bases taken from the sources. */
static bool grab_and_subtract(struct session *s, const struct argv_call *call, struct profile *out,
                              struct fetched *fetched, struct err *e) {
    struct gathered sources = {0}, bases = {0};
    bool ok = grab_sides(s, call, &sources, &bases, fetched, e) && subtract(s, call, &sources, &bases, out, e);
    arena_adopt(s->arena, &sources.arena);
    arena_adopt(s->arena, &bases.arena);
    return ok;
}

/* Mappings that are called by a URL have no file. */
static void forget_urls(struct arena *a, struct profile *p) {
    struct profile_mapping *mapping = NULL; /* a copy, once one changes */
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

/* What follows loading, merged or not. */
static bool finish_profile(struct session *s, const struct argv_call *call, const struct fetched *fetched,
                           struct profile *p, struct err *e) {
    if (call->call.all_frames) p->drop_frames = p->keep_frames = 0;
    struct notes notes = {.arena = s->arena};
    struct http_tls tls = grab_tls(call);
    struct symbolize_how how = {
        call->call.symbolize, call->call.tools, {fetched->mappings.at, fetched->mappings.n, &tls}};
    watch_sources(s->watch, 0);
    watch_stage(s->watch, "symbolizing");
    watch_show(s->watch);
    bool ok = symbolize_profile(s->arena, p, &how, &notes, e);
    watch_hide(s->watch);
    message_notes(&notes);
    if (!ok) return false;
    filter_drop_frames(s->arena, p);
    forget_urls(s->arena, p);
    if (call->call.add_comment.len) add_comment(s->arena, p, call->call.add_comment);
    return true;
}

bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e) {
    struct fetched fetched = {0};
    return grab_and_subtract(s, call, out, &fetched, e) && finish_profile(s, call, &fetched, out, e) &&
           (!fetched.any || save_fetched(out, e));
}

bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e) {
    struct symbolize_locate locate = grab_locate(call);
    struct grab *grab = grab_new(s, call, &locate, source, n);
    watch_sources(s->watch, n);
    grab_plan(grab, n);
    gather_load(s, grab, n, NULL);
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        message_notes(&grab[i].notes);
        if (ok && !grab[i].ok) ok = err_set(e, "%.*s", STR_ARG(grab_failure(s->arena, &grab[i])));
        arena_adopt(s->arena, &grab[i].arena);
        grab_drop(&grab[i]);
        out[i] = grab[i].profile;
    }
    for (uint32_t i = 0; i < n && ok; i++) {
        struct fetched fetched = {0};
        gather_remember(s, &grab[i], &fetched);
        ok = finish_profile(s, call, &fetched, &out[i], e);
    }
    return ok;
}
