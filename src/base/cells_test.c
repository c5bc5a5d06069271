/* Expected widths are those of glibc's wcwidth in a UTF-8 locale. */
#include "base/cells.h"
#include "testing/test.h"

static void widths(void **state) {
    (void)state;
    static const struct {
        uint32_t rune;
        int cells;
    } expected[] = {{'a', 1},    {0xe9, 1},   {0x300, 0},   {0x36f, 0},   {0x370, 1},   {0x1100, 2},  {0x1160, 0},
                    {0x200d, 0}, {0x202e, 0}, {0x2192, 1},  {0x4e16, 2},  {0xac00, 2},  {0xff21, 2},  {0xff61, 1},
                    {0xfffd, 1}, {0xfe0f, 0}, {0x1f600, 2}, {0x20000, 2}, {0xe0100, 0}, {0x10ffff, 1}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(cells_of(expected[i].rune), expected[i].cells);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(widths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
