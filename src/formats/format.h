/* What a format is: how it is recognized and how it is decoded. Every format has one file with the two functions
 * sniff_NAME and decode_NAME, and one row in table.def, which declares both below.
 *
 * Sniffing looks at the first 64 KB of the unpacked input, once. It must not allocate and must be quick: most inputs
 * are of another format. It answers SNIFF_YES    this is the format and no other one; SNIFF_MAYBE  it may be; formats
 * that answer so are tried in the order of the table; SNIFF_NO     it is not; SNIFF_MORE   `start` is too short to
 * tell. Never with `is_all`. It is asked again, with the whole input.
 *
 * Decoding makes one profile, sealed (build_seal) and with the invariants of profile.h. Several events of a recording
 * become sample types of that profile. It allocates in in->arena only: the profile, its strings included, must live
 * there or in in->bytes, which lives as long. It bounds what it allocates by what it reads: any bytes may come. */
#ifndef CPROF_FORMATS_FORMAT_H
#define CPROF_FORMATS_FORMAT_H

#include "profile/profile.h"

enum sniff { SNIFF_NO, SNIFF_MORE, SNIFF_MAYBE, SNIFF_YES };

enum format_verdict {
    FORMAT_OK,
    FORMAT_UNRECOGNIZED, /* it is another format: those that follow are tried; no error is recorded */
    FORMAT_BROKEN,       /* the error is recorded; "parsing profile: " is put before it */
    FORMAT_BAD_LINE,     /* the error is recorded and starts with ":LINE: "; nothing is put between it and the source */
    FORMAT_INVALID       /* read well, but against the rules of a profile; "malformed profile: " is put before it */
};

struct load_options {
    bool lenient; /* skip what makes no sense and say how many; otherwise it is an error that names the line */
    uint64_t
        *left_out; /* what `lenient` skips is added to it: lines, or what the format has in their place; may be NULL */
    /* Progress, for a terminal and for -v; may be NULL. Called seldom: per stage, per megabytes. Bytes are packed ones;
     * a total of 0 is not known. */
    void (*stage)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

/* The input of a decoder. */
struct format_input {
    struct arena *arena; /* of the profile */
    const struct load_options *options;
    str bytes;     /* all of the input, which lives as long as the arena; empty where it comes in pieces */
    uint64_t size; /* how long it is, about: a hint, 0 if not known */
    /* The next piece of an input that comes in pieces; NULL: it does not. Use format_next. */
    bool (*next)(void *context, str *piece);
    void *context;
    bool was_read; /* of format_next alone */
};

/* Moves to the next piece of the input, the first one at first; false at the end, or where the source cannot be read
 * further, which the loader reports. A piece of an input that comes in pieces lives until the next call; what comes
 * whole is one piece. */
static inline bool format_next(struct format_input *in, str *piece) {
    if (in->next) return in->next(in->context, piece);
    *piece = in->bytes;
    bool is_first = !in->was_read;
    in->was_read = true;
    return is_first;
}

/* FORMAT_STREAM rows read any input by format_next, so a large one need not be in memory. FORMAT_WHOLE rows find all of
 * it in in->bytes. */
enum format_way { FORMAT_WHOLE, FORMAT_STREAM };

#define FORMAT(id, name, way)                                                                                          \
    enum sniff sniff_##id(str start, bool is_all);                                                                     \
    enum format_verdict decode_##id(struct format_input *in, struct profile *out, struct err *e);
#include "formats/table.def"
#undef FORMAT

#endif
