/* What formats in lines of text share: reading them on all threads, and faults of lines. */
#ifndef CPROF_FORMATS_NAMES_TEXTLINES_H
#define CPROF_FORMATS_NAMES_TEXTLINES_H

#include "formats/format.h"

/* A file is cut into blocks of whole lines, each of which is looked at on some thread and then used on this one. There
 * are textlines_slots() blocks at the same time. */
struct textlines_work {
    /* Looks at the whole lines of the first 64 KB, before anything else; may be NULL. */
    void (*start)(void *context, str text);
    /* Looks at a block, on any thread; `text` stays until `use` has returned. The last line may lack its newline. */
    void (*look)(void *context, int slot, str text);
    /* Uses what `look` has found, in the order of the blocks; false: enough was read. */
    bool (*use)(void *context, int slot);
    void *context;
};
int textlines_slots(void);
/* All of the input. */
void textlines_read(struct format_input *in, struct textlines_work work);

/* Takes the next line off *rest, without its newline and the carriage return before it; false at the end. */
bool textlines_next(str *rest, str *line);
/* Without blanks at both ends: spaces and tabs. */
str textlines_trim(str line);
static inline bool textlines_is_blank(char c) { return c == ' ' || c == '\t'; }
static inline bool textlines_is_digit(char c) { return c >= '0' && c <= '9'; }

/* Line `line`, the first one is 1, makes no sense: true, and counted, where such lines are skipped; else false, with
 * the error of FORMAT_BAD_LINE. */
bool textlines_skip(const struct load_options *options, uint64_t line, const char *why, struct err *e);

/* The first bytes cannot be text: a zero byte is among them. */
bool textlines_is_binary(str start);

#endif
