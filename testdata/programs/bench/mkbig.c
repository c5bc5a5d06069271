/* mkbig: writes a large profile (gzip) to standard output, as a profiler of a large server would.
 *
 *     mkbig SAMPLES SEED [cpu|heap] > big.pb.gz
 *
 * The program behind the profile is always the same, so that profiles with different seeds can be merged and
 * compared: 30,000 functions, 120,000 locations of which a quarter have inlined calls, and a call tree of
 * 300,000 stacks, 29 frames deep on average and up to 110. SEED decides which stacks were met how often; a short
 * run reaches a part of the tree only. As in real profiles every sample has its own labels (cpu: endpoint, tenant,
 * thread; heap: bytes), equal stacks with equal labels are not put together, and only what samples mention is
 * written. A million samples take 118 MB (47 MB packed), 145 take 20 KB packed. */
#include "messages.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { FUNCTIONS = 30000, LOCATIONS = 120000, STACKS = 300000, DEPTH = 110, CALLEES = 8, FILES = 2000, ENDPOINTS = 60, TENANTS = 250 };

struct stack {
    uint32_t caller, location, depth;
};

static struct stack stacks[STACKS];
static bool location_used[LOCATIONS], function_used[FUNCTIONS];
static uint64_t n_strings;

static uint64_t write_string(const char *s) {
    write_field(6, s, strlen(s));
    return n_strings++;
}
static void write_named_type(unsigned field, const char *type, const char *unit) {
    uint64_t index = write_string(type);
    write_type(field, index, write_string(unit));
}

/* The lines of a location, innermost first: what they are depends on the location alone. */
static uint32_t functions_of(uint32_t location, uint32_t function[4]) {
    uint64_t h = mixed(location + 1u);
    uint32_t n = h % 4 ? 1 : 2 + (uint32_t)(h >> 8) % 3;
    for (uint32_t i = 0; i < n; i++)
        function[i] = i + 1 == n ? location / (LOCATIONS / FUNCTIONS) : (uint32_t)(mixed(h + i) % FUNCTIONS);
    return n;
}

static void grow_call_tree(void) {
    stacks[0] = (struct stack){.depth = 1};
    for (uint32_t i = 1; i < STACKS; i++) {
        /* mostly below one of the newest stacks, which makes it deep */
        uint32_t caller = below(20) < 14 ? i - 1 - below(i < 50 ? i : 50) : below(i);
        while (stacks[caller].depth == DEPTH) caller = stacks[caller].caller;
        /* a function calls few others, though some of them are called from everywhere */
        uint64_t callee = mixed((uint64_t)stacks[caller].location / (LOCATIONS / FUNCTIONS) * CALLEES + skewed(CALLEES, 2));
        uint32_t location = (uint32_t)(pow((double)(callee >> 11) * 0x1p-53, 1.7) * LOCATIONS);
        stacks[i] = (struct stack){caller, location, stacks[caller].depth + 1};
    }
}

static void name_function(uint32_t f, char *name, size_t size) {
    unsigned package = f / 25 % 800;
    switch (f % 4) {
    case 0: snprintf(name, size, "example.com/server/internal/pkg%u.(*Kind%u).Do%u", package, f % 90, f); break;
    case 1: snprintf(name, size, "example.com/server/internal/pkg%u.run%u.func%u", package, f, f % 6 + 1); break;
    case 2: snprintf(name, size, "runtime.step%u", f); break;
    default: snprintf(name, size, "server::Map<std::string, Kind%u>::find%u(char const*, int)", f % 90, f);
    }
}

static void write_functions(void) {
    uint64_t files[FILES] = {0};
    char text[200];
    for (uint32_t f = 0; f < FUNCTIONS; f++) {
        if (!function_used[f]) continue;
        struct bytes m = {.n = 0};
        uint32_t file = f % FILES;
        if (!files[file]) {
            snprintf(text, sizeof text, "/build/example.com/server/internal/pkg%u/file%u.go", file % 800, file);
            files[file] = write_string(text);
        }
        name_function(f, text, sizeof text);
        uint64_t name = write_string(text);
        put_number(&m, 1, f + 1u);
        put_number(&m, 2, name);
        put_number(&m, 3, name);
        put_number(&m, 4, files[file]);
        put_number(&m, 5, 1 + f % 1000);
        write_message(5, &m);
    }
}

/* Marks the stack's locations and functions as used. A stack that was marked before has only marked callers. */
static void mark_used(uint32_t stack) {
    static bool marked[STACKS];
    for (uint32_t s = stack, function[4]; !marked[s]; s = stacks[s].caller) {
        marked[s] = true;
        location_used[stacks[s].location] = true;
        for (uint32_t n = functions_of(stacks[s].location, function); n--;) function_used[function[n]] = true;
    }
}

