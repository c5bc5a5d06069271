/* The package granularity: one name for the functions of a package, namespace, crate or module. */
#ifndef CPROF_FILTER_PACKAGE_H
#define CPROF_FILTER_PACKAGE_H

#include "profile/profile.h"

/* Gives each function the name of its package. */
void filter_packages(struct arena *a, struct profile *v);

/* What is known of a function; empty: unknown. */
struct package_function {
    str name, system_name, file;
    str mapping; /* the file of the program or library */
};
/* The package of a function, by the rules of its language, which the file's extension tells, and the form of the name
 * where the file has no extension:
 *
 *    Go      the import path: net/http of net/http.(*conn).serve
 *    Java    the package: java.util of java.util.HashMap.get; (default package)
 *    C++     the namespaces: absl::time_internal of absl::time_internal::cctz::…; those that begin with a capital
 *            letter, have template arguments or a constructor are classes. Unnamed and inline (__1, __cxx11) namespaces
 *            are left out; of std, only namespaces of the standard count
 *    Rust    crate::module: alloc::vec of alloc::vec::Vec<T>::push. <T as Trait>::f is in the module of T, or of the
 *            trait if T has none
 *    Python  the module (requests.sessions) of files in site-packages and of the standard library, else the file
 *    JavaScript  the npm package (@scope/name) of files in node_modules, else the file; node:fs
 *
 * Functions without one (C, main of C++) are in their program or library, as [libc.so.6]; without that they are named
 * as before. The result lives in `a` or points into `f`. */
str package_of(struct arena *a, const struct package_function *f);

#endif
