/* For fuzzers: changes to inputs that keep their structure, so that most inputs get past the first check of a reader.
 * Each function changes `size` bytes in place, writes at most `most`, and returns the new size; 0: it found nothing to
 * change, and the bytes are as before. */
#ifndef CPROF_TESTING_MUTATE_H
#define CPROF_TESTING_MUTATE_H

#include <stdio.h>
#include <string.h>

#include "formats/wire.h"
#include "testing/random.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Bytes that are made; what does not fit is dropped. */
struct mutate_out {
    uint8_t *at;
    size_t len, size;
};

static inline void mutate_put(struct mutate_out *out, const uint8_t *bytes, size_t n) {
    if (n > out->size - out->len) n = out->size - out->len;
    if (n) memcpy(out->at + out->len, bytes, n);
    out->len += n;
}

static inline void mutate_put_number(struct mutate_out *out, uint64_t n) {
    for (; n > 0x7f; n >>= 7) mutate_put(out, &(uint8_t){(uint8_t)(n | 0x80)}, 1);
    mutate_put(out, &(uint8_t){(uint8_t)n}, 1);
}

static inline void mutate_put_sized(struct mutate_out *out, uint64_t field, const uint8_t *bytes, size_t n) {
    mutate_put_number(out, field << 3 | WIRE_BYTES);
    mutate_put_number(out, n);
    mutate_put(out, bytes, n);
}

/* Another number than n. Small numbers are ids and indices of strings that exist. */
static inline uint64_t mutate_number(struct random *r, uint64_t n) {
    switch (random_below(r, 8)) {
    case 0: return n + 1;
    case 1: return n - 1;
    case 2: return 0 - (uint64_t)random_below(r, 4);
    case 3: return UINT64_MAX >> random_below(r, 64);
    case 4: return random_bits(r);
    case 5: return random_below(r, 64);
    default: return random_below(r, 8);
    }
}

/* A part of the input. */
struct mutate_part {
    size_t from, to;
};

/* What becomes of one of n parts, and where the parts before `from` and behind `to` stay: it is left out, doubled,
 * moved, replaced by another one, repeated often, or all parts behind it are left out. */
static inline size_t mutate_parts(uint8_t *data, size_t size, size_t most, struct random *r,
                                  const struct mutate_part *part, uint32_t n) {
    enum { LEFT_OUT, TWICE, MOVED, REPLACED, OFTEN, LAST, WAYS };
    if (n == 0) return 0;
    uint32_t which = random_below(r, n), to = random_below(r, n), way = random_below(r, WAYS);
    uint8_t *bytes = malloc(most);
    if (!bytes) return 0;
    struct mutate_out out = {bytes, 0, most};
    mutate_put(&out, data, part[0].from);
    for (uint32_t i = 0; i < n; i++) {
        const struct mutate_part *p = &part[i], *other = &part[to];
        uint32_t times = i != which                        ? 1
                         : way == LEFT_OUT || way == MOVED ? 0
                         : way == OFTEN                    ? 1 + random_below(r, 300)
                                                           : 1;
        if (way == REPLACED && i == which) p = other;
        for (; times > 0; times--) mutate_put(&out, data + p->from, p->to - p->from);
        if ((way == TWICE || way == MOVED) && i == to)
            mutate_put(&out, data + part[which].from, part[which].to - part[which].from);
        if (way == LAST && i == which) break;
        /* what separates the parts */
        size_t next = i + 1 < n ? part[i + 1].from : size;
        mutate_put(&out, data + part[i].to, next - part[i].to);
    }
    memcpy(data, bytes, out.len);
    free(bytes);
    return out.len;
}

enum { MUTATE_PARTS = 2048 };

/* Texts of lines: changes the lines, or the words of one line, or a number. */
static inline bool mutate_is_word(uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80 || c == '_' ||
           c == '.';
}

static inline size_t mutate_decimal(uint8_t *data, size_t size, size_t most, struct random *r,
                                    const struct mutate_part *word) {
    char text[32];
    uint64_t old = 0;
    bool hex = word->to - word->from > 2 && data[word->from + 1] == 'x';
    for (size_t i = word->from; i < word->to && data[i] >= '0' && data[i] <= '9'; i++) old = old * 10 + data[i] - '0';
    int n = snprintf(text, sizeof text,
                     hex                   ? "0x%" PRIx64
                     : random_one_in(r, 4) ? "%" PRId64
                                           : "%" PRIu64,
                     mutate_number(r, old));
    size_t rest = size - word->to;
    if (word->from + (size_t)n + rest > most) return 0;
    memmove(data + word->from + n, data + word->to, rest);
    memcpy(data + word->from, text, (size_t)n);
    return word->from + (size_t)n + rest;
}

