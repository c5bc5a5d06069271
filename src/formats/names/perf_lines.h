/* The lines of `perf script` and simpleperf, each read by itself. All texts are views of the line. */
#ifndef CPROF_FORMATS_NAMES_PERF_LINES_H
#define CPROF_FORMATS_NAMES_PERF_LINES_H

#include "formats/names/textlines.h"

/* PERF_NOTHING: a comment, or a record of mapped files or tasks, which options of perf script add. PERF_SOURCE: the
 * file and line of the frame before it. */
enum perf_kind { PERF_BLANK, PERF_NOTHING, PERF_EVENT, PERF_FRAME, PERF_SOURCE, PERF_UNKNOWN };

/* A line that begins a sample:   COMM  TID|PID/TID  [CPU]  SECONDS.FRACTION:  PERIOD EVENT: REST   */
struct perf_event {
    str who; /* from the command to the processor */
    str event;
    str rest;
    int64_t time, period; /* -1: missing */
    bool too_large;       /* the period has more than 63 bits */
};

/* The kind of a line; fills *event for PERF_EVENT only. */
enum perf_kind perf_kind_of(str line, struct perf_event *event);

/* Splits perf_event.who. Empty: missing. */
struct perf_who {
    str command, pid, tid, cpu;
};
struct perf_who perf_read_who(str who);

/* HEX SYMBOL+0xOFF (FILE), without the offset. */
struct perf_frame_text {
    uint64_t address;
    str symbol, file; /* either may be empty */
    bool inlined;
};
bool perf_read_frame(str line, struct perf_frame_text *out);

/* file.c:12, ??:0 or libc.so.6[27181]. *line is 0 if it has no line number. */
bool perf_read_source(str text, str *file, int64_t *line);

#endif
