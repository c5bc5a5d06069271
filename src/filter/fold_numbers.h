/* fold_numbers: one name for functions that differ in a number of the compiler's. */
#ifndef CPROF_FILTER_FOLD_NUMBERS_H
#define CPROF_FILTER_FOLD_NUMBERS_H

#include "profile/profile.h"

void filter_fold_numbers(struct arena *a, struct profile *v);

/* The name with its numbers folded (returns `name` itself if it has none):
 *
 *    ::h0123456789abcdef        Rust's hash, at the end                  left out
 *    mycrate[0123456789abcdef]  Rust's hash of a crate                   left out
 *    {closure#3} {{closure}}#3  Rust; not {impl#3}, which names a type   {closure} {{closure}}
 *    {lambda(int)#2} 'lambda0'  C++                                      {lambda(int)} 'lambda'
 *    main::$_3                  C++                                      main::$_*
 *    f.llvm.123 f.part.0 f.cold f.isra.0 f.constprop.1 f.lto_priv.2, f [clone .part.0]   f
 *    main.f.func1.2 main.f-range3 main.f.gowrap1   Go: func, gowrap, deferwrap, range    main.f.func* main.f-range* …
 *    Shop$1.run lambda$run$3    Java: a number after $                   Shop$*.run lambda$run$*
 *    Shop$$Lambda$14/0x0000800c03.run  and .0x… and +0x…                 Shop$$Lambda$*.run
 *    GeneratedMethodAccessor12  and Constructor, SerializationConstructor  GeneratedMethodAccessor*
 *    closure #1 in f            Swift                                    closure in f */
str fold_numbers(struct arena *a, str name);

#endif
