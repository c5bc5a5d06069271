/* Shared parts of formats in lines of text: reading lines on all threads, and errors with line numbers. */
#ifndef CPROF_FORMATS_NAMES_TEXTLINES_H
#define CPROF_FORMATS_NAMES_TEXTLINES_H

#include "formats/format.h"

/* A file is cut into blocks of whole lines. Any thread parses a block, and then this thread uses it. textlines_slots()
 * blocks exist at the same time. */
struct textlines_work {
    /* Gets the whole lines of the first 64 KB, before the other calls; may be NULL. */
    void (*start)(void *context, str text);
    /* Parses a block, on any thread; `text` stays valid until `use` has returned. The last line may lack its
     * newline. */
    void (*look)(void *context, int slot, str text);
    /* Uses the results of `look`, in the order of the blocks. Returns false to stop reading. */
    bool (*use)(void *context, int slot);
    void *context;
};
int textlines_slots(void);
/* Reads the whole input. */
void textlines_read(struct format_input *in, struct textlines_work work);

/* Takes the next line off *rest, without its newline and the carriage return before it; false at the end. */
bool textlines_next(str *rest, str *line);
/* Removes blanks (spaces and tabs) at both ends. */
str textlines_trim(str line);
static inline bool textlines_is_blank(char c) { return c == ' ' || c == '\t'; }
static inline bool textlines_is_digit(char c) { return c >= '0' && c <= '9'; }

/* Reports that a line (the first is 1) makes no sense. If such lines are skipped, counts it and returns true; else
 * returns false with the error of FORMAT_BAD_LINE. */
bool textlines_skip(const struct load_options *options, uint64_t line, const char *why, struct err *e);

/* For tests: blocks of `size` bytes, completed to whole lines; 0: of the usual size. */
void textlines_set_block(size_t size);

/* Returns true if the first bytes contain a zero byte, which text cannot. */
bool textlines_is_binary(str start);

#endif
