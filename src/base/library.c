/* Libraries that are opened at run time. */
#include "base/library.h"

#include <string.h>
#ifndef LIBRARY_STATIC
#include <dlfcn.h>
#endif

const struct library_row library_table[] = {
#define LIBRARY(id, name_, use_, package_, in_static_, ...)                                                            \
    [LIBRARY_##                                                                                                        \
        id] = {.name = name_, .use = use_, .package = package_, .in_static = (in_static_), .file = {__VA_ARGS__}},
#include "base/libraries.def"
};

#ifdef LIBRARY_STATIC

const char *library_found(const struct library_row *library, struct err *e) {
    if (library->in_static) return "part of the program";
    err_set(e, "a static build does not have %s", library->name);
    return NULL;
}

bool library_load(const struct library_row *library, const struct library_symbol *symbol, size_t n, struct err *e) {
    if (!library_found(library, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (!symbol[i].linked) return err_set(e, "%s: %s is missing", library->name, symbol[i].name);
        memcpy(symbol[i].to, &symbol[i].linked, sizeof symbol[i].linked);
    }
    return true;
}

#else

static void *open_first(const struct library_row *library, const char **found, struct err *e) {
    void *handle = NULL;
    for (int i = 0; library->file[i][0] && !handle; i++) {
        *found = library->file[i];
        if ((handle = dlopen(*found, RTLD_NOW | RTLD_LOCAL))) break;
        const char *why = dlerror();
        err_set(e, "%s", why ? why : *found);
    }
    if (handle && e) err_clear(e);
    return handle;
}

const char *library_found(const struct library_row *library, struct err *e) {
    const char *file;
    return open_first(library, &file, e) ? file : NULL;
}

bool library_load(const struct library_row *library, const struct library_symbol *symbol, size_t n, struct err *e) {
    const char *file;
    void *handle = open_first(library, &file, e);
    if (!handle) return false;
    for (size_t i = 0; i < n; i++) {
        void *found = dlsym(handle, symbol[i].name);
        if (!found) return err_set(e, "%s: %s is missing", file, symbol[i].name);
        memcpy(symbol[i].to, &found, sizeof found); /* C has no cast from an object pointer to a function pointer */
    }
    return true;
}

#endif
