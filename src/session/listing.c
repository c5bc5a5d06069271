/* Lists the profiles that a server has: those of Go's /debug/pprof/, and those that a program adds there. */
#include "session/listing.h"

#include <unistd.h>

#include "base/file.h"
#include "bytes/http_index.h"
#include "bytes/url.h"
#include "cli/argv.h"
#include "out/message.h"
#include "session/source_load.h"

/* A page comes at once; a slow one is not waited for longer than this before the source is fetched. */
enum { PAGE_MOST = 1 << 20, PAGE_MS = 10000 };

/* What a profile of Go's runtime shows, and the options of a command that shows it. */
struct hint {
    const char *name, *options, *what;
};
static const struct hint *hint_of(str name) {
    static const struct hint hint[] = {
        {"allocs", "-top -sample_index=alloc_space", "memory allocated since the start"},
        {"block", "-top", "waiting for locks and channels; runtime.SetBlockProfileRate turns it on"},
        {"goroutine", "-top", "stacks of all goroutines"},
        {"heap", "-top", "memory in use"},
        {"mutex", "-top", "waiting for contended locks; runtime.SetMutexProfileFraction turns it on"},
        {"profile", "-top -seconds=10", "CPU time of the next 10 seconds"},
        {"threadcreate", "-top", "stacks that started threads"},
        {"trace", "-top -seconds=1", "time that goroutines waited in the next second"},
        {"", "-top", ""},
    };
    const struct hint *h = hint;
    while (*h->name && !str_equal(name, str_from(h->name))) h++;
    return h;
}

/* Returns true for a page, or no answer of use: what pprof takes for a profile stays one. */
static bool is_no_profile(const struct http_request *r) {
    return r->outcome == HTTP_REFUSED || (r->outcome == HTTP_OK && str_has_prefix(str_trim(r->body), STR("<")));
}

/* One line a profile: number of its records, name, command. */
static void write_list(struct sink *out, str folder, const struct http_index *index) {
    sink_printf(out, "Profiles at %.*s:\n", STR_ARG(folder));
    for (size_t i = 0; i < index->entry.n; i++) {
        const struct http_index_entry *entry = &index->entry.at[i];
        if (str_equal(entry->name, STR("cmdline")) || str_equal(entry->name, STR("symbol"))) continue;
        /* made while the server answers: they have no number */
        bool is_made = str_equal(entry->name, STR("profile")) || str_equal(entry->name, STR("trace"));
        str count = is_made ? STR_EMPTY : entry->count;
        const struct hint *h = hint_of(entry->name);
        sink_printf(out, "%10.*s  %-12.*s  cprof %s %.*s%.*s", STR_ARG(count), STR_ARG(entry->name), h->options,
                    STR_ARG(folder), STR_ARG(entry->name));
        sink_printf(out, "%s%s\n", *h->what ? "  # " : "", h->what);
    }
}

bool listing_print(struct session *s, const struct argv_call *call, bool *listed, struct err *e) {
    const struct options_call *c = &call->call;
    struct arena scratch = {0};
    int64_t seconds;
    *listed = false;
    if (message_as_pprof() || call->n_sources != 1 || call->executable.len || call->report || c->http.len || c->tui)
        return true;
    if (c->base.len || c->diff_base.len || c->seconds > 0 || source_load_is_file(call->source[0])) return true;
    str url = url_from_source(&scratch, call->source[0], 0, &seconds);
    str authority = url_authority(url);
    str path = {authority.ptr + authority.len, (size_t)(url.ptr + url.len - (authority.ptr + authority.len))};
    bool is_server = !path.len || str_equal(path, STR("/"));
    bool is_folder = str_equal(path, STR("/debug/pprof")) || str_equal(path, STR("/debug/pprof/"));
    if (!url.len || (!is_server && !is_folder)) {
        arena_release(&scratch);
        return true;
    }
    str server = str_slice(url, 0, url.len - path.len),
        folder = str_format(&scratch, "%.*s/debug/pprof/", STR_ARG(server));
    int64_t timeout_ms = source_load_timeout_ms(c, 0) < PAGE_MS ? source_load_timeout_ms(c, 0) : PAGE_MS;
    struct http_request request[] = {{.url = folder, .timeout_ms = timeout_ms}, {.url = url, .timeout_ms = timeout_ms}};
    http_run(request, is_server ? 2 : 1, &s->identity, PAGE_MOST);
    struct http_index index;
    bool ok = true;
    *listed = request[0].outcome == HTTP_OK && (is_folder || is_no_profile(&request[1])) &&
              http_index_read(&scratch, request[0].body, &index);
    if (*listed) {
        struct sink out;
        sink_to_fd(&out, STDOUT_FILENO);
        write_list(&out, message_one_line(&scratch, url_mask(&scratch, folder)), &index);
        ok = sink_close(&out, e);
    }
    for (size_t i = 0; i < 2; i++) {
        err_clear(&request[i].err);
        arena_release(&request[i].arena);
    }
    arena_release(&scratch);
    return ok;
}
