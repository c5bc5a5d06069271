/* Unit tests of binaries/lines.c and the parsers of the tools' output. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binaries/lines.h"
#include "testing/test.h"

#define EXPECT(s, literal)                                                                                             \
    do {                                                                                                               \
        assert_int_equal((s).len, sizeof(literal) - 1);                                                                \
        assert_memory_equal((s).ptr, literal, sizeof(literal) - 1);                                                    \
    } while (0)

static void symbols_of_nm(void **state) {
    (void)state;
    struct arena a = {0};
    struct lines_symbols s = lines_parse_nm(&a,
                                            STR("f T 1000 10\n"
                                                "undefined U\n"
                                                "two words T 1001 1\n"
                                                "g t 1020 0\n"
                                                "data D 2000 8\n"
                                                "h T 3000 4"),
                                            0x10000);
    assert_int_equal(s.n, 4);
    assert_null(lines_find_symbol(&s, 0x10fff));
    EXPECT(lines_find_symbol(&s, 0x11000)->name, "f");
    EXPECT(lines_find_symbol(&s, 0x1101f)->name, "f"); /* beyond its size, but the nearest one below */
    EXPECT(lines_find_symbol(&s, 0x11fff)->name, "g");
    EXPECT(lines_find_symbol(&s, 0x12007)->name, "data");
    assert_null(lines_find_symbol(&s, 0x12008)); /* data ends at its size */
    EXPECT(lines_find_symbol(&s, 0x13003)->name, "h");
    assert_null(lines_find_symbol(&s, 0x13004)); /* as does the last symbol */
    struct lines_symbols none = {0};
    assert_null(lines_find_symbol(&none, 1));
    arena_release(&a);
}

static void json_of_llvm_symbolizer(void **state) {
    (void)state;
    struct arena a = {0};
    struct lines_answer answer = lines_parse_json(&a, STR("{\"Address\":\"0x1\",\"More\":[{\"x\":[1,2,{}]},null,true],"
                                                          "\"Symbol\":[{\"Column\":3,\"FileName\":\"/a\\\\b "
                                                          "\\\"c\\\" "
                                                          "\\u00e9\\ud83d\\ude00\\ud800.c\",\"FunctionName\":\"f\","
                                                          "\"Line\":7,\"StartLine\":5},{\"FunctionName\":\"g\"}]}"));
    assert_int_equal(answer.n, 2);
    EXPECT(answer.frame[0].function, "f");
    EXPECT(answer.frame[0].file, "/a\\b \"c\" \303\251\360\237\230\200\357\277\275.c");
    assert_int_equal(answer.frame[0].line, 7);
    assert_int_equal(answer.frame[0].column, 3);
    assert_int_equal(answer.frame[0].start_line, 5);
    EXPECT(answer.frame[1].function, "g");
    EXPECT(answer.frame[1].file, "");
    static const char *const broken[] = {"",
                                         "{",
                                         "{\"Symbol\":[{\"Line\":\"7\"}]}",
                                         "{\"Symbol\":[{}]}x",
                                         "{\"a\":\"",
                                         "{\"a\":\"\\",
                                         "{\"a\":\"\\u12\"}",
                                         "{\"Symbol\":{}}",
                                         "0x1234",
                                         "{\"a\":1,}",
                                         "{\"Error\":{\"Message\":\"no\"}}"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(lines_parse_json(&a, str_from(broken[i])).n, 0);
    char deep[4000];
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"a\":", 5);
    assert_int_equal(lines_parse_json(&a, (str){deep, sizeof deep}).n, 0);
    arena_release(&a);
}

