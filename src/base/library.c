/* Libraries that are opened at run time. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *const *file, const struct library_symbol *symbol, size_t n, struct err *e) {
    void *library = NULL;
    for (; *file && !(library = dlopen(*file, RTLD_NOW | RTLD_LOCAL)); file++) {
        const char *why = dlerror();
        err_set(e, "%s", why ? why : *file);
    }
    if (!library) return false;
    if (e) err_clear(e);
    for (size_t i = 0; i < n; i++) {
        void *found = dlsym(library, symbol[i].name);
        if (!found) return err_set(e, "%s: %s is missing", *file, symbol[i].name);
        memcpy(symbol[i].to, &found, sizeof found); /* C has no cast from an object pointer to a function pointer */
    }
    return true;
}
