/* Finds the format of an input, and decodes it. */
#include "formats/formats.h"

#include "out/message.h"

const struct format formats[FORMATS_N] = {
#define FORMAT(id, name, way) {#id, name, way, sniff_##id, decode_##id},
#include "formats/table.def"
#undef FORMAT
};

const char formats_unrecognized[] = "this is no profile, or a damaged one: cprof reads"
#define FORMAT(id, name, way) " " name ","
#define FORMAT_UNREAD(id, way)
#include "formats/table.def"
#undef FORMAT
                                    " packed or not";

struct formats_guess formats_sniff(str start, bool is_all) {
    struct formats_guess g = {0};
    int n_maybe = 0;
    for (int i = 0; i < FORMATS_N; i++) {
        g.answer[i] = formats[i].sniff(start, is_all);
        if (g.answer[i] == SNIFF_NO) continue;
        g.only = n_maybe++ ? NULL : &formats[i];
        g.wants_more |= g.answer[i] == SNIFF_MORE;
        if (g.answer[i] != SNIFF_YES) continue;
        g.only = &formats[i];
        g.wants_more = false;
        while (++i < FORMATS_N) g.answer[i] = SNIFF_MORE; /* not called */
    }
    if (g.wants_more) g.only = NULL;
    g.is_unknown = n_maybe == 0;
    return g;
}

/* Calls a decoder and prepends context to its error. What the first one that did not recognize the input records goes
 * to *unrecognized. */
static enum format_verdict try_format(const struct format *f, struct format_input *in, struct profile *out,
                                      struct err *unrecognized, struct err *e) {
    struct err fault = {0};
    in->was_read = false;
    enum format_verdict v = f->decode(in, out, &fault);
    if (v == FORMAT_INVALID)
        err_prepend(&fault, "malformed profile: ");
    else if (v != FORMAT_BAD_LINE && fault.text)
        err_prepend(&fault, "parsing profile: ");
    if (fault.text && (v != FORMAT_UNRECOGNIZED || !unrecognized->text))
        err_set(v == FORMAT_UNRECOGNIZED ? unrecognized : e, "%s", fault.text);
    err_clear(&fault);
    return v;
}

bool formats_decode(struct formats_guess *g, struct format_input *in, struct profile *out, struct err *e) {
    enum format_verdict v = FORMAT_UNRECOGNIZED;
    struct err unrecognized = {0};
    if (g->only) v = try_format(g->only, in, out, &unrecognized, e);
    for (int i = 0; i < FORMATS_N && v == FORMAT_UNRECOGNIZED && !in->next; i++) {
        if (g->answer[i] == SNIFF_NO || &formats[i] == g->only) continue;
        if (g->answer[i] == SNIFF_MORE) g->answer[i] = formats[i].sniff(in->bytes, true);
        if (g->answer[i] != SNIFF_NO) v = try_format(&formats[i], in, out, &unrecognized, e);
    }
    if (v == FORMAT_UNRECOGNIZED) {
        const char *of_pprof = unrecognized.text ? unrecognized.text : "parsing profile: unrecognized profile format";
        err_set(e, "%s", message_as_pprof() ? of_pprof : formats_unrecognized);
    }
    err_clear(&unrecognized);
    return v == FORMAT_OK;
}
