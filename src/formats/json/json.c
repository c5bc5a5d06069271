/* Formats in JSON: the first key of the document that belongs to a kind decides which reader gets it. */
#include <stdio.h>

#include "formats/json/kinds.h"

/* A key of documents: of a kind with a reader, or of a kind that the error names. */
static const struct json_mark {
    const char *key;
    const struct json_reader *reader;
    const char *is;
} marks[] = {
    {"shared", &json_reader_speedscope, NULL},
    {"profiles", &json_reader_speedscope, NULL},
    {"activeProfileIndex", &json_reader_speedscope, NULL},
    {"nodes", &json_reader_v8, NULL},
    {"head", &json_reader_v8, NULL},
    {"samples", &json_reader_v8, NULL},
    {"timeDeltas", &json_reader_v8, NULL},
    {"timestamps", &json_reader_v8, NULL},
    {"startTime", &json_reader_v8, NULL},
    {"endTime", &json_reader_v8, NULL},
    {"resourceProfiles", &json_reader_otlp, NULL},
    {"dictionary", &json_reader_otlp, NULL},
    {"threads", NULL, "a profile of the Firefox Profiler: save it as collapsed stacks, or profile with perf"},
    {"libs", NULL, "a profile of the Firefox Profiler: save it as collapsed stacks, or profile with perf"},
    {"traceEvents", NULL, "a Chrome trace: save the profile alone, as .cpuprofile"},
    {"snapshot", NULL, "a heap snapshot of V8: take a sampled .heapprofile"},
    {"flamebearer", NULL, "a profile of Pyroscope: download it as pprof"},
};

struct json_document {
    struct arena *arena; /* memory of the profile */
    const struct load_options *options;
    const struct json_reader *reader;
    void *context; /* the state of the reader */
    const char *is;
    bool is_list; /* the document is a list */
    uint32_t n_documents;
};

static const struct json_mark *find_mark(str key) {
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_equal(str_from(marks[i].key), key)) return &marks[i];
    return NULL;
}

static bool handle(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e) {
    struct json_document *d = context;
    if (depth == 0 && kind != JSON_END) {
        if (d->n_documents++ && !(d->reader && d->reader->many))
            return err_set(e, "there is more behind the end of the document");
        d->is_list = kind == JSON_LIST;
        return true;
    }
    if (!d->reader && kind == JSON_KEY) {
        const struct json_mark *m = depth == 1 ? find_mark(text) : NULL;
        if (d->is_list && depth == 2 && str_equal(text, STR("ph"))) m = find_mark(STR("traceEvents"));
        if (!m) return true;
        d->is = m->is;
        d->reader = m->reader;
        if (d->is) return err_set(e, "it is named");
        d->context = d->reader->begin(d->arena, d->options);
    }
    return !d->reader || d->reader->event(d->context, kind, text, e);
}

/* Turns "line 3: …", as in json.h, into the ":3: …" of a bad line. */
static enum format_verdict name_line(struct err *e) {
    struct arena scratch = {0};
    str text = str_copy(&scratch, str_from(err_text(e)));
    bool names = str_has_prefix(text, STR("line "));
    if (names) err_set(e, ":%.*s", STR_ARG(str_from_offset(text, 5)));
    arena_release(&scratch);
    return names ? FORMAT_BAD_LINE : FORMAT_BROKEN;
}

static enum format_verdict read(struct json_document *d, struct json *j, struct format_input *in, struct profile *out,
                                struct err *e) {
    bool ok = true;
    for (str piece; ok && format_next(in, &piece);) ok = json_feed(j, piece, e);
    if (d->is) {
        err_set(e, "it is %s", d->is);
        return FORMAT_BROKEN;
    }
    if (!ok || !json_finish(j, e)) return name_line(e);
    if (d->reader) return d->reader->finish(d->context, out, e) ? FORMAT_OK : FORMAT_BROKEN;
    err_set(e,
            "it is JSON, but not of a profiler whose files can be read: speedscope, .cpuprofile, .heapprofile, OTLP");
    return FORMAT_BROKEN;
}

enum sniff sniff_json(str start, bool is_all) {
    static const char blank[] = " \t\r\n";
    size_t i = 0;
    const char *expected[] = {"{[", "\"}{]"};
    for (int n = 0; n < 2; n++) {
        while (i < start.len && memchr(blank, start.ptr[i], sizeof blank - 1)) i++;
        if (i == start.len) return is_all ? SNIFF_NO : SNIFF_MORE;
        if (!start.ptr[i] || !strchr(expected[n], start.ptr[i])) return SNIFF_NO;
        i++;
    }
    return SNIFF_YES;
}

enum format_verdict decode_json(struct format_input *in, struct profile *out, struct err *e) {
    struct json_document d = {.arena = in->arena, .options = in->options};
    struct err own = {0};
    struct json *j = json_new(handle, &d, true);
    enum format_verdict v = read(&d, j, in, out, &own);
    if (v != FORMAT_OK) err_set(e, "%s", err_text(&own));
    err_clear(&own);
    json_free(j);
    if (d.context) d.reader->end(d.context);
    return v;
}
