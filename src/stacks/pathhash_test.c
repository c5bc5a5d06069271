/* Unit tests of pathhash.c. The expected hashes are those that the script of the page computes. */
#include "stacks/pathhash.h"

#include "testing/test.h"

static void expect(struct pathhash got, const char *text) {
    struct pathhash want;
    assert_true(pathhash_parse(str_from(text), &want));
    assert_int_equal(got.lane[0], want.lane[0]);
    assert_int_equal(got.lane[1], want.lane[1]);
}

static struct pathhash child(struct pathhash parent, const char *name, const char *file, int64_t line, bool inlined) {
    return pathhash_child(parent, pathhash_frame(str_from(name), str_from(file), line, inlined));
}

static void hashes_are_those_of_the_script(void **state) {
    (void)state;
    const struct pathhash root = {{0, 0}}, callers = {{1, 1}};
    expect(root, "0000000000000000");
    struct pathhash main_ = child(root, "main", "", 0, false);
    expect(main_, "b5148413378cd403");
    expect(child(main_, "f", "x.c", 12, true), "07332802efe4a73c");
    expect(child(callers, "f\xff\xfeg\xe2\x82\xac", "/a/b", UINT32_MAX, false), "22ae596bc7f1eff9");
    expect(child(root, "main", "", -3, false), "b5148413378cd403");
}

static void texts_are_sixteen_digits(void **state) {
    (void)state;
    struct pathhash h;
    assert_true(pathhash_parse(STR("00000000FFffFFff"), &h));
    assert_int_equal(h.lane[0], 0);
    assert_int_equal(h.lane[1], UINT32_MAX);
    assert_false(pathhash_parse(STR(""), &h));
    assert_false(pathhash_parse(STR("0000000000000000f"), &h));
    assert_false(pathhash_parse(STR("000000000000000g"), &h));
    assert_false(pathhash_parse(STR("-000000000000001"), &h));
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_the_script),
        cmocka_unit_test(texts_are_sixteen_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
