# Sourced by cases: builds $HOME/prog, a program with C++ names, writes $HOME/heap.txt, a heap profile in the text format
# that names its addresses, and enters $HOME. It needs gcc and readelf. Assembler names stand in for a C++ compiler.
cat >"$HOME/prog.c" <<'C'
#include <stdlib.h>
#define NAMED(text) __asm__(text) __attribute__((noinline, used))
void *grow(unsigned long) NAMED("_ZN5store5Table4growEm");
void *keep(unsigned long) NAMED("_ZN5store4keepISt6vectorIiSaIiEEEEPvm");
void *grow(unsigned long n) {
    return malloc(n);
}
void *keep(unsigned long n) {
    void *p = grow(n);
    return p;
}
int main(void) {
    void *p = keep(1024);
    return p == 0;
}
C
cd "$HOME"
gcc -g -O0 -no-pie -fcf-protection=none -fdebug-prefix-map="$HOME"=/src -o prog prog.c

# a return address inside a function: its start and 8 bytes, which is inside of each
inside() { printf '0x%x' $((0x$(readelf -sW prog | awk -v name="$1" '$8 == name { print $2 }') + 8)); }
text=$(readelf -lW prog | awk '$1 == "LOAD" && / R E / { print $2, $3, $6 }')
set -- $text
{
    echo 'heap profile: 3: 5120 [3: 5120] @ heap/524288'
    echo "1: 1024 [1: 1024] @ $(inside _ZN5store5Table4growEm) $(inside _ZN5store4keepISt6vectorIiSaIiEEEEPvm) $(inside main)"
    echo "2: 4096 [2: 4096] @ $(inside _ZN5store4keepISt6vectorIiSaIiEEEEPvm) $(inside main)"
    echo
    echo 'MAPPED_LIBRARIES:'
    printf '%08x-%08x r-xp %08x 08:01 1 %s\n' $(($2)) $((($2) + 0x1000)) $(($1)) prog
} >heap.txt
