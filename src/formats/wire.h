/* A checked reader of protobuf wire bytes: decoders read them only through it. The rules are those of pprof's own
 * decoder (profile/proto.go), which is laxer than a generated parser in some places. */
#ifndef CPROF_FORMATS_WIRE_H
#define CPROF_FORMATS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
    const uint8_t *p, *end;
};

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct wire_field {
    uint64_t number;
    enum wire_type type;
    uint64_t value;    /* WIRE_VARINT */
    struct wire bytes; /* WIRE_BYTES */
};

/* The slow path of wire_varint: longer numbers, and errors. */
static __attribute__((noinline, unused)) bool wire_long_varint(struct wire *w, uint64_t *out) {
    const uint8_t *p = w->p;
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 70 && p < w->end; shift += 7) {
        uint8_t c = *p++;
        v |= (uint64_t)(c & 0x7f) << (shift & 63);
        if (c < 0x80) {
            *out = v;
            w->p = p;
            return true;
        }
    }
    return false;
}

/* Reads at most 10 bytes; drops bits beyond 64. Returns false at the end of the bytes. */
static inline bool wire_varint(struct wire *w, uint64_t *out) {
    const uint8_t *p = w->p;
    ptrdiff_t left = w->end - p;
    if (left >= 1 && p[0] < 0x80) {
        *out = p[0];
        w->p = p + 1;
        return true;
    }
    if (left >= 2 && p[1] < 0x80) {
        *out = (p[0] & 0x7fu) | (uint64_t)p[1] << 7;
        w->p = p + 2;
        return true;
    }
    if (left >= 3 && p[2] < 0x80) {
        *out = (p[0] & 0x7fu) | (p[1] & 0x7fu) << 7 | (uint64_t)p[2] << 14;
        w->p = p + 3;
        return true;
    }
    return wire_long_varint(w, out);
}

/* Reads the next field; groups and unknown wire types are errors, as are lengths beyond the end. */
static inline bool wire_next(struct wire *w, struct wire_field *f) {
    uint64_t tag;
    if (!wire_varint(w, &tag)) return false;
    f->number = tag >> 3;
    f->type = (enum wire_type)(tag & 7);
    switch (tag & 7) {
    case WIRE_VARINT: return wire_varint(w, &f->value);
    case WIRE_BYTES: {
        uint64_t n;
        if (!wire_varint(w, &n) || n > (uint64_t)(w->end - w->p)) return false;
        f->bytes = (struct wire){w->p, w->p + n};
        w->p += n;
        return true;
    }
    case WIRE_FIXED64:
        if (w->end - w->p < 8) return false;
        w->p += 8;
        return true;
    case WIRE_FIXED32:
        if (w->end - w->p < 4) return false;
        w->p += 4;
        return true;
    default: return false;
    }
}

/* wire_numbers for fields in any order. */
static __attribute__((noinline, unused)) bool wire_any_numbers(struct wire w, uint64_t *number, unsigned n) {
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number < 1 || f.number > n) continue;
        if (f.type != WIRE_VARINT) return false;
        number[f.number] = f.value;
    }
    return true;
}

/* Takes the next field if it is the number `field`, below 16. Returns false if it is cut off. */
static inline bool wire_take_number(struct wire *w, unsigned field, uint64_t *number) {
    if (w->p == w->end || *w->p != field << 3) return true;
    w->p++;
    return wire_varint(w, number);
}

/* Reads a message with numbers in fields 1 to n, all below 16: number[field] becomes the last one of each, or is not
 * changed. Skips other fields. */
static inline bool wire_numbers(struct wire w, uint64_t *number, unsigned n) {
    /* usually each comes once, in order */
    for (unsigned field = 1; field <= n; field++)
        if (!wire_take_number(&w, field, &number[field])) return false;
    return w.p == w.end || wire_any_numbers(w, number, n);
}

/* The completeness of the next field. WIRE_WHOLE: it has *size bytes. WIRE_PART: *size bytes are needed in all (0: not
 * known yet). WIRE_BROKEN: no further bytes can complete it. */
enum wire_extent { WIRE_WHOLE, WIRE_PART, WIRE_BROKEN };
static inline enum wire_extent wire_extent(struct wire w, uint64_t *size) {
    enum { LONGEST_VARINT = 10 };
    const uint8_t *start = w.p;
    uint64_t tag, n = 0;
    *size = 0;
    for (int numbers = 0;; numbers++) {
        bool there = wire_varint(&w, numbers ? &n : &tag);
        if (!there) return w.end - w.p < LONGEST_VARINT ? WIRE_PART : WIRE_BROKEN;
        if (numbers) break;
        unsigned type = tag & 7;
        if (type == WIRE_FIXED64 || type == WIRE_FIXED32) {
            *size = (uint64_t)(w.p - start) + (type == WIRE_FIXED64 ? 8 : 4);
            return *size <= (uint64_t)(w.end - start) ? WIRE_WHOLE : WIRE_PART;
        }
        if (type != WIRE_VARINT && type != WIRE_BYTES) return WIRE_BROKEN;
    }
    if (n > UINT64_MAX / 4 && (tag & 7) == WIRE_BYTES) return WIRE_BROKEN;
    *size = (uint64_t)(w.p - start) + ((tag & 7) == WIRE_BYTES ? n : 0);
    return *size <= (uint64_t)(w.end - start) ? WIRE_WHOLE : WIRE_PART;
}

#endif