static void write_mapping(void) {
    struct bytes m = {.n = 0};
    put_number(&m, 1, 1);
    put_number(&m, 2, 0x400000);
    put_number(&m, 3, 0x8000000);
    put_number(&m, 5, write_string("/usr/bin/server"));
    put_number(&m, 6, write_string("00112233445566778899aabbccddeeff00112233"));
    for (unsigned known = 7; known <= 10; known++) put_number(&m, known, 1);
    write_message(3, &m);
}

static void write_locations(void) {
    for (uint32_t l = 0; l < LOCATIONS; l++) {
        if (!location_used[l]) continue;
        struct bytes m = {.n = 0};
        put_number(&m, 1, l + 1u);
        put_number(&m, 2, 1);
        put_number(&m, 3, 0x400000 + (uint64_t)l * 41);
        uint32_t function[4], n = functions_of(l, function);
        for (uint32_t i = 0; i < n; i++) {
            struct bytes line = {.n = 0};
            put_number(&line, 1, function[i] + 1u);
            put_number(&line, 2, 1 + function[i] % 1000 + mixed(l + i) % 200);
            put_message(&m, 4, &line);
        }
        write_message(4, &m);
    }
}

static void write_sample(uint32_t stack, bool heap, const uint64_t *key, const uint64_t *endpoint, const uint64_t *tenant) {
    struct bytes m = {.n = 0}, part = {.n = 0};
    for (uint32_t s = stack;; s = stacks[s].caller) {
        put_varint(&part, stacks[s].location + 1u);
        if (s == 0) break;
    }
    put_message(&m, 1, &part);
    part.n = 0;
    uint64_t count = 1 + skewed(300, 3);
    if (heap) {
        uint64_t size = (uint64_t)16 << below(14), live = draw() % (count + 1);
        put_varint(&part, count);
        put_varint(&part, count * size);
        put_varint(&part, live);
        put_varint(&part, live * size);
        put_message(&m, 2, &part);
        put_label(&m, key[3], 3, size);
    } else {
        put_varint(&part, count);
        put_varint(&part, count * 10000000);
        put_message(&m, 2, &part);
        put_label(&m, key[0], 2, endpoint[skewed(ENDPOINTS, 2)]);
        put_label(&m, key[1], 2, tenant[skewed(TENANTS, 2)]);
        put_label(&m, key[2], 3, 1 + below(64));
    }
    write_message(2, &m);
}

int main(int argc, char **argv) {
    long n = argc > 2 ? atol(argv[1]) : 0;
    if (n <= 0) {
        fputs("usage: mkbig SAMPLES SEED [cpu|heap] > big.pb.gz\n", stderr);
        return 2;
    }
    uint64_t seed = strtoull(argv[2], NULL, 10);
    bool heap = argc > 3 && strcmp(argv[3], "heap") == 0;
    out = gzdopen(1, "wb6");
    uint32_t *met = malloc((size_t)n * sizeof *met);
    if (!out || !met) return 1;

    state = 1;
    grow_call_tree();
    state = mixed(seed);
    uint32_t in_reach = n < STACKS / 4 ? (uint32_t)n * 4 : STACKS;
    for (long i = 0; i < n; i++) {
        met[i] = skewed(in_reach, 1.1);
        mark_used(met[i]);
    }

    write_string("");
    if (heap) {
        write_named_type(1, "alloc_objects", "count");
        write_named_type(1, "alloc_space", "bytes");
        write_named_type(1, "inuse_objects", "count");
        write_named_type(1, "inuse_space", "bytes");
        write_named_type(11, "space", "bytes");
    } else {
        write_named_type(1, "samples", "count");
        write_named_type(1, "cpu", "nanoseconds");
        write_named_type(11, "cpu", "nanoseconds");
    }
    write_number(12, heap ? 524288 : 10000000);
    write_number(9, 1700000000000000000u + seed * 60000000000u);
    write_number(10, 60000000000u);
    write_mapping();
    write_functions();
    write_locations();

    uint64_t endpoint[ENDPOINTS], tenant[TENANTS];
    uint64_t key[4] = {write_string("endpoint"), write_string("tenant"), write_string("thread"), write_string("bytes")};
    char text[40];
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        snprintf(text, sizeof text, "/api/v2/things%u", i);
        endpoint[i] = write_string(text);
    }
    for (unsigned i = 0; i < TENANTS; i++) {
        snprintf(text, sizeof text, "tenant-%03u", i);
        tenant[i] = write_string(text);
    }
    for (long i = 0; i < n; i++) write_sample(met[i], heap, key, endpoint, tenant);
    free(met);
    return gzclose(out) == Z_OK ? 0 : 1;
}