static inline size_t mutate_lines(uint8_t *data, size_t size, size_t most, struct random *r) {
    static struct mutate_part part[MUTATE_PARTS];
    uint32_t n = 0;
    if (random_one_in(r, 2)) {
        for (size_t at = 0; at < size && n < MUTATE_PARTS;) {
            const uint8_t *end = memchr(data + at, '\n', size - at);
            size_t to = end ? (size_t)(end - data) + 1 : size;
            part[n++] = (struct mutate_part){at, to};
            at = to;
        }
        return mutate_parts(data, size, most, r, part, n);
    }
    for (size_t at = 0; at < size && n < MUTATE_PARTS;) {
        size_t to = at;
        while (to < size && mutate_is_word(data[to])) to++;
        if (to > at) part[n++] = (struct mutate_part){at, to};
        at = to + (to == at);
    }
    uint32_t which = n ? random_below(r, n) : 0;
    bool number = n && data[part[which].from] >= '0' && data[part[which].from] <= '9';
    if (number && random_one_in(r, 2)) return mutate_decimal(data, size, most, r, &part[which]);
    /* words near each other, as those of one line */
    uint32_t from = n > 12 ? random_below(r, n - 12) : 0;
    return mutate_parts(data, size, most, r, part + from, n > 12 ? 12 : n);
}

/* The mutation of fuzzers that read lines of text: half of the time of lines and words, else of bytes. */
static inline size_t mutate_text(uint8_t *data, size_t size, size_t most, unsigned seed) {
    struct random r = {seed};
    size_t changed = random_one_in(&r, 2) ? mutate_lines(data, size, most, &r) : 0;
    return changed ? changed : LLVMFuzzerMutate(data, size, most);
}

/* The end of the JSON value at `at`, without a check; never behind `size`. */
static inline size_t mutate_json_end(const uint8_t *data, size_t size, size_t at) {
    uint32_t depth = 0;
    for (bool quoted = false; at < size; at++) {
        uint8_t c = data[at];
        if (quoted) {
            if (c == '\\') at++;
            if (c == '"') quoted = false;
            if (c == '"' && depth == 0) return at + 1 < size ? at + 1 : size;
            continue;
        }
        if (c == '"') quoted = true;
        if (c == '[' || c == '{') depth++;
        if ((c == ',' || c == ':') && depth == 0) return at;
        if (c == ']' || c == '}') {
            if (depth == 0) return at;
            if (--depth == 0) return at + 1;
        }
    }
    return size;
}

/* JSON: changes the elements of an array or of an object, or one value. */
static inline size_t mutate_json(uint8_t *data, size_t size, size_t most, struct random *r) {
    static const char *const values[] = {"null",
                                         "true",
                                         "-1",
                                         "0",
                                         "1.5",
                                         "1e400",
                                         "9223372036854775807",
                                         "\"\"",
                                         "\"\\u0000\"",
                                         "[]",
                                         "{}",
                                         "\"x\"",
                                         "18446744073709551616"};
    static struct mutate_part part[MUTATE_PARTS];
    size_t begin[256], at;
    uint32_t n = 0, n_begin = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] != '[' && data[i] != '{') continue;
        begin[n_begin < 256 ? n_begin : random_below(r, 256)] = i;
        n_begin += n_begin < 256;
    }
    if (!n_begin) return 0;
    at = begin[random_below(r, n_begin)] + 1;
    while (at < size && n < MUTATE_PARTS) {
        size_t to = mutate_json_end(data, size, at);
        if (to < size && data[to] == ':') to = mutate_json_end(data, size, to + 1);
        part[n++] = (struct mutate_part){at, to};
        if (to >= size || data[to] != ',') break;
        at = to + 1;
    }
    if (n && random_one_in(r, 3)) {
        struct mutate_part *p = &part[random_below(r, n)];
        size_t from = p->from, key = mutate_json_end(data, size, from);
        if (key < size && data[key] == ':') from = key + 1;
        const char *value = values[random_below(r, sizeof values / sizeof *values)];
        size_t len = strlen(value), rest = size - p->to;
        if (from > p->to || from + len + rest > most) return 0;
        memmove(data + from + len, data + p->to, rest);
        memcpy(data + from, value, len);
        return from + len + rest;
    }
    return mutate_parts(data, size, most, r, part, n);
}

/* A protobuf message of any kind. Bytes that can be read as a message are often taken for one. Writes a message with
 * one change, in itself or in one that it contains; false if it cannot be read. */
