/* mklife: writes a profile (gzip) whose shape is that of the profiles that people open, to standard output.
 *
 *     mklife SAMPLES SEED [heap] [labels] [first] > life.pb.gz
 *
 * Nine stacks in ten are distinct. They are 10 to 60 frames deep, about 24 in the middle, and share three frames in ten
 * with the stack before. Locations grow with the square root of the samples, three to a function, and a sixth of them
 * have inlined calls. They are numbered in the order in which samples meet them, so that frequent ones have short
 * numbers.
 *
 *     heap     four values and a size for each sample, in place of two values
 *     labels   an endpoint, a tenant and a thread for each sample
 *     first    the tables come before the samples; usually after, in the order of profile.proto
 *
 * 550 samples take 25 KB, 8,000 210 KB, 40,000 1 MB and 180,000 5 MB. */
#include "messages.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    SHALLOW = 10,
    DEEP = 60,
    CALLEES = 5,
    PER_FUNCTION = 3,
    PER_FILE = 6,
    LINES = 3,
    ENDPOINTS = 40,
    TENANTS = 200
};

struct path {
    uint32_t depth;
    uint32_t location[DEEP]; /* root first */
};

struct texts {
    char **at;
    size_t n, room;
};

static uint32_t n_locations, n_functions;
static uint32_t *number;     /* of each location, from 1; 0: no sample has it */
static uint32_t *met, n_met; /* locations in the order of their numbers */
static struct texts strings;

static void *checked(void *memory) {
    if (memory) return memory;
    fputs("mklife: out of memory\n", stderr);
    exit(1);
}

static uint64_t string(const char *text) {
    if (strings.n == strings.room) {
        strings.room = strings.room ? 2 * strings.room : 1024;
        strings.at = checked(realloc(strings.at, strings.room * sizeof *strings.at));
    }
    strings.at[strings.n] = checked(strdup(text));
    return strings.n++;
}

static void write_named_type(unsigned field, const char *type, const char *unit) {
    uint64_t index = string(type);
    write_type(field, index, string(unit));
}

/* A function calls few others, though some of them are called from everywhere. */
static uint32_t callee_of(uint32_t location) {
    uint64_t h = mixed((uint64_t)location / PER_FUNCTION * CALLEES + skewed(CALLEES, 8));
    return (uint32_t)(pow((double)(h >> 11) * 0x1p-53, 2.4) * n_locations);
}

/* The next stack: it leaves the one before at a random depth. */
static void grow(struct path *p) {
    uint32_t depth = SHALLOW + skewed(DEEP - SHALLOW + 1, 3.2);
    uint32_t shared = p->depth ? 1 + skewed(p->depth, 1.7) : 0;
    p->depth = shared < depth ? shared : depth - 1;
    for (; p->depth < depth; p->depth++)
        p->location[p->depth] = p->depth ? callee_of(p->location[p->depth - 1] + p->depth % 3) : 0;
}

/* Grows the path until no stack before was like it. `seen` has `room` hashes, a power of two above their number. */
static void grow_distinct(struct path *p, uint64_t *seen, size_t room) {
    for (int turn = 0; turn < 50; turn++) {
        grow(p);
        uint64_t h = 1;
        for (uint32_t i = 0; i < p->depth; i++) h = mixed(h + p->location[i]);
        size_t at = h & (room - 1);
        while (seen[at] && seen[at] != h) at = (at + 1) & (room - 1);
        if (seen[at] == h) continue;
        seen[at] = h;
        return;
    }
}

static void meet(const struct path *p) {
    for (uint32_t i = p->depth; i--;) {
        if (number[p->location[i]]) continue;
        met[n_met++] = p->location[i];
        number[p->location[i]] = n_met;
    }
}

static void write_samples(const struct path *paths, uint32_t n, bool heap, bool labels) {
    uint64_t key[4] = {0}, endpoint[ENDPOINTS], tenant[TENANTS];
    char text[80];
    if (heap) key[3] = string("bytes");
    if (labels) {
        key[0] = string("endpoint"), key[1] = string("tenant"), key[2] = string("thread");
        for (unsigned i = 0; i < ENDPOINTS; i++) {
            snprintf(text, sizeof text, "/api/v2/things%u", i);
            endpoint[i] = string(text);
        }
        for (unsigned i = 0; i < TENANTS; i++) {
            snprintf(text, sizeof text, "tenant-%03u", i);
            tenant[i] = string(text);
        }
    }
    for (uint32_t s = 0; s < n; s++) {
        struct bytes m = {.n = 0}, part = {.n = 0};
        for (uint32_t i = paths[s].depth; i--;) put_varint(&part, number[paths[s].location[i]]);
        put_message(&m, 1, &part);
        part.n = 0;
        uint64_t count = 1 + skewed(30, 6), size = (uint64_t)16 << below(14), live = draw() % (count + 1);
        put_varint(&part, count);
        put_varint(&part, count * (heap ? size : 10000000));
        if (heap) {
            put_varint(&part, live);
            put_varint(&part, live * size);
        }
        put_message(&m, 2, &part);
        if (labels) {
            put_label(&m, key[0], 2, endpoint[skewed(ENDPOINTS, 2)]);
            put_label(&m, key[1], 2, tenant[skewed(TENANTS, 2)]);
            put_label(&m, key[2], 3, 1 + below(64));
        }
        if (heap) put_label(&m, key[3], 3, size);
        write_message(2, &m);
    }
}

