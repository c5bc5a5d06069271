/* Unit tests of turn.c: frames are letters. */
#include "stacks/turn.h"

#include <string.h>

#include "testing/test.h"

static void expect(enum turn_way way, bool fold, const char *stack, const char *turned) {
    static const uint8_t pivot[256] = {['p'] = 1, ['q'] = 1};
    struct turn turn = {way, fold, pivot};
    uint32_t frame[32], n = (uint32_t)strlen(stack);
    char got[33] = "";
    for (uint32_t i = 0; i < n; i++) frame[i] = (unsigned char)stack[i];
    if (!turn_stack(&turn, frame, &n)) {
        assert_null(turned);
        return;
    }
    for (uint32_t i = 0; i < n; i++) got[i] = (char)frame[i];
    got[n] = 0;
    assert_non_null(turned);
    assert_string_equal(got, turned);
}

static void stacks_are_turned(void **state) {
    (void)state;
    expect(TURN_NONE, false, "abba", "abba");
    expect(TURN_NONE, true, "aabbba", "aba");
    expect(TURN_NONE, true, "", "");
    expect(TURN_LEAF_FIRST, false, "abc", "cba");
    expect(TURN_LEAF_FIRST, false, "ab", "ba");
    expect(TURN_LEAF_FIRST, true, "abbc", "cba");
    expect(TURN_LEAF_FIRST, false, "", "");
}

static void a_pivot_has_callees_and_callers(void **state) {
    (void)state;
    expect(TURN_CALLEES, false, "abpcpd", "pcpd");
    expect(TURN_CALLERS, false, "abpcpd", "pba");
    expect(TURN_CALLEES, false, "abqp", "qp");
    expect(TURN_CALLERS, false, "pab", "p");
    expect(TURN_CALLEES, false, "abp", "p");
    expect(TURN_CALLEES, true, "aappb", "pb");
    expect(TURN_CALLERS, true, "aappb", "pa");
    expect(TURN_CALLEES, false, "abc", NULL);
    expect(TURN_CALLERS, false, "", NULL);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_are_turned),
        cmocka_unit_test(a_pivot_has_callees_and_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
