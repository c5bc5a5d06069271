/* The times of -watch; testdata/run-http watches servers and files, in pipes and on terminals. */
#include "session/watch.h"
#include "testing/test.h"

static void test_times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } row[] = {{"5s", 5000},
               {"5", 5000},
               {"0.1", 100},
               {"100ms", 100},
               {"1.5s", 1500},
               {"2m", 120000},
               {"1h", 3600000},
               {"24h", 86400000},
               {".5m", 30000},
               {"99ms", 0},
               {"0", 0},
               {"25h", 0},
               {"", 0},
               {"s", 0},
               {"-5s", 0},
               {"5 s", 0},
               {"5sec", 0},
               {"1e3", 0},
               {"1.2.3s", 0},
               {"999999999999999999999s", 0},
               {"0.00000000000000000001s", 0}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        int64_t ms = 0;
        struct err e = {0};
        bool ok = watch_read_time(str_from(row[i].text), &ms, &e);
        if (ok != (row[i].ms > 0) || ms != row[i].ms || ok == (e.text != NULL))
            fail_msg("%s: %lld", row[i].text, (long long)ms);
        err_clear(&e);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_times)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