/* Writes a shell script to a file of its own. */
static const char *script(struct arena *a, const char *directory, const char *name, const char *text) {
    const char *path = str_format(a, "%s/%s", directory, name).ptr;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

static void answers_of_addr2line(void **state) {
    (void)state;
    struct arena a = {0};
    char directory[TEST_PATH_MAX];
    assert_true(test_folder(directory));
    struct tools t = {.llvm_symbolizer = "/nonexistent/llvm-symbolizer", .addr2line_found = true, .nm_found = true};
    t.addr2line = script(&a, directory, "addr2line",
                         "#!/bin/sh\nwhile read a; do case $a in\n"
                         "ffffffffffffffff) printf '0xffffffffffffffff\\n??\\n??:0\\n' ;;\n"
                         "10) printf '0x10\\ninlined\\n/a.c:5 (discriminator 2)\\nshort\\n/b:c.c:?\\n' ;;\n"
                         "20) printf '0x20\\n??\\n??:0\\n' ;;\n"
                         "*) printf '0x30\\nh\\n??:?\\n' ;; esac; done\n");
    t.nm = script(&a, directory, "nm", "#!/bin/sh\necho 'short_but_whole T 10 8'\necho 'h_ T 30 8'\n");
    const uint64_t address[] = {0x10, 0x20, 0x30};
    struct lines_answer answer[3];
    struct notes notes = {.arena = &a};
    struct lines_question q = {.tools = &t,
                               .path = STR("/bin/x"),
                               .debug = STR_EMPTY,
                               .alt = STR_EMPTY,
                               .base = 0x1000,
                               .address = address,
                               .n = 3};
    lines_ask(&a, &q, answer, &notes);
    assert_int_equal(answer[0].n, 2);
    EXPECT(answer[0].frame[0].function, "inlined");
    EXPECT(answer[0].frame[0].file, "/a.c");
    assert_int_equal(answer[0].frame[0].line, 5);
    EXPECT(answer[0].frame[1].function, "short_but_whole"); /* nm's name is longer */
    EXPECT(answer[0].frame[1].file, "/b:c.c:?");
    assert_int_equal(answer[1].n, 0);
    assert_int_equal(answer[2].n, 1);
    EXPECT(answer[2].frame[0].function, "h"); /* nm's name is only one character longer */
    q.fast = true;
    lines_ask(&a, &q, answer, &notes);
    EXPECT(answer[2].frame[0].function, "h_");
    assert_int_equal(notes.n, 0);
    t.llvm_symbolizer_found = true;
    t.llvm_symbolizer = script(&a, directory, "old", "#!/bin/sh\nexit 3\n");
    q.fast = false;
    lines_ask(&a, &q, answer, &notes);
    EXPECT(answer[2].frame[0].function, "h");
    t.addr2line = t.llvm_symbolizer;
    lines_ask(&a, &q, answer, &notes);
    EXPECT(answer[2].frame[0].function, "h_");
    assert_int_equal(notes.n, 3); /* the first tool twice, the second once */
    assert_true(str_has_suffix(notes.at[0].text, STR("/old failed (exit status 3), so addr2line is asked")));
    assert_true(str_has_suffix(notes.at[2].text, STR("/old failed (exit status 3), so nm is asked")));
    t.nm = t.addr2line = "/nonexistent/x";
    lines_ask(&a, &q, answer, &notes);
    assert_int_equal(answer[0].n, 0);
    unlink(str_format(&a, "%s/nm", directory).ptr);
    unlink(str_format(&a, "%s/old", directory).ptr);
    unlink(str_format(&a, "%s/addr2line", directory).ptr);
    rmdir(directory);
    arena_release(&a);
}

static void tools_are_looked_for_where_the_flag_says(void **state) {
    (void)state;
    struct arena a = {0};
    struct tools t;
    char directory[TEST_PATH_MAX];
    assert_true(test_folder(directory));
    const char *mine = script(&a, directory, "nm", "#!/bin/sh\n");
    tools_find(&a, STR("/nonexistent"), &t);
    assert_false(t.nm_found || t.addr2line_found || t.llvm_symbolizer_found);
    assert_string_equal(t.addr2line, "addr2line");
    tools_find(&a, str_format(&a, "addr2line:%s,/nonexistent", directory), &t);
    assert_false(t.nm_found);
    tools_find(&a, str_format(&a, "/nonexistent,nm:%s", directory), &t);
    assert_true(t.nm_found);
    assert_string_equal(t.nm, mine);
    tools_find(&a, str_format(&a, "objdump:%s,nm:%s", directory, directory), &t);
    assert_true(t.nm_found && !t.lines_named);
    tools_find(&a, str_from(directory), &t);
    assert_true(t.nm_found && !t.addr2line_found && t.lines_named);
    unlink(mine);
    rmdir(directory);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_of_nm),
        cmocka_unit_test(json_of_llvm_symbolizer),
        cmocka_unit_test(answers_of_addr2line),
        cmocka_unit_test(tools_are_looked_for_where_the_flag_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
