/* Unit tests of all formats in this folder. */
#include <stdio.h>
#include <string.h>

#include "base/sink.h"
#include "formats/load.h"
#include "testing/test.h"

/* An input, and the output of pprof -raw for it with blanks squeezed and without headings and duration, or the
 * error. */
struct text_case {
    const char *name, *input, *expected;
};
static const struct text_case text_cases[] = {
    {"heap, sampled, with allocations",
     "heap profile: 3: 300 [ 4: 500] @ heap_v2/524288\n"
     "  1: 100 [ 2: 300] @ 0x400010 0x400020\n"
     "  0: 0 [ 2: 200] @ 0x400010\n"
     "MAPPED_LIBRARIES:\n"
     "00400000-00500000 r-xp 00000000 08:01 1 /bin/main\n",
     "PeriodType: space bytes\n"
     "Period: 524288\n"
     "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes\n"
     "6991 1048726 5243 524338: 1 2\n"
     "bytes:[100]\n"
     "10486 1048676 0 0: 1\n"
     "bytes:[100]\n"
     "1: 0x40000f M=1\n"
     "2: 0x40001f M=1\n"
     "1: 0x400000/0x500000/0x0 /bin/main\n"},
    {"heap, all recorded",
     "heap profile: 1: 8 [ 1: 8] @ heapprofile\n"
     "1: 8 [1: 8] @ 0x11\n",
     "PeriodType: space bytes\n"
     "Period: 1\n"
     "objects/count space/bytes\n"
     "1 8: 1\n"
     "bytes:[8]\n"
     "1: 0x10 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"heap of Go: twice the rate",
     "heap profile: 1: 4096 [ 1: 4096] @ heap/1048576\n"
     "# comment\n"
     "1: 4096 [1: 4096] @ 0x11 0x12\n",
     "PeriodType: space bytes\n"
     "Period: 524288\n"
     "objects/count space/bytes\n"
     "128 526338: 1 2\n"
     "bytes:[4096]\n"
     "1: 0x10 M=1\n"
     "2: 0x11 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"growth",
     "heap profile: 2: 4096 [ 2: 4096] @ growthz\n"
     "2: 4096 [2: 4096] @ 0x21\n",
     "PeriodType: space bytes\n"
     "Period: 1\n"
     "objects/count space/bytes\n"
     "2 4096: 1\n"
     "bytes:[2048]\n"
     "1: 0x20 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"fragmentation",
     "heap profile: 2: 40 [ 2: 40] @ fragmentationz\n"
     "2: 40 [2: 40] @ 0x21\n",
     "PeriodType: space bytes\n"
     "Period: 1\n"
     "objects/count space/bytes\n"
     "2 40: 1\n"
     "bytes:[20]\n"
     "1: 0x20 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"heap, objects missing",
     "heap profile: 1: 8 [ 1: 8] @ heapprofile\n"
     "0: 8 [1: 8] @ 0x11\n",
     "parsing profile: inuse count was 0 but inuse bytes was 8"},
    {"heap, no sample",
     "heap profile: 1: 8 [ 1: 8] @ heapprofile\n"
     "foo\n",
     "parsing profile: unexpected number of sample values: got 0, want 6"},
    {"heap, address too wide",
     "heap profile: 1: 8 [ 1: 8] @ heapprofile\n"
     "1: 8 [1: 8] @ 0x10000000000000000\n",
     "parsing profile: malformed sample: 1: 8 [1: 8] @ 0x10000000000000000: failed to parse as hex 64-bit number: "
     "0x10000000000000000"},
    {"goroutine",
     "goroutine profile: total 3\n"
     "2 @ 0x401001 0x402001\n"
     "#\t0x401000\tmain.f+0x1\n"
     "\n"
     "1 @ 0x401001\n"
     "--- Memory map: ---\n"
     "400000-500000: /bin/main (@1000) abc123\n",
     "PeriodType: goroutine count\n"
     "Period: 1\n"
     "goroutine/count\n"
     "2: 1\n"
     "1: 1\n"
     "1: 0x401000 M=1 main.f :0:0 s=0\n"
     "1: 0x400000/0x500000/0x1000 /bin/main abc123\n"},
    {"goroutine, malformed",
     "goroutine profile: total 3\n"
     "2 @ x\n",
     "parsing profile: malformed profile format"},
    {"threadcreate, a stack that is empty",
     "threadcreate profile: total 7\n"
     "5 @\n"
     "2 @ 0x401001\n",
     "PeriodType: threadcreate count\n"
     "Period: 1\n"
     "threadcreate/count\n"
     "5:\n"
     "2: 1\n"
     "1: 0x401000 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"threadcreate, a blank in place of a stack",
     "threadcreate profile: total 5\n"
     "5 @ \n",
     "parsing profile: malformed profile format"},
    {"threadz",
     "--- threadz 1 ---\n"
     "\n"
     "--- Thread 7f01 (name: main/1) stack: ---\n"
     "  PC: 0x401010 f\n"
     "  0x402020 g\n"
     "--- Thread 7f02 (name: w/2) stack: ---\n"
     "  same as previous thread\n"
     "--- Thread 7f03 (name: w/3) stack: ---\n"
     "  0x401010\n"
     "--- Memory map: ---\n"
     "  400000-500000: /bin/main\n",
     "PeriodType: thread count\n"
     "Period: 1\n"
     "thread/count\n"
     "2: 1 2\n"
     "1: 1\n"
     "1: 0x401010 M=1\n"
     "2: 0x40201f M=1\n"
     "1: 0x400000/0x500000/0x0 /bin/main\n"},
    {"contention",
     "--- contentionz 1 ---\n"
     "cycles/second = 2000000000\n"
     "sampling period = 100\n"
     "ms since reset = 3\n"
     "discarded samples = 0\n"
     "  500 2 @ 0x11 0x22\n"
     "  71 @ 0x33\n",
     "PeriodType: contentions count\n"
     "Period: 100\n"
     "contentions/count delay/nanoseconds\n"
     "200 25000: 1 2\n"
     "100 350: 3\n"
     "1: 0x10 M=1\n"
     "2: 0x21 M=1\n"
     "3: 0x32 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"go mutex",
     "--- mutex:\n"
     "cycles/second=1000000000\n"
     "sampling period=2\n"
     "100 5 @ 0x11 0x22\n"
     "#\t0x10\tmain.f\n",
     "PeriodType: contentions count\n"
     "Period: 2\n"
     "contentions/count delay/nanoseconds\n"
     "10 200: 1\n"
     "1: 0x10 M=1 main.f :0:0 s=0\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"java heap",
     "--- heapz 1 ---\n"
     "format = java\n"
     "resolution = bytes\n"
     "  4096 1 @ 0x10 0x20\n"
     "  8 1 @ 0x30\n"
     "0x10 java.util.List.add (List.java:7)\n"
     "0x20 GC\n"
     "0x30 x generated stub/JIT\n",
     "PeriodType:\n"
     "Period: 0\n"
     "inuse_objects/count inuse_space/bytes\n"
     "128 526338: 1 2\n"
     "bytes:[4096]\n"
     "65536 524292: 3\n"
     "bytes:[8]\n"
     "1: 0x0 java.util.List.add List.java:7:0 s=0\n"
     "2: 0x0 GC :0:0 s=0\n"
     "3: 0x0 STUB :0:0 s=0\n"},
    {"java heap, no objects",
     "--- heapz 1 ---\n"
     "format = java\n"
     "resolution = bytes\n"
     "  4096 0 @ 0x10\n",
     "parsing profile: parsing sample 4096 0 @ 0x10: second value must be non-zero"},
    {"java contention",
     "--- contentionz 1 ---\n"
     "format = java\n"
     "resolution = microseconds\n"
     "sampling period = 10\n"
     "ms since reset = 6\n"
     "  30 2 @ 0x10 0x99\n"
     "0x10 a.b (B.java:-3)\n",
     "PeriodType: contentions count\n"
     "Period: 10\n"
     "contentions/count delay/microseconds\n"
     "20 300: 1 2\n"
     "1: 0x0 a.b B.java:0:0 s=0\n"
     "2: 0x0 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"java, no resolution",
     "--- contentionz 1 ---\n"
     "format = java\n"
     "  30 2 @ 0x10\n",
     "parsing profile: missing sample type information"},
    {"map: neighbours merge, the main binary goes first",
     "x profile: total 1\n"
     "1 @ 0x1801 0x7001\n"
     "--- Memory map: ---\n"
     "7000-8000 r-xp 00000000 08:01 1 /lib/libc.so.6\n"
     "9000-9fff r--p 0 08:01 2 /data\n"
     "1000-2000 r-xp 00000000 08:01 3 /bin/main\n"
     "2000-3000 r-xp 00001000 08:01 3 /bin/main\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1 2\n"
     "1: 0x1800 M=1\n"
     "2: 0x7000 M=2\n"
     "1: 0x1000/0x3000/0x0 /bin/main\n"
     "2: 0x7000/0x8000/0x0 /lib/libc.so.6\n"},
    {"map: log prefix and substitution",
     "x profile: total 1\n"
     "1 @ 0x1801\n"
     "--- Memory map: ---\n"
     "lib=/opt/lib\n"
     "I0101 12:00 maps.cc:12] 1000-2000 r-xp 00000000 08:01 3 $lib/x\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1\n"
     "1: 0x1800 M=1\n"
     "1: 0x1000/0x2000/0x0 /opt/lib/x\n"},
    {"map: a split mapping grows back",
     "x profile: total 1\n"
     "1 @ 0x801 0x1001 0x9001\n"
     "--- Memory map: ---\n"
     "1000-2000 r-xp 00000800 08:01 3 /bin/main\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1 2 3\n"
     "1: 0x800 M=1\n"
     "2: 0x1000 M=1\n"
     "3: 0x9000 M=2\n"
     "1: 0x800/0x2000/0x0 /bin/main\n"
     "2: 0x0/0xffffffffffffffff/0x0\n"},
    {"map: huge page and recognizable start",
     "x profile: total 1\n"
     "1 @ 0x400801\n"
     "--- Memory map: ---\n"
     "300000-400000 r-xp 0 00:00 0 /anon_hugepage\n"
     "500000-600000 r-xp 00100000 08:01 3 /bin/main\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1\n"
     "1: 0x400800 M=2\n"
     "1: 0x300000/0x400000/0x0 /anon_hugepage\n"
     "2: 0x400000/0x600000/0x0 /bin/main\n"},
    {"map: huge page before the main mapping",
     "x profile: total 1\n"
     "1 @ 0x1801\n"
     "--- Memory map: ---\n"
     "1000-2000 r-xp 0 00:00 0 /anon_hugepage\n"
     "2000-3000 r-xp 5000 08:01 3 /bin/main\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1\n"
     "1: 0x1800 M=2\n"
     "1: 0x2000/0x3000/0x5000 /bin/main\n"
     "2: 0x0/0xffffffffffffffff/0x0\n"},
    {"map: numbers without a blank",
     "x profile: total 1\n"
     "1 @ 0x12\n"
     "--- Memory map: ---\n"
     "1020 08:01 3 /bin/main\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1\n"
     "1: 0x11 M=2\n"
     "1: 0x102/0x0/0x0 /bin/main\n"
     "2: 0x0/0xffffffffffffffff/0x0\n"},
    {"map: address 0 has none",
     "x profile: total 1\n"
     "1 @ 0x1 0x2\n"
     "--- Memory map: ---\n",
     "PeriodType: x count\n"
     "Period: 1\n"
     "x/count\n"
     "1: 1 2\n"
     "1: 0x0\n"
     "2: 0x1 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
};

/* A binary profile, by its words. */
struct word_case {
    const char *name;
    unsigned word_size;
    bool big_endian;
    unsigned n_words;
    uint64_t word[40];
    const char *tail, *expected;
};
static const struct word_case word_cases[] = {
    {"cpu 64 bit, little-endian, with a map",
     8,
     false,
     17,
     {0, 3, 0, 0x64, 0, 2, 3, 0x400100, 0x400201, 0x400301, 1, 2, 0x400100, 0x400301, 0, 1, 0},
     "00400000-00401000 r-xp 00000000 08:01 1 /bin/main\n",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "2 200000: 1 2 3\n"
     "1 100000: 1 3\n"
     "1: 0x400100 M=1\n"
     "2: 0x400200 M=1\n"
     "3: 0x400300 M=1\n"
     "1: 0x400000/0x401000/0x0 /bin/main\n"},
    {"cpu 64 bit, big-endian",
     8,
     true,
     17,
     {0, 3, 0, 0x64, 0, 2, 3, 0x400100, 0x400201, 0x400301, 1, 2, 0x400100, 0x400301, 0, 1, 0},
     "",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "2 200000: 1 2 3\n"
     "1 100000: 1 3\n"
     "1: 0x400100 M=1\n"
     "2: 0x400200 M=1\n"
     "3: 0x400300 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"cpu 32 bit, little-endian",
     4,
     false,
     17,
     {0, 3, 0, 0x64, 0, 2, 3, 0x400100, 0x400201, 0x400301, 1, 2, 0x400100, 0x400301, 0, 1, 0},
     "",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "2 200000: 1 2 3\n"
     "1 100000: 1 3\n"
     "1: 0x400100 M=1\n"
     "2: 0x400200 M=1\n"
     "3: 0x400300 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"cpu 32 bit, big-endian, no end marker",
     4,
     true,
     14,
     {0, 3, 0, 0x64, 0, 2, 3, 0x400100, 0x400201, 0x400301, 1, 2, 0x400100, 0x400301},
     "",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "2 200000: 1 2 3\n"
     "1 100000: 1 3\n"
     "1: 0x400100 M=1\n"
     "2: 0x400200 M=1\n"
     "3: 0x400300 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"cpu, a signal handler second in all stacks",
     8,
     false,
     23,
     {0, 3, 0, 0x64, 0, 1, 3, 0x10, 0x99, 0x20, 1, 3, 0x11, 0x99, 0x21, 1, 3, 0x12, 0x99, 0x22, 0, 1, 0},
     "",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "1 100000: 1 2\n"
     "1 100000: 3 4\n"
     "1 100000: 5 6\n"
     "1: 0x10 M=1\n"
     "2: 0x1f M=1\n"
     "3: 0x11 M=1\n"
     "4: 0x20 M=1\n"
     "5: 0x12 M=1\n"
     "6: 0x21 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"cpu, the leaf twice",
     8,
     false,
     17,
     {0, 3, 0, 0x64, 0, 1, 3, 0x10, 0x10, 0x20, 1, 2, 0x11, 0x30, 0, 1, 0},
     "",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "1 100000: 1 3\n"
     "1 100000: 4 5\n"
     "1: 0x10 M=1\n"
     "2: 0xf M=1\n"
     "3: 0x1f M=1\n"
     "4: 0x11 M=1\n"
     "5: 0x2f M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
    {"java cpu",
     8,
     false,
     15,
     {0, 3, 1, 0x64, 0, 3, 2, 0x10, 0x20, 1, 1, 0x30, 0, 1, 0},
     "0x10 run (Main.java:12)\n"
     "0x20 start (/lib/libjvm.so)\n",
     "PeriodType: cpu nanoseconds\n"
     "Period: 100000\n"
     "samples/count cpu/nanoseconds\n"
     "3 300000: 1 2\n"
     "1 100000: 3\n"
     "1: 0x0 run Main.java:12:0 s=0\n"
     "2: 0x0 start libjvm.so:0:0 s=0\n"
     "3: 0x0 M=1\n"
     "1: 0x0/0xffffffffffffffff/0x0\n"},
};

static void put_sample(struct sink *s, const struct profile *p, uint32_t i) {
    for (uint32_t t = 0; t < p->n_types; t++) sink_printf(s, "%s%lld", t ? " " : "", (long long)p->value[t][i]);
    sink_text(s, ":");
    for (uint64_t f = p->stack_off[p->stack_of[i]]; f < p->stack_off[p->stack_of[i] + 1]; f++)
        sink_printf(s, " %llu", (unsigned long long)p->location[p->frame[f]].id);
    for (uint32_t l = p->label_off[i]; l < p->label_off[i + 1]; l++) {
        const struct profile_label *label = &p->label[p->label_ref[l]];
        assert_true(label->numeric);
        sink_printf(s, "\n%.*s:[%lld]", STR_ARG(p->string[label->key]), (long long)label->number);
    }
    sink_text(s, "\n");
}

static void put_location(struct sink *s, const struct profile *p, const struct profile_location *l) {
    sink_printf(s, "%llu: 0x%llx", (unsigned long long)l->id, (unsigned long long)l->address);
    if (l->mapping != PROFILE_NONE) sink_printf(s, " M=%llu", (unsigned long long)p->mapping[l->mapping].id);
    for (uint32_t i = 0; i < l->n_lines; i++) {
        const struct profile_line *line = &p->line[l->first_line + i];
        const struct profile_function *f = &p->function[line->function];
        assert_int_equal(f->name, f->system_name);
        sink_printf(s, " %.*s %.*s:%lld:%lld s=%lld", STR_ARG(p->string[f->name]), STR_ARG(p->string[f->file]),
                    (long long)line->line, (long long)line->column, (long long)f->start_line);
    }
    sink_text(s, "\n");
}

static void put_profile(struct sink *s, const struct profile *p) {
    sink_text(s, "PeriodType:");
    if (p->period_type.type) sink_printf(s, " %.*s", STR_ARG(p->string[p->period_type.type]));
    if (p->period_type.unit) sink_printf(s, " %.*s", STR_ARG(p->string[p->period_type.unit]));
    sink_printf(s, "\nPeriod: %lld\n", (long long)p->period);
    for (uint32_t t = 0; t < p->n_types; t++)
        sink_printf(s, "%s%.*s/%.*s", t ? " " : "", STR_ARG(p->string[p->type[t].type]),
                    STR_ARG(p->string[p->type[t].unit]));
    sink_text(s, "\n");
    for (uint32_t i = 0; i < p->n_samples; i++) put_sample(s, p, i);
    for (uint32_t i = 0; i < p->n_locations; i++) put_location(s, p, &p->location[i]);
    for (uint32_t i = 0; i < p->n_mappings; i++) {
        const struct profile_mapping *m = &p->mapping[i];
        sink_printf(s, "%llu: 0x%llx/0x%llx/0x%llx", (unsigned long long)m->id, (unsigned long long)m->start,
                    (unsigned long long)m->limit, (unsigned long long)m->offset);
        if (m->file) sink_printf(s, " %.*s", STR_ARG(p->string[m->file]));
        if (m->build_id) sink_printf(s, " %.*s", STR_ARG(p->string[m->build_id]));
        sink_text(s, "\n");
    }
}

static void expect(const char *name, str input, const char *expected) {
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    struct sink s;
    sink_to_memory(&s);
    if (load_bytes(&a, input, NULL, &p, &e))
        put_profile(&s, &p);
    else
        sink_printf(&s, "%s", err_text(&e));
    sink_char(&s, 0);
    if (strcmp(s.buf, expected) != 0) print_error("case \"%s\"\n", name);
    assert_string_equal(s.buf, expected);
    sink_close(&s, &e);
    err_clear(&e);
    arena_release(&a);
}

static void text_formats(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof text_cases / sizeof text_cases[0]; i++)
        expect(text_cases[i].name, str_from(text_cases[i].input), text_cases[i].expected);
}

static void binary_formats(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof word_cases / sizeof word_cases[0]; i++) {
        const struct word_case *c = &word_cases[i];
        struct sink s;
        sink_to_memory(&s);
        for (unsigned w = 0; w < c->n_words; w++)
            for (unsigned b = 0; b < c->word_size; b++)
                sink_char(&s, (char)(c->word[w] >> 8 * (c->big_endian ? c->word_size - 1 - b : b)));
        sink_str(&s, str_from(c->tail));
        expect(c->name, sink_bytes(&s), c->expected);
        struct err e = {0};
        assert_true(sink_close(&s, &e));
    }
}

