/* Unit tests of assets.c. */
#include "web/assets.h"

#include "testing/test.h"

static void every_file_is_whole(void **state) {
    (void)state;
    for (enum web_asset i = 0; i <= WEB_FLAMES_JS; i++) {
        str file = web_asset(i);
        assert_true(file.len > 100);
        assert_int_equal(file.ptr[file.len - 1], '\n');
        assert_int_equal(file.ptr[file.len], 0);
        assert_null(memchr(file.ptr, 0, file.len));
    }
}

/* No file may end the element of the page into which it is written, or hold a part that a page fills in. */
static void scripts_do_not_end_their_element(void **state) {
    (void)state;
    str script = web_asset(WEB_FLAME_JS), style = web_asset(WEB_FLAME_CSS);
    assert_int_equal(str_find(script, STR("</script")), script.len);
    assert_int_equal(str_find(script, STR("<!--")), script.len);
    assert_int_equal(str_find(style, STR("</style")), style.len);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_file_is_whole),
                                       cmocka_unit_test(scripts_do_not_end_their_element)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
