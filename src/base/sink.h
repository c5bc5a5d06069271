/* Buffered output to a file descriptor, to memory or to a function. Writers need not check for errors: the sink keeps
 * the first one, and sink_close reports it. */
#ifndef CPROF_BASE_SINK_H
#define CPROF_BASE_SINK_H

#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

typedef void (*sink_drain)(void *context, const char *p, size_t n);

struct sink {
    char *buf; /* malloc'd */
    size_t len, cap;
    int fd; /* -1: to memory, where buf grows and holds everything, or to `drain` */
    sink_drain drain;
    void *context;
    int errnum;     /* of the first failed write; 0: none failed */
    uint64_t total; /* bytes written so far, buffered ones included */
};

void sink_to_fd(struct sink *s, int fd); /* does not own fd */
void sink_to_memory(struct sink *s);
void sink_to_function(struct sink *s, sink_drain drain, void *context); /* called once per full buffer */
bool sink_flush(struct sink *s);
/* Flushes and frees the sink. Fails with the system's message if any write failed. */
bool sink_close(struct sink *s, struct err *e);
/* Flushes and frees a sink whose errors do not matter: one in memory, which cannot fail, or standard error. */
void sink_drop(struct sink *s);
str sink_bytes(const struct sink *s); /* a memory sink's contents, valid until the next write or close */
void sink_reserve_slow(struct sink *s, size_t n);
void sink_write_slow(struct sink *s, const void *p, size_t n);

/* Makes room for n bytes at s->buf + s->len. */
static inline void sink_reserve(struct sink *s, size_t n) {
    if (n > s->cap - s->len) sink_reserve_slow(s, n);
}
static inline void sink_write(struct sink *s, const void *p, size_t n) {
    if (n <= s->cap - s->len) {
        memcpy(s->buf + s->len, p, n);
        s->len += n;
    } else {
        sink_write_slow(s, p, n);
    }
}
/* Writes a large block, without a copy if the sink is not in memory. */
void sink_block(struct sink *s, str v);
static inline void sink_char(struct sink *s, char c) { sink_write(s, &c, 1); }
static inline void sink_str(struct sink *s, str v) {
    if (v.len) sink_write(s, v.ptr, v.len);
}
/* Compiles for string literals only, because of its length. */
#define sink_text(s, literal) sink_write((s), "" literal "", sizeof(literal) - 1)
void sink_repeat(struct sink *s, char c, size_t n);
void sink_int(struct sink *s, int64_t v);  /* decimal */
void sink_hex(struct sink *s, uint64_t v); /* lower case, no prefix */
/* Right-aligned in `width` code points, as Go's %Ns; each byte of invalid UTF-8 counts as one. */
void sink_right(struct sink *s, str v, int width);
void sink_left(struct sink *s, str v, int width); /* %-Ns */
void sink_printf(struct sink *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
