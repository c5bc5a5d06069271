/* libFuzzer: any bytes as a settings file. What is written can be read again, and a second change is as good. What can
 * be read has configurations with names. */
#include <assert.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "options/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_text(struct arena *a, str text, const struct options *o, struct settings *all) {
    struct err e = {0};
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    bool ok = settings_read(a, str_format(a, "/proc/self/fd/%d", fd), o, all, &e);
    assert(ok == !e.text);
    err_clear(&e);
    close(fd);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct options o;
    str text = {(const char *)data, size}, once, twice;
    options_defaults(&o);
    if (settings_edit(&a, text, STR("x"), &o, &once, NULL)) {
        if (!settings_edit(&a, once, STR("x"), &o, &twice, NULL) || !str_equal(once, twice)) __builtin_trap();
        if (!settings_edit(&a, once, STR("x"), NULL, &twice, NULL)) __builtin_trap();
    }
    struct settings all;
    if (read_text(&a, text, &o, &all)) {
        bool found = false;
        for (uint32_t i = 0; i < all.n; i++) assert(all.at[i].name.ptr);
        assert(settings_edit(&a, text, STR("x"), &o, &once, NULL) && read_text(&a, once, &o, &all));
        for (uint32_t i = 0; i < all.n; i++) found |= str_equal(all.at[i].name, STR("x"));
        assert(found);
    }
    arena_release(&a);
    return 0;
}
