/* The examples of FIPS 180-4 and of NIST's test vectors, and lengths around a block, from coreutils' sha256sum. */
#include "base/sha256.h"

#include "testing/test.h"

static void expect(str bytes, const char *hex) {
    uint8_t d[SHA256_BYTES];
    char text[2 * SHA256_BYTES + 1];
    static const char digit[] = "0123456789abcdef";
    sha256(bytes, d);
    for (int i = 0; i < SHA256_BYTES; i++) {
        text[2 * i] = digit[d[i] >> 4];
        text[2 * i + 1] = digit[d[i] & 15];
    }
    text[2 * SHA256_BYTES] = 0;
    assert_string_equal(text, hex);
}

static void test_vectors(void **state) {
    (void)state;
    static char a[1000000];
    memset(a, 'a', sizeof a);
    expect(STR_EMPTY, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect((str){a, 55}, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    expect((str){a, 56}, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    expect((str){a, 64}, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    expect((str){a, sizeof a}, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_base64(void **state) {
    (void)state;
    char text[SHA256_BASE64];
    sha256_base64(STR("abc"), text);
    assert_memory_equal(text, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", sizeof text);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_base64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
