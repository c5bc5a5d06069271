/* The promises of a format: how it is recognized and how it is decoded. Each format has one file with the functions
 * sniff_NAME and decode_NAME, and one row in table.def, which declares both below.
 *
 * A sniffer sees the first piece of the unpacked input, up to TUNING_PIECE bytes, once. It must not allocate and must
 * be quick, because most inputs have another format. It answers
 * - SNIFF_YES: the input has this format and no other
 * - SNIFF_MAYBE: it may have this format; formats with this answer are tried in the order of the table
 * - SNIFF_NO: it has another format
 * - SNIFF_MORE: `start` is too short to decide; the sniffer is called again with the whole input. Never with `is_all`
 *
 * A decoder makes one profile, sealed (build_seal) and with the invariants of profile.h. Several events of a recording
 * become sample types of that profile. The decoder allocates only in in->arena: the profile, including its strings,
 * must live there or in in->bytes, which lives as long. Input may be hostile, so allocations are bounded by the size of
 * the input. */
#ifndef CPROF_FORMATS_FORMAT_H
#define CPROF_FORMATS_FORMAT_H

#include "profile/profile.h"

enum sniff { SNIFF_NO, SNIFF_MORE, SNIFF_MAYBE, SNIFF_YES };

enum format_verdict {
    FORMAT_OK,
    FORMAT_UNRECOGNIZED, /* it is another format: the next ones are tried. A recorded error is what pprof says of an
                            input that is of no format */
    FORMAT_BROKEN,       /* the error is recorded; the loader prepends "parsing profile: " */
    FORMAT_BAD_LINE,     /* the error is recorded, and starts with ":LINE: " or says what the file is in place of a
                            profile, so that the loader prepends only the source */
    FORMAT_INVALID       /* decoded, but against the rules of a profile; the loader prepends "malformed profile: " */
};

struct load_options {
    /* NULL: stacks are wanted. Else nobody looks at them, and a decoder may leave all of them empty. If it cannot say
     * without them whether the input is valid, it fails and sets this: the input is then decoded again, with stacks. */
    bool *missed_stacks;
    bool lenient; /* skip lines that make no sense, and count them; otherwise they are an error with a line number */
    bool narrow;  /* the profile may have narrow frames, because all that follows reads stacks by profile_frames */
    uint64_t *left_out;         /* increased by the number of skipped lines, or of other parts; may be NULL */
    const char **left_out_part; /* set to the name of such a part, "sample", if it is not a line; may be NULL */
    /* Progress, for a terminal and for -v; may be NULL. Called rarely: per stage, or per megabytes. Bytes are packed
     * ones; a total of 0 is unknown. */
    void (*stage)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

/* Called where a part of the input makes no sense, which *e explains: if such parts are skipped, counts it, clears *e
 * and returns true. */
static inline bool format_skip(const struct load_options *options, const char *part, struct err *e) {
    if (!options->lenient) return false;
    if (options->left_out) ++*options->left_out;
    if (options->left_out_part) *options->left_out_part = part;
    err_clear(e);
    return true;
}

/* The input of a decoder. */
struct format_input {
    struct arena *arena; /* of the profile */
    const struct load_options *options;
    str bytes;     /* the whole input, which lives as long as the arena; empty if it comes in pieces */
    uint64_t size; /* estimated length; 0: unknown */
    /* Returns the next piece of an input in pieces; NULL: the input is whole. Call format_next instead. */
    bool (*next)(void *context, str *piece);
    void *context;
    bool was_read; /* used by format_next only */
};

/* Moves to the next piece of the input, initially the first one. Returns false at the end, or if the source cannot be
 * read further, which the loader reports. A piece lives until the next call. A whole input is one piece. */
static inline bool format_next(struct format_input *in, str *piece) {
    if (in->next) return in->next(in->context, piece);
    *piece = in->bytes;
    bool is_first = !in->was_read;
    in->was_read = true;
    return is_first;
}

/* FORMAT_STREAM rows read any input with format_next, so large inputs need not be in memory. FORMAT_WHOLE rows need the
 * whole input in in->bytes. */
enum format_way { FORMAT_WHOLE, FORMAT_STREAM };

#define FORMAT(id, name, way)                                                                                          \
    enum sniff sniff_##id(str start, bool is_all);                                                                     \
    enum format_verdict decode_##id(struct format_input *in, struct profile *out, struct err *e);
#include "formats/table.def"
#undef FORMAT

#endif