static void load(struct arena *a, const char *input, struct profile *p) {
    struct err e = {0};
    assert_true(load_bytes(a, str_from(input), NULL, p, &e));
}

static void frames_to_drop_follow_the_types(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p;
    load(&a, "heap profile: 1: 8 [ 1: 8] @ heapprofile\n", &p);
    assert_true(str_has_prefix(p.string[p.drop_frames], STR("calloc|cfree|malloc|")));
    assert_true(str_equal(p.string[p.keep_frames], STR("runtime\\.panic|runtime\\.reflectcall|runtime\\.call[0-9]*")));
    load(&a, "--- mutex:\n", &p);
    assert_true(str_has_prefix(p.string[p.drop_frames], STR("RecordLockProfileData|")));
    assert_int_equal(p.keep_frames, 0);
    load(&a, "goroutine profile: total 0\n", &p);
    assert_true(str_has_prefix(p.string[p.drop_frames], STR("ProfileData::Add|")));
    assert_int_equal(p.keep_frames, 0);
    arena_release(&a);
}

static void durations(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p;
    load(&a, "--- contentionz 1 ---\nms since reset = 3\n", &p);
    assert_int_equal(p.duration_nanos, 3000000);
    load(&a, "--- contentionz 1 ---\nformat = java\nms since reset = 6\n", &p);
    assert_int_equal(p.duration_nanos, 6000000);
    arena_release(&a);
}

