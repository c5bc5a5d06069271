/* Unit tests of bytes/http_tls.c. */
#include "bytes/http_tls.h"

#include <stdio.h>
#include <unistd.h>

#include "testing/test.h"

static struct {
    char folder[TEST_PATH_MAX];
    struct arena arena;
    str cert, key, other, missing;
} pem;

static str path_of(const char *name) { return str_format(&pem.arena, "%s/%s", pem.folder, name); }

static str write_pem(const char *name, const char *text) {
    str path = path_of(name);
    FILE *f = fopen(path.ptr, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return path;
}

static int make_files(void **state) {
    (void)state;
    if (!test_folder(pem.folder)) return -1;
    pem.cert = write_pem("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    pem.key = write_pem("key.pem", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    pem.other = write_pem("other.pem", "hello\n");
    pem.missing = path_of("missing.pem");
    return 0;
}

static int remove_files(void **state) {
    (void)state;
    unlink(pem.cert.ptr);
    unlink(pem.key.ptr);
    unlink(pem.other.ptr);
    rmdir(pem.folder);
    arena_release(&pem.arena);
    return 0;
}

static void check(str cert, str key, str ca, str want) {
    struct err e = {0};
    const struct http_tls tls = {.cert = cert, .key = key, .ca = ca};
    assert_int_equal(http_tls_check(&tls, &e), want.len == 0);
    if (want.len) assert_string_equal(err_text(&e), want.ptr);
    err_clear(&e);
}

/* The words of the messages are those of pprof and of Go's crypto/tls. */
#define PAIR "could not load certificate/key pair specified by -tls_cert and -tls_key: "

static void a_certificate_and_its_key_come_together(void **state) {
    (void)state;
    check(STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY);
    check(pem.cert, pem.key, STR_EMPTY, STR_EMPTY);
    check(pem.cert, STR_EMPTY, STR_EMPTY, STR("-tls_cert is specified, so -tls_key must also be specified"));
    check(STR_EMPTY, pem.key, STR_EMPTY, STR("-tls_key is specified, so -tls_cert must also be specified"));
}

static void files_of_another_kind_are_refused(void **state) {
    (void)state;
    check(pem.other, pem.key, STR_EMPTY, STR(PAIR "tls: failed to find any PEM data in certificate input"));
    check(pem.cert, pem.other, STR_EMPTY, STR(PAIR "tls: failed to find any PEM data in key input"));
    check(pem.cert, pem.cert, STR_EMPTY,
          STR(PAIR "tls: found a certificate rather than a key in the PEM for the private key"));
}

static void missing_files_are_named(void **state) {
    (void)state;
    const char *path = pem.missing.ptr;
    str of_pair = str_format(&pem.arena, PAIR "open %s: no such file or directory", path);
    check(pem.missing, pem.key, STR_EMPTY, of_pair);
    check(pem.cert, pem.missing, STR_EMPTY, of_pair);
    check(STR_EMPTY, STR_EMPTY, pem.missing,
          str_format(&pem.arena, "could not load CA specified by -tls_ca: open %s: no such file or directory", path));
    check(STR_EMPTY, STR_EMPTY, pem.cert, STR_EMPTY);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_certificate_and_its_key_come_together),
                                       cmocka_unit_test(files_of_another_kind_are_refused),
                                       cmocka_unit_test(missing_files_are_named)};
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
