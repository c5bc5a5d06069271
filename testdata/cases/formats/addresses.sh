# by hand
echo "names that stand beside the addresses:"
{
    printf -- '--- symbol\nbinary=/bin/app\n0x401000 main\n0x402000 inner--outer(int)\n---\n--- profile\n'
    python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("<16Q", 0, 3, 0, 10000, 0, 5, 2, 0x401000, 0x402001, 3, 1, 0x401010, 0, 1, 0, 0)[:-8])'
    printf '00400000-00500000 r-xp 00000000 08:01 123 /bin/app\n'
} >"$HOME/cpu"
cprof -raw "$HOME/cpu"
printf -- '--- symbol\n0x100f alloc\n---\n--- heap\nheap profile: 1: 512 [1: 512] @ heapprofile\n 1: 512 [ 1: 512] @ 0x1010\n' |
    cprof -top -
printf -- '--- symbol\n0x10 wait\n---\n--- contention:\ncycles/second=1000000000\nsampling period=1\n400 2 @ 0x11\n' | cprof -top -

echo "threads of jemalloc:"
{
    printf 'heap_v2/1\n  t*: 3: 3072 [4: 5120]\n  t0: 2: 2048 [3: 4096] main\n  t7: 1: 1024 [1: 1024]\n@ 0x401000 0x402000\n'
    printf '  t*: 2: 2048 [3: 4096]\n  t0: 1: 1024 [2: 3072]\n  t7: 1: 1024 [1: 1024]\n@ 0x401010\n  t*: 1: 1024 [1: 1024]\n  t0: 1: 1024 [1: 1024]\n'
    printf '\nMAPPED_LIBRARIES:\n00400000-00500000 r-xp 00000000 08:01 123 /bin/app\n'
} >"$HOME/heap"
cprof -raw -symbolize=none "$HOME/heap"
cprof -tags -symbolize=none - <"$HOME/heap"

echo "faults:"
fails() {
    status=0
    cprof -top -symbolize=none "$@" 2>&1 || status=$?
    echo "exit status $status"
}
printf -- '--- symbol\n0x10 f\n' | fails -
printf -- '--- symbol\n0x10 f\n--- profile\nnothing\n' | fails -
printf 'heap_v2/1\n  t*: 1: 1 [0: 0]\n@ 0x10\n  t*: many\n' >"$HOME/bad"
fails "$HOME/bad"
