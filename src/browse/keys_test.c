/* Unit tests of browse/keys.c. */
#include "browse/keys.h"

#include "testing/test.h"

static void each_key_has_one_action(void **state) {
    (void)state;
    for (unsigned i = 0; i < keys_table_n; i++) {
        assert_int_not_equal(keys_table[i].key[0], 0);
        for (unsigned k = 0; k < KEYS_EACH && keys_table[i].key[k]; k++)
            assert_int_equal(keys_find(keys_table[i].key[k]), keys_table[i].action);
    }
    assert_int_equal(keys_find('%'), ACTION_NONE);
    assert_int_equal(keys_find(0), ACTION_NONE);
    assert_int_equal(keys_find(KEYS_NONE), ACTION_NONE);
}

static void each_action_is_described(void **state) {
    (void)state;
    bool has_key[ACTION_QUIT + 1] = {false};
    const struct keys_row *described = NULL;
    for (unsigned i = 0; i < keys_table_n; i++) {
        const struct keys_row *row = &keys_table[i];
        assert_false(has_key[row->action]);
        has_key[row->action] = true;
        assert_true((row->names == NULL) == (row->help == NULL));
        if (row->names) described = row;
        assert_non_null(described);
        assert_true(i > 0 || row->group);
    }
    for (int i = ACTION_UP; i <= ACTION_QUIT; i++) assert_true(has_key[i]);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_key_has_one_action),
                                       cmocka_unit_test(each_action_is_described)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
