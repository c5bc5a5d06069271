# reference
# Names and lines from the binary itself: a program is built here, and a heap profile in the text format names its
# addresses. Assembler names stand in for a C++ compiler's.
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
inside() { printf '0x%x' $((0x$(nm prog | awk -v name="$1" '$3 == name { print $1 }') + 8)); }
text=$(readelf -lW prog | awk '$1 == "LOAD" && / R E / { print $2, $3, $6 }')
set -- $text
{
    echo 'heap profile: 3: 5120 [3: 5120] @ heap/524288'
    echo "1: 1024 [1: 1024] @ $(inside _ZN5store5Table4growEm) $(inside _ZN5store4keepISt6vectorIiSaIiEEEEPvm) $(inside main)"
    echo "2: 4096 [2: 4096] @ $(inside _ZN5store4keepISt6vectorIiSaIiEEEEPvm) $(inside main)"
    echo
    echo 'MAPPED_LIBRARIES:'
    printf '%08x-%08x r-xp %08x 08:01 1 %s\n' $(($2)) $((($2) + 0x1000)) $(($1)) "$HOME/prog"
} >heap.txt
for mode in local fastlocal none local:demangle=none local:demangle=full local:demangle=templates force; do
    echo "--- $mode"
    cprof -symbolize=$mode -traces heap.txt
done
echo '--- lines'
cprof -symbolize=local -top -lines heap.txt
echo '--- saved and read again'
cprof -symbolize=local -proto -output=named.pb.gz heap.txt
cprof -symbolize=none -tree named.pb.gz
echo '--- moved'
mkdir moved
mv prog moved/
cprof -symbolize=local -top heap.txt
echo '--- found by PPROF_BINARY_PATH'
PPROF_BINARY_PATH=$HOME/moved cprof -symbolize=local -top heap.txt
echo '--- named'
cprof -symbolize=local -top moved/prog heap.txt
cprof -symbolize=local -list=grow -source_path="$HOME" -trim_path=/src moved/prog heap.txt
