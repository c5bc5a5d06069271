#!/bin/sh
# Makes the profiles of testdata/profiles. Run it by hand: it needs Go, pprof, g++, gperftools, binutils and curl,
# permission to write to /srv, and about two minutes. Like all real profiles, its output differs from run to run.
# usage: make-profiles.sh [service|gate|ledger]...     (without arguments: all)
set -eu
programs=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$programs/../profiles" && pwd)
pprof=${PPROF:-pprof} # not `go tool pprof`, which finds no function names in C++ programs
build=/srv/shop # profiles record the path of the program, which must not name a home directory
port=6060
mkdir -p "$build"
trap 'rm -rf "$build"' EXIT

fetch() { curl --silent --show-error --fail --output "$out/$1" "http://127.0.0.1:$port/debug/pprof/$2"; }

build_shop() { # -trimpath records files as example.com/shop/... and runtime/..., whatever their path
    (cd "$programs/shop" && go build -trimpath -buildvcs=false -o "$build" ./cmd/...)
}

serve() {
    "$build/server" -port "$port" -for 60s "$@" & server=$!
    sleep 2
}
stop() { kill "$server"; wait "$server" || true; } # it ends by our signal

profile_service() {
    serve
    fetch go-heap-before.pb.gz 'heap?gc=1'
    fetch go-cpu.pb.gz 'profile?seconds=6'
    fetch go-goroutine.pb.gz goroutine
    fetch go-block.pb.gz block
    fetch go-mutex.pb.gz mutex
    fetch go-open_conns.pb.gz open_conns
    fetch go-heap-after.pb.gz 'heap?gc=1'
    stop
}

profile_text() { # the older text forms; at Go's own sampling rate, for text is long
    serve -memrate 524288
    fetch go-goroutine-debug1.txt 'goroutine?debug=1'
    fetch go-heap-debug1.txt 'heap?debug=1&gc=1'
    stop
}

run_server() { # NAME OPTIONS: a fixed number of requests over HTTP
    name=$1; shift
    "$build/server" -port "$port" -workers 1 -rest 0 -requests 4000 -cpuprofile "$out/$name.pb.gz" "$@"
}
run_bench() { # NAME OPTIONS: a fixed list of requests without a network
    name=$1; shift
    "$build/bench" -cpuprofile "$out/$name.pb.gz" "$@"
}

make_service() { build_shop; profile_service; profile_text; }

make_gate() { # the sides take turns in going first, so that a busy moment of the machine is not always the same one's
    build_shop
    run_server go-cpu-same-a; run_server go-cpu-same-b; run_server go-cpu-slow -slow
    run_bench go-gate-base-1; run_bench go-gate-same-1; run_bench go-gate-slow-1 -slow
    run_bench go-gate-same-2; run_bench go-gate-slow-2 -slow; run_bench go-gate-base-2
    run_bench go-gate-slow-3 -slow; run_bench go-gate-base-3; run_bench go-gate-same-3
}

make_ledger() {
    # no-as-needed: nothing in the program calls the CPU profiler, the library starts it by itself
    (cd "$programs" && g++ -std=c++17 -O2 -g -Wall -Wextra "-ffile-prefix-map=$programs=/srv/shop/src" \
        ledger/*.cc -Wl,--no-as-needed -lprofiler -ltcmalloc -o "$build/ledger")
    (cd "$build" && CPUPROFILE=cpp.cpu.prof ./ledger 40 50000 && HEAPPROFILE=cpp ./ledger 12 20000)
    cp "$build/cpp.cpu.prof" "$build/cpp.0001.heap" "$build/cpp.0002.heap" "$out"
    # gperftools writes addresses only: names and lines are added here, where the program still is
    $pprof -symbolize=local -proto -output="$out/cpp-cpu.pb.gz" "$build/ledger" "$build/cpp.cpu.prof"
    $pprof -symbolize=local -proto -output="$out/cpp-heap-before.pb.gz" "$build/ledger" "$build/cpp.0001.heap"
    $pprof -symbolize=local -proto -output="$out/cpp-heap-after.pb.gz" "$build/ledger" "$build/cpp.0002.heap"
}

check_paths() { # nothing in a profile may tell on whose machine it was made
    for file in "$out"/*; do
        if gzip -dcf "$file" | strings | grep -E "$programs|/home/|/root/|/tmp/"; then
            echo "$file names a private path" >&2
            exit 1
        fi
    done
}

for part in ${*:-service gate ledger}; do "make_$part"; done
check_paths
