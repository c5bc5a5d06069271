/* Unit tests of symbolize/symbol_list.c. */
#include "symbolize/symbol_list.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing/test.h"

static void expect(const struct symbol_list *l, uint64_t address, const char *name) {
    struct arena a = {0};
    struct lines_answer answer;
    symbol_list_ask(&a, l, &address, 1, &answer);
    assert_int_equal(answer.n, name ? 1 : 0);
    if (name) assert_string_equal(str_c(&a, answer.frame[0].function), name);
    arena_release(&a);
}

static void maps_of_processes(void **state) {
    (void)state;
    struct arena a = {0};
    struct symbol_list l = symbol_list_parse_map(&a, STR("2000 10 LazyCompile:~f /a b.js:1\n"
                                                         "1000 20 first\r\n"
                                                         "0x1020 8 prefixed\n"
                                                         "1000 10 second\n"
                                                         "zz 10 bad\n"
                                                         "3000 zz bad\n"
                                                         "3000 0 empty\n"
                                                         "3000 10 \n"
                                                         "fffffffffffffff0 11 over\n"
                                                         "\n"
                                                         "4000 1 last"));
    expect(&l, 0xfff, NULL);
    expect(&l, 0x1000, "second");
    expect(&l, 0x100f, "second");
    expect(&l, 0x1010, NULL); /* the first entry was replaced */
    expect(&l, 0x1027, "prefixed");
    expect(&l, 0x1028, NULL);
    expect(&l, 0x2001, "LazyCompile:~f /a b.js:1");
    expect(&l, 0x3000, NULL);
    expect(&l, UINT64_MAX, NULL);
    expect(&l, 0x4000, "last");
    assert_int_equal(l.n, 4);
    l = symbol_list_parse_map(&a, STR_EMPTY);
    expect(&l, 0, NULL);
    arena_release(&a);
}

static void symbols_of_the_kernel(void **state) {
    (void)state;
    struct arena a = {0};
    struct symbol_list l = symbol_list_parse_kernel(&a, STR("ffffffff81000000 T _text\n"
                                                            "ffffffff81000000 T _stext\n"
                                                            "ffffffff81000010 D data\n"
                                                            "ffffffff81000020 t local\n"
                                                            "ffffffffc0000000 t in_module\t[mod]\n"));
    expect(&l, UINT64_C(0xffffffff80ffffff), NULL);
    expect(&l, UINT64_C(0xffffffff81000005), "_text");
    expect(&l, UINT64_C(0xffffffff81000015), "_text");
    expect(&l, UINT64_C(0xffffffff81000020), "local");
    expect(&l, UINT64_C(0xffffffffc0000004), "in_module");
    l = symbol_list_parse_kernel(&a, STR("0000000000000000 T _text\n0000000000000000 T other\n"));
    assert_int_equal(l.n, 0); /* addresses are hidden */
    struct err e = {0};
    assert_false(symbol_list_read_kernel(&a, STR("00112233"), &l, &e));
    assert_string_equal(err_text(&e), "it is not the running kernel");
    err_clear(&e);
    arena_release(&a);
}

static void files_of_maps(void **state) {
    (void)state;
    struct arena a = {0};
    struct symbol_list l;
    struct err e = {0};
    char path[64];
    assert_int_equal(symbol_list_process(STR("/tmp/perf-12.map")), 12);
    assert_int_equal(symbol_list_process(STR("perf-12.map")), 12);
    assert_int_equal(symbol_list_process(STR("/tmp/perf-.map")), 0);
    assert_int_equal(symbol_list_process(STR("/tmp/perf-../x.map")), 0);
    assert_int_equal(symbol_list_process(STR("/tmp/perf--1.map")), 0);
    assert_int_equal(symbol_list_process(STR("/tmp/perf-99999999999999999999.map")), 0);
    assert_int_equal(symbol_list_process(STR_EMPTY), 0);
    const unsigned long long process = 5000000000 + (unsigned long long)getpid(); /* no process has such a number */
    snprintf(path, sizeof path, "/tmp/perf-%llu.map", process);
    assert_false(symbol_list_read_map(&a, process, &l, &e));
    assert_int_equal(symlink("/proc/kallsyms", path), 0);
    assert_false(symbol_list_read_map(&a, process, &l, &e));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(symbol_list_read_map(&a, process, &l, &e));
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(fd, "1000 10 f\n", 10), 10);
    close(fd);
    assert_true(symbol_list_read_map(&a, process, &l, &e));
    expect(&l, 0x1001, "f");
    unlink(path);
    err_clear(&e);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_of_processes),
        cmocka_unit_test(symbols_of_the_kernel),
        cmocka_unit_test(files_of_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
