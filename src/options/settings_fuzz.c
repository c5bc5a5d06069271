/* libFuzzer: any bytes as a settings file. What is written can be read again, and a second change is as good. */
#include <stdint.h>

#include "options/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct options o;
    str text = {(const char *)data, size}, once, twice;
    options_defaults(&o);
    if (settings_edit(&a, text, STR("x"), &o, &once, NULL)) {
        if (!settings_edit(&a, once, STR("x"), &o, &twice, NULL) || !str_equal(once, twice)) __builtin_trap();
        if (!settings_edit(&a, once, STR("x"), NULL, &twice, NULL)) __builtin_trap();
    }
    arena_release(&a);
    return 0;
}
