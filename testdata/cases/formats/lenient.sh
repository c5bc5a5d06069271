# by hand
# What makes no sense is an error without output, and is left out and counted with -lenient, in every format.
check() { # NAME, with the file on standard input
    cat >"$HOME/$1"
    cprof -top "$HOME/$1" >"$HOME/out" 2>"$HOME/err" && echo "$1: no error"
    [ -s "$HOME/out" ] && echo "$1: output beside an error"
    head -n 1 "$HOME/err"
    cprof -lenient -raw "$HOME/$1" >"$HOME/out" 2>"$HOME/err" || echo "$1: exit status $?"
    grep 'left out' "$HOME/err"
    sed -n '/^Samples/,/^Locations/{/^ *[0-9-]/p;}' "$HOME/out"
}
seed() { tail -n +2 "testdata/fuzz/formats/$1"; }

printf 'a;b 1\nnonsense\nc;d 2\n' | check collapsed
printf 'app 7/8 [003] 10.0: 250 cycles:u: \n\t4010 f (/opt/app)\n\nnonsense\napp 7/8 [003] 10.1: 9 cycles:u: \n\t4010 f (/opt/app)\n\n' | check perf
printf '@[\n  f+14\n]: x\n@[\n  g\n]: 3\n' | check bpftrace
printf 'CPU     ID                    FUNCTION:NAME\n\n   a`f+0x96\n     12\n\n   a`g\n   99999999999999999999\n' | check dtrace
printf '# callgrind format\nevents: Ir\nfn=main\n1 2\nnonsense\n3 x\n4 5\n' | check callgrind
{ printf '# callgrind format\nevents:'; printf ' E%d' $(seq 65); printf '\nevents: Ir Dr\nfn=main\n1 2 3\n'; } | check callgrind-events
printf 'heap profile: 1: 512 [1: 512] @ heapprofile\n 1: 512 [1: 512] @ 0x1010\nnonsense\n 2: 64 [2: 64] @ 0x11112222333344445\n 1: 8 [1: 8] @ 0x1030\n' | check heap
printf 'goroutine profile: total 3\n2 @ 0x1011\nnonsense\n7 @ 0x1021 x\n1 @ 0x1031\n' | check goroutine
printf -- '--- contentionz 1 ---\ncycles/second = 1000000000\nsampling period = 1\n400 2 @ 0x1011\nnonsense\n9 1 @ 0x1021\n' | check contention
printf 'heap_v2/1\n  t*: 3: 3072 [0: 0]\n@ 0x1010\n  t*: 2: 2048 [0: 0]\n  nonsense\n@ 0x1030\n  t*: 1: 1024 [0: 0]\n\nMAPPED_LIBRARIES:\n' | check jemalloc
printf '{"shared":{"frames":[{"name":"f"}]},"profiles":[{"type":"sampled","unit":"none","samples":[[0],[9],[0]],"weights":[1,2,3]}]}' | check speedscope
printf '{"nodes":[{"id":1,"callFrame":{"functionName":"(root)"},"children":[2]},{"id":2,"callFrame":{"functionName":"f"}}],"startTime":1,"endTime":9,"samples":[2,7,2],"timeDeltas":[1,1,1]}' | check cpuprofile
seed otlp-json | sed 's/"stackIndex":1/"stackIndex":9/' | check otlp.json
seed otlp-stream | head -c -3 | check stream
{ seed gotrace; printf '\001\002\001\001\050x'; } | check trace