/* A line and its newline must fit into 64 KiB; a longer one ends the reading of any format. */
static void long_lines(void **state) {
    (void)state;
    static const char head[] = "x profile: total 1\n1 @ 0x11\n#";
    static char input[sizeof head + 65536];
    struct arena a = {0};
    struct profile p;
    memset(input, 'y', sizeof input);
    memcpy(input, head, sizeof head - 1);
    input[sizeof head - 2 + 65535] = '\n';
    input[sizeof head - 1 + 65535] = 0;
    load(&a, input, &p);
    assert_int_equal(p.n_samples, 1);
    input[sizeof head - 2 + 65535] = 'y';
    expect("long line", str_from(input), "parsing profile: bufio.Scanner: token too long");
    arena_release(&a);
}

/* Definitions that double from line to line must take neither for ever nor all memory. */
static void exploding_substitutions(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    sink_text(&s, "x profile: total 1\n1 @ 0x11\n--- Memory map: ---\na=");
    sink_repeat(&s, 'x', 1000);
    for (int c = 'b'; c <= 'z'; c++) sink_printf(&s, "\n%c=$%c.$%c.", c, c - 1, c - 1);
    sink_text(&s, "\n");
    expect("explosion", sink_bytes(&s), "parsing profile: memory map: too many substitutions");
    struct err e = {0};
    assert_true(sink_close(&s, &e));
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_formats),
        cmocka_unit_test(binary_formats),
        cmocka_unit_test(frames_to_drop_follow_the_types),
        cmocka_unit_test(durations),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(exploding_substitutions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
