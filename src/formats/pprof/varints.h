/* Runs of varints, which are most of a profile. */
#ifndef CPROF_FORMATS_PPROF_VARINTS_H
#define CPROF_FORMATS_PPROF_VARINTS_H

#include <stdbool.h>
#include <stdint.h>

/* A run that is being read. Each number is stored minus one, as an index: 0 becomes UINT32_MAX. */
struct varints {
    const uint8_t *p, *end;
    uint32_t *out; /* room for as many numbers as there are bytes from p to end, and VARINTS_PADDING more */
    uint32_t most; /* the largest index stored so far, 0 at first */
};
enum { VARINTS_PADDING = 4, VARINTS_READ_AHEAD = 64 }; /* READ_AHEAD: bytes after the end that may be read */

/* Takes numbers up to the end, or to one of more than four bytes, or to one that is cut off. */
void varints_take(struct varints *v);
/* The same, one number after the other: what varints_take does on other processors, and its oracle. */
void varints_take_straight(struct varints *v);

#endif
