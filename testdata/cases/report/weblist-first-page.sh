# by hand
# needs gcc readelf llvm-objdump|objdump
# Code less than 500 bytes behind the start of its mapping, or before its end, is shown; pprof shows none.
cat >"$HOME/first.c" <<'C'
__attribute__((noinline)) int first(int n) {
    return n + 1;
}
void _start(void) {
    __asm__ volatile("mov $60, %%eax\n\tmov %0, %%edi\n\tsyscall" ::"r"(first(-1)) : "eax", "edi");
}
C
cd "$HOME"
gcc -g -O1 -static -nostdlib -fno-asynchronous-unwind-tables -fcf-protection=none -Wl,--build-id=none -o prog first.c
at=$((0x$(readelf -sW prog | awk '$8 == "first" { print $2 }')))
set -- $(readelf -lW prog | awk '$1 == "LOAD" && / R E / { print $2, $3, $6 }')
"$OLDPWD/testdata/tiny-profile" profile binary="$HOME/prog" mapping=$2/$(($2 + $3))/$1 0x$(printf %x $((at + 1)))=1,1
cprof -symbolize=local -weblist=first -output=page profile 2>&1 | sed '/^Generating/d'
grep -c "class=livesrc" page
grep -o "$(printf %x $at): [ ]*lea" page
