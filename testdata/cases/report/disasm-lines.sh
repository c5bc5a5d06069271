# by hand
# needs gcc readelf llvm-objdump llvm-symbolizer llvm-nm
# Lines that cprof reads itself are those that the tools print. -tools makes it run the tools. Without objdump it says so.
cat >"$HOME/lines.c" <<'C'
static inline int twice(int n) {
    return n * 2;
}
__attribute__((noinline)) int sum(int n) {
    int s = 0;
    for (int i = 0; i < n; i++)
        s += twice(i) ^ n;
    return s;
}
__attribute__((noinline)) int other(int n) {
    return sum(n) + twice(sum(n + 1));
}
int other_name(int n) __attribute__((alias("other")));
void _start(void) {
    __asm__ volatile("mov $60, %%eax\n\tmov %0, %%edi\n\tsyscall" ::"r"(other_name(3)) : "eax", "edi");
}
C
tiny=$PWD/testdata/tiny-profile
cd "$HOME"
gcc -g -O1 -static -nostdlib -fno-asynchronous-unwind-tables -fcf-protection=none -o prog lines.c
samples=$(readelf -sW prog | awk '$4 == "FUNC" { print "0x" $2 "=1,1", "0x" $2 "=1,1" }')
set -- $(readelf -lW prog | awk '$1 == "LOAD" && / R E / { print $2, $3 }')
"$tiny" profile binary="$HOME/prog" mapping=$2/$(($2 + 4096))/$1 $samples
cprof -disasm=. profile >quick
cprof -tools="$(dirname "$(command -v llvm-objdump)")" -disasm=. profile | cmp - quick
grep -c ROUTINE quick
grep -o '[a-z]* lines.c:[0-9]*' quick | sort | uniq
mkdir none
if PATH="$HOME/bin" cprof -disasm=sum profile; then echo found; fi
for report in disasm weblist; do
    if cprof -tools="$HOME/none" -$report=sum -output=page profile 2>message; then status=0; else status=$?; fi
    echo "$report: $status"
    sed -n '/objdump/p' message
done