static inline bool mutate_put_message(struct mutate_out *out, struct random *r, struct wire w, unsigned depth) {
    enum { MOST = 512, DEEPEST = 12 };
    struct wire_field field[MOST];
    const uint8_t *at[MOST + 1];
    uint32_t n = 0;
    for (at[0] = w.p; w.p < w.end; at[n] = w.p)
        if (n == MOST || !wire_next(&w, &field[n++])) return false;
    if (n == 0) return false;
    enum { INSIDE, NUMBER, LEFT_OUT, TWICE, MOVED, WAYS };
    uint32_t which = random_below(r, n), to = random_below(r, n);
    uint32_t way = random_one_in(r, 2) ? INSIDE : random_below(r, WAYS);
    for (uint32_t i = 0; i < n; i++) {
        const struct wire_field *f = &field[i];
        if (i == to && (way == TWICE || way == MOVED)) mutate_put(out, at[which], (size_t)(at[which + 1] - at[which]));
        if (i != which || way == TWICE) {
            mutate_put(out, at[i], (size_t)(at[i + 1] - at[i]));
            continue;
        }
        if (way == LEFT_OUT || way == MOVED) continue;
        uint64_t number = way == NUMBER ? 1 + random_below(r, 15) : f->number;
        if (f->type == WIRE_VARINT) {
            mutate_put_number(out, number << 3);
            mutate_put_number(out, mutate_number(r, f->value));
        } else if (f->type == WIRE_BYTES) {
            uint8_t bytes[4096];
            struct mutate_out part = {bytes, 0, sizeof bytes};
            bool inside = depth < DEEPEST && !random_one_in(r, 8) && mutate_put_message(&part, r, f->bytes, depth + 1);
            if (!inside) {
                part.len = 0;
                mutate_put(&part, f->bytes.p, (size_t)(f->bytes.end - f->bytes.p));
                part.len = LLVMFuzzerMutate(part.at, part.len, part.size);
            }
            mutate_put_sized(out, number, part.at, part.len);
        } else {
            mutate_put(out, at[i], (size_t)(at[i + 1] - at[i]));
        }
    }
    return true;
}

static inline size_t mutate_message(uint8_t *data, size_t size, size_t most, struct random *r) {
    uint8_t *bytes = malloc(most);
    struct mutate_out out = {bytes, 0, most};
    bool done = bytes && mutate_put_message(&out, r, (struct wire){data, data + size}, 0) && out.len;
    if (done) memcpy(data, bytes, out.len);
    free(bytes);
    return done ? out.len : 0;
}

/* Words of 8 bytes: changes the words, or one of them. */
static inline size_t mutate_words(uint8_t *data, size_t size, size_t most, struct random *r) {
    static struct mutate_part part[MUTATE_PARTS];
    uint32_t n = 0;
    for (size_t at = 0; at + 8 <= size && n < MUTATE_PARTS; at += 8) part[n++] = (struct mutate_part){at, at + 8};
    if (n == 0 || random_one_in(r, 2)) return mutate_parts(data, size, most, r, part, n);
    uint64_t word;
    uint8_t *at = data + part[random_below(r, n)].from;
    memcpy(&word, at, sizeof word);
    word = mutate_number(r, word);
    memcpy(at, &word, sizeof word);
    return size;
}

/* A Go execution trace: changes the batches, or the numbers in one, whose size is then right. */
static inline size_t mutate_trace(uint8_t *data, size_t size, size_t most, struct random *r) {
    enum { HEADER = 16, NUMBERS = 4 };
    static struct mutate_part batch[MUTATE_PARTS], part[MUTATE_PARTS];
    struct mutate_part body[MUTATE_PARTS];
    uint32_t n = 0, n_parts = 0;
    struct wire w = {data + HEADER, data + size};
    if (size <= HEADER) return 0;
    while (w.p < w.end && n < MUTATE_PARTS) {
        uint64_t number[NUMBERS] = {0};
        const uint8_t *from = w.p++;
        for (int i = 0; i < NUMBERS; i++)
            if (!wire_varint(&w, &number[i])) return 0;
        if (number[NUMBERS - 1] > (uint64_t)(w.end - w.p)) return 0;
        body[n] = (struct mutate_part){(size_t)(w.p - data), (size_t)(w.p - data) + number[NUMBERS - 1]};
        w.p += number[NUMBERS - 1];
        batch[n++] = (struct mutate_part){(size_t)(from - data), (size_t)(w.p - data)};
    }
    if (n == 0 || random_one_in(r, 4)) return mutate_parts(data, size, most, r, batch, n);
    uint32_t which = random_below(r, n);
    size_t len = body[which].to - body[which].from, room = 2 * len + 64;
    uint8_t *inside = malloc(room), *bytes = malloc(most);
    struct mutate_out out = {bytes, 0, most};
    if (inside && bytes) {
        memcpy(inside, data + body[which].from, len);
        struct wire numbers = {inside, inside + len};
        uint64_t value;
        while (numbers.p < numbers.end && n_parts < MUTATE_PARTS) {
            const uint8_t *from = numbers.p;
            if (!wire_varint(&numbers, &value)) break;
            part[n_parts++] = (struct mutate_part){(size_t)(from - inside), (size_t)(numbers.p - inside)};
        }
        size_t changed = random_one_in(r, 2) ? mutate_parts(inside, len, room, r, part, n_parts) : 0;
        if (!changed) changed = LLVMFuzzerMutate(inside, len, room);
        /* the batch's head up to its size, which has as many bytes as it needs */
        struct wire head = {data + batch[which].from + 1, data + size};
        for (int i = 0; i < NUMBERS - 1; i++) wire_varint(&head, &value);
        mutate_put(&out, data, (size_t)(head.p - data));
        mutate_put_number(&out, changed);
        mutate_put(&out, inside, changed);
        mutate_put(&out, data + body[which].to, size - body[which].to);
        memcpy(data, bytes, out.len);
    }
    free(inside);
    free(bytes);
    return out.len;
}

#endif
