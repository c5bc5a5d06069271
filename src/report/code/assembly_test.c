/* Unit tests of report/code/assembly.c. */
#include <string.h>

#include "report/code/assembly.h"
#include "testing/test.h"

static void check_inst(const struct assembly_inst *i, uint64_t address, const char *text, const char *function,
                       const char *file, int64_t line) {
    assert_int_equal(i->address, address);
    assert_true(str_equal(i->text, str_from(text)));
    assert_true(str_equal(i->function, str_from(function)));
    assert_true(str_equal(i->file, str_from(file)));
    assert_int_equal(i->line, line);
}

static void gnu_objdump(void **state) {
    (void)state;
    struct arena a = {0};
    struct assembly code = assembly_parse(&a, STR("\nprog:     file format elf64-x86-64\n\n\n"
                                                  "Disassembly of section .text:\n\n"
                                                  "0000000000001126 <main>:\n"
                                                  "main():\n"
                                                  "/src/a:b.c:12 (discriminator 2)\n"
                                                  "    1126:\tpush   %rbp\n"
                                                  "    1127:\tmov    %rsp,%rbp\n"
                                                  "/src/a.c:99999999999\n" /* not a line number: nothing changes */
                                                  "    112a:\tret\n"
                                                  "\n"
                                                  "    112b:\tnop\n"
                                                  "11111111111111111:\tis no address\n"
                                                  "    112c:\n"));
    assert_int_equal(code.n, 4);
    check_inst(&code.at[0], 0x1126, "push   %rbp", "main", "/src/a:b.c", 12);
    check_inst(&code.at[1], 0x1127, "mov    %rsp,%rbp", "main", "/src/a:b.c", 12);
    check_inst(&code.at[2], 0x112a, "ret", "main", "/src/a:b.c", 12);
    check_inst(&code.at[3], 0x112b, "nop", "", "", 0); /* an unparsable line clears the position */
    arena_release(&a);
}

static void llvm_objdump(void **state) {
    (void)state;
    struct arena a = {0};
    struct assembly code = assembly_parse(&a, STR("0000000000001126 <main>:\n"
                                                  "; main():\n"
                                                  "; /src/a.c:7\n"
                                                  "    1126: retq\r\n"
                                                  "0000000000001127 <other(int)>:\n"
                                                  "    1127: nop"));
    assert_int_equal(code.n, 2);
    check_inst(&code.at[0], 0x1126, "retq", "main", "/src/a.c", 7);
    check_inst(&code.at[1], 0x1127, "nop", "<other(int)>", "/src/a.c", 7);
    arena_release(&a);
}

static struct assembly_symbols symbols(struct arena *a, str text, str pattern, uint64_t address) {
    struct err e = {0};
    struct regex *r = regex_compile(a, pattern, &e);
    assert_non_null(r);
    struct assembly_search wanted = {.match = r, .address = address};
    return assembly_select_symbols(a, assembly_parse_symbols(a, text), &wanted);
}

static void check_symbol(const struct assembly_symbol *s, uint64_t start, uint64_t end, const char *names) {
    struct arena a = {0};
    assert_int_equal(s->start, start);
    assert_int_equal(s->end, end);
    assert_true(str_equal(str_join(&a, s->name, s->n_names, STR(" ")), str_from(names)));
    arena_release(&a);
}

static void nm_symbols(void **state) {
    (void)state;
    struct arena a = {0};
    const str text = STR("                 U puts\n"
                         "0000000000001000 T first\n"
                         "0000000000001100 t alias_a\n"
                         "0000000000001100 T alias_b\n"
                         "nm: no symbols\n"
                         "0000000000001200 T _Z4workIiEvT_\n"
                         "0000000000001300 B _end\n");
    struct assembly_symbols s = symbols(&a, text, STR("first|^alias_b|_end"), 0);
    assert_int_equal(s.n, 3);
    check_symbol(&s.at[0], 0x1000, 0x10ff, "first");
    check_symbol(&s.at[1], 0x1100, 0x11ff, "alias_b");
    check_symbol(&s.at[2], 0x1300, UINT64_MAX, "_end");

    s = symbols(&a, text, STR("nothing"), 0x11ff); /* found by address: has all names */
    assert_int_equal(s.n, 1);
    check_symbol(&s.at[0], 0x1100, 0x11ff, "alias_a alias_b");
    s = symbols(&a, text, STR("."), 0x10); /* before all symbols */
    assert_int_equal(s.at[0].n_names, 0);
    assert_true(s.at[0].start == 0 && s.at[0].end == 0xfff);
    assert_int_equal(symbols(&a, STR("0 T zero\n10 T ten\n"), STR("nothing"), 5).at[0].n_names, 1);
    assert_int_equal(symbols(&a, STR("0 T zero\n"), STR("zero"), 0).n, 1);

    /* names match in each of their readable forms, the longest first, and are shown in that form */
    s = symbols(&a, text, STR("^void work<int>"), 0);
    assert_int_equal(s.n, 1);
    check_symbol(&s.at[0], 0x1200, 0x12ff, "void work<int>(int)");
    s = symbols(&a, text, STR("^work<int>$"), 0);
    assert_int_equal(s.n, 1);
    check_symbol(&s.at[0], 0x1200, 0x12ff, "work<int>");
    s = symbols(&a, text, STR("^work$"), 0);
    assert_int_equal(s.n, 1);
    check_symbol(&s.at[0], 0x1200, 0x12ff, "work");
    assert_int_equal(symbols(&a, STR_EMPTY, STR("."), 0).n, 0);

    /* names are matched only where samples are, from the start to before the last byte */
    struct err e = {0};
    const uint64_t sampled[] = {0x10ff, 0x1200, 0x12ff};
    struct assembly_search wanted = {.match = regex_compile(&a, STR("."), &e), .sampled = sampled, .n_sampled = 3};
    s = assembly_select_symbols(&a, assembly_parse_symbols(&a, text), &wanted);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.at[0].start, 0x1200);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gnu_objdump),
        cmocka_unit_test(llvm_objdump),
        cmocka_unit_test(nm_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