static void name_function(uint32_t f, char *name, size_t size) {
    unsigned package = (unsigned)(mixed(f / 20) % 900);
    switch (f % 5) {
    case 0:
        snprintf(name, size, "github.com/example/service/internal/pkg%u.(*Handler%u).Serve%u", package, f % 90, f);
        break;
    case 1:
        snprintf(name, size, "github.com/example/service/internal/pkg%u.process%u.func%u", package, f, f % 4 + 1);
        break;
    case 2: snprintf(name, size, "runtime.step%u", f); break;
    case 3: snprintf(name, size, "encoding/form%u.(*decoder).value%u", package % 30, f); break;
    default: snprintf(name, size, "github.com/other/library%u/v2.Do%u", package % 70, f);
    }
}

/* Functions that are inlined are small, and most are never called: these follow the other ones. */
static uint32_t inlined_function(uint64_t h) {
    uint64_t v = mixed(h);
    return v % 10 ? n_functions + (uint32_t)(v >> 8) % (n_functions / 4 + 1) : (uint32_t)(v >> 8) % n_functions;
}

static void write_tables(void) {
    struct bytes m = {.n = 0};
    put_number(&m, 1, 1);
    put_number(&m, 2, 0x400000);
    put_number(&m, 3, 0x8000000);
    put_number(&m, 5, string("/usr/bin/service"));
    put_number(&m, 6, string("00112233445566778899aabbccddeeff00112233"));
    put_number(&m, 7, 1);
    write_message(3, &m);

    uint32_t n = n_functions + n_functions / 4 + 1;
    bool *used = checked(calloc(n, sizeof *used));
    for (uint32_t i = 0; i < n_met; i++) {
        uint32_t location = met[i], function[LINES] = {location / PER_FUNCTION};
        uint64_t h = mixed(location + 1u);
        uint32_t lines = h % 6 ? 1 : 2 + (uint32_t)(h >> 8) % 2;
        for (uint32_t l = 1; l < lines; l++) function[l] = inlined_function(h + l);
        m.n = 0;
        put_number(&m, 1, i + 1u);
        put_number(&m, 2, 1);
        put_number(&m, 3, 0x400000 + (uint64_t)location * 57);
        for (uint32_t l = lines; l--;) {
            struct bytes line = {.n = 0};
            used[function[l]] = true;
            put_number(&line, 1, function[l] + 1u);
            put_number(&line, 2, 1 + function[l] % 700 + mixed(location + l) % 90);
            put_message(&m, 4, &line);
        }
        write_message(4, &m);
    }
    uint64_t *file = checked(calloc(n / PER_FILE + 1, sizeof *file));
    char text[160];
    for (uint32_t f = 0; f < n; f++) {
        if (!used[f]) continue;
        if (!file[f / PER_FILE]) {
            snprintf(text, sizeof text, "/build/github.com/example/service/internal/pkg%u/file%u.go",
                     (unsigned)(mixed(f / 20) % 900), f / PER_FILE);
            file[f / PER_FILE] = string(text);
        }
        name_function(f, text, sizeof text);
        uint64_t name = string(text);
        m.n = 0;
        put_number(&m, 1, f + 1u);
        put_number(&m, 2, name);
        put_number(&m, 3, name);
        put_number(&m, 4, file[f / PER_FILE]);
        put_number(&m, 5, 1 + f % 700);
        write_message(5, &m);
    }
    free(used);
    free(file);
}

int main(int argc, char **argv) {
    long n = argc > 2 ? atol(argv[1]) : 0;
    bool heap = false, labels = false, first = false;
    for (int i = 3; i < argc; i++) {
        heap |= strcmp(argv[i], "heap") == 0;
        labels |= strcmp(argv[i], "labels") == 0;
        first |= strcmp(argv[i], "first") == 0;
    }
    if (n <= 0 || n > 10000000) {
        fputs("usage: mklife SAMPLES SEED [heap] [labels] [first] > life.pb.gz\n", stderr);
        return 2;
    }
    out = gzdopen(1, "wb6");
    if (!out) return 1;
    n_locations = (uint32_t)(110 * sqrt((double)n)) + DEEP;
    n_functions = n_locations / PER_FUNCTION + 1;
    number = checked(calloc(n_locations, sizeof *number));
    met = checked(calloc(n_locations, sizeof *met));
    struct path *paths = checked(calloc((size_t)n, sizeof *paths)), now = {0};
    size_t room = 1024;
    while (room < 2 * (size_t)n) room *= 2;
    uint64_t *seen = checked(calloc(room, sizeof *seen));

    state = mixed(strtoull(argv[2], NULL, 10) + 1);
    for (uint32_t i = 0; i < n; i++) {
        if (i && below(10) == 0) {
            paths[i] = paths[below(i)];
        } else {
            grow_distinct(&now, seen, room);
            paths[i] = now;
        }
        meet(&paths[i]);
    }

    string("");
    if (heap) {
        write_named_type(1, "alloc_objects", "count");
        write_named_type(1, "alloc_space", "bytes");
        write_named_type(1, "inuse_objects", "count");
        write_named_type(1, "inuse_space", "bytes");
    } else {
        write_named_type(1, "samples", "count");
        write_named_type(1, "cpu", "nanoseconds");
    }
    if (first) write_tables();
    write_samples(paths, (uint32_t)n, heap, labels);
    if (!first) write_tables();
    if (heap)
        write_named_type(11, "space", "bytes");
    else
        write_named_type(11, "cpu", "nanoseconds");
    for (size_t i = 0; i < strings.n; i++) write_field(6, strings.at[i], strlen(strings.at[i]));
    write_number(9, 1700000000000000000u);
    write_number(10, 60000000000u);
    write_number(12, heap ? 524288 : 10000000);
    return gzclose(out) == Z_OK ? 0 : 1;
}
