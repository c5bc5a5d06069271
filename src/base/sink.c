/* Buffered output to a file descriptor, to memory or to a function. */
#include "base/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digits.h"
#include "base/memory.h"
#include "base/tuning.h"

void sink_to_fd(struct sink *s, int fd) { *s = (struct sink){.fd = fd}; }
void sink_to_memory(struct sink *s) { *s = (struct sink){.fd = -1}; }

void sink_to_function(struct sink *s, sink_drain drain, void *context) {
    *s = (struct sink){.fd = -1, .drain = drain, .context = context};
}

static bool is_memory(const struct sink *s) { return s->fd < 0 && !s->drain; }

static void write_out(struct sink *s, const char *p, size_t n) {
    if (s->drain) {
        if (n) s->drain(s->context, p, n);
        return;
    }
    while (n && !s->errnum) {
        ssize_t done = write(s->fd, p, n);
        if (done >= 0) {
            p += done;
            n -= (size_t)done;
        } else if (errno != EINTR) {
            s->errnum = errno;
        }
    }
}

bool sink_flush(struct sink *s) {
    if (!is_memory(s)) {
        write_out(s, s->buf, s->len);
        s->total += s->len;
        s->len = 0;
    }
    return s->errnum == 0;
}

static void grow(struct sink *s, size_t want) {
    size_t cap = s->cap ? s->cap : 4096;
    while (cap < want) cap *= 2;
    s->buf = memory_resize(s->buf, cap);
    s->cap = cap;
}

void sink_reserve_slow(struct sink *s, size_t n) {
    if (n > SIZE_MAX / 4) memory_exhausted(n);
    if (is_memory(s)) {
        grow(s, s->len + n);
        return;
    }
    /* a file's buffer starts small, so that a small report costs no large allocation */
    if (s->cap < TUNING_SINK_BUFFER && s->len + n <= TUNING_SINK_BUFFER) {
        grow(s, s->len + n);
        return;
    }
    sink_flush(s);
    if (n > s->cap) grow(s, n > TUNING_SINK_BUFFER ? n : TUNING_SINK_BUFFER);
}

void sink_block(struct sink *s, str v) {
    if (is_memory(s)) {
        sink_str(s, v);
        return;
    }
    sink_flush(s);
    write_out(s, v.ptr, v.len);
    s->total += v.len;
}

void sink_write_slow(struct sink *s, const void *p, size_t n) {
    if (n == 0) return;
    if (!is_memory(s) && n >= TUNING_SINK_BUFFER) {
        sink_block(s, (str){p, n});
        return;
    }
    sink_reserve(s, n);
    memcpy(s->buf + s->len, p, n);
    s->len += n;
}

bool sink_close(struct sink *s, struct err *e) {
    sink_flush(s);
    free(s->buf);
    int errnum = s->errnum;
    *s = (struct sink){.fd = -1};
    if (errnum) return err_set(e, "%s", strerror(errnum));
    return true;
}

void sink_drop(struct sink *s) { sink_close(s, NULL); }

str sink_bytes(const struct sink *s) { return (str){s->buf ? s->buf : "", s->len}; }

void sink_repeat(struct sink *s, char c, size_t n) {
    while (n) {
        size_t part = n < 4096 ? n : 4096;
        sink_reserve(s, part);
        memset(s->buf + s->len, c, part);
        s->len += part;
        n -= part;
    }
}

void sink_int(struct sink *s, int64_t v) {
    sink_reserve(s, DIGITS_MOST);
    s->len = (size_t)(digits_write_signed(s->buf + s->len, v) - s->buf);
}

void sink_hex(struct sink *s, uint64_t v) {
    sink_reserve(s, DIGITS_MOST);
    s->len = (size_t)(digits_write_hex(s->buf + s->len, v) - s->buf);
}

/* Length of the UTF-8 sequence at p, by Go's rules: an invalid byte counts as one code point of one byte. */
static size_t rune_length(const unsigned char *p, size_t n) {
    unsigned char c = p[0];
    if (c < 0xC2) return 1;
    size_t need = c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;
    if (need == 1 || need > n) return 1;
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 1;
    for (size_t i = 2; i < need; i++)
        if ((p[i] & 0xC0) != 0x80) return 1;
    return need;
}

static size_t count_runes(str v) {
    size_t runes = 0;
    for (size_t i = 0; i < v.len; runes++) i += rune_length((const unsigned char *)v.ptr + i, v.len - i);
    return runes;
}

void sink_right(struct sink *s, str v, int width) {
    size_t runes = count_runes(v);
    if (width > 0 && runes < (size_t)width) sink_repeat(s, ' ', (size_t)width - runes);
    sink_str(s, v);
}

void sink_left(struct sink *s, str v, int width) {
    size_t runes = count_runes(v);
    sink_str(s, v);
    if (width > 0 && runes < (size_t)width) sink_repeat(s, ' ', (size_t)width - runes);
}

void sink_printf(struct sink *s, const char *format, ...) {
    char small[512];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof small) {
        sink_write(s, small, (size_t)n);
    } else if (n > 0) {
        sink_reserve(s, (size_t)n + 1);
        vsnprintf(s->buf + s->len, (size_t)n + 1, format, again);
        s->len += (size_t)n;
    }
    va_end(again);
}
