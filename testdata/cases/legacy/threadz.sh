# by hand
# pprof reads the same, and refuses the same.
head=$(printf -- '--- threadz 1 ---\n\n.')
thread='--- Thread 7f794ab90940 (name: main/14748) stack: ---\n  PC: 0x00bc8f1c: helper(arg *)\n  0x0040be31: main\n'
map='--- Memory map: ---\n00400000-00fcb000: cppbench_server_main\n'
try() { # NAME TEXT
    echo "$1:"
    printf -- "${3-${head%.}}$2" >"$HOME/threads"
    cprof -raw -symbolize=none "$HOME/threads" 2>&1 || :
}
try 'the same stack as before' "$thread--- Thread 7f794f5d7940 (name: x/2) stack: ---\n [same as previous thread]\n$map"
try 'threads without a stack' "$thread---- no stack trace for 3 more\n$map"
try 'no first line' "$thread$map" ''
try 'a number that is too large' "$thread  0xzz 0x99999999999999999: x\n$map"
try 'a line that is too long' "$thread  0x10: $(printf '%070000d' 0)\n$map"
try 'another header' "--- Tread\n  0x10: f\n$map"
try 'only the first line' ''
