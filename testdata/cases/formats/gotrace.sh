# by hand
# The four, of all three traces, are those of `go tool trace -pprof` of Go 1.26, but for the order of rows that are equal.
trace=$HOME/trace
gzip -dc testdata/profiles/other/waits.trace.gz >"$trace"
for kind in net sync syscall sched; do
    echo "$kind:"
    cprof -tagfocus=trace=^$kind\$ -sample_index=contentions -collapsed "$trace" | sort
    cprof -tagfocus=trace=^$kind\$ -unit=ns -top -nodecount=4 "$trace"
done
echo "from a pipe, packed:"
cprof -raw "$trace" >"$HOME/once"
gzip -n <"$trace" | cprof -raw - | cmp - "$HOME/once"
cprof -tags "$trace"
echo "regions and tasks of the program are labels:"
regions=testdata/profiles/other/regions.trace.gz
cprof -unit=ns -tags $regions
cprof -tagfocus=trace=sync -tagroot=task,region -show='main|pay|plain|receipt|checkout|unknown' -collapsed $regions
for kind in sync syscall sched; do cprof -tagfocus=trace=$kind -unit=ns -top -nodecount=1 $regions | grep Showing; done
echo "coroutines, and Go code on threads of C:"
for kind in net sync syscall sched; do
    echo "$kind:"
    cprof -tagfocus=trace=^$kind\$ -sample_index=contentions -collapsed testdata/profiles/other/coroutines.trace.gz 2>&1 | sort
done
echo "faults:"
fails() { cprof -top "$HOME/bad" 2>&1 | head -n 1; }
for size in 16 17 40 3000; do
    head -c $size "$trace" >"$HOME/bad"
    fails
done
head -c -1 "$trace" >"$HOME/bad"
fails
printf 'go 1.11 trace\0\0\0' >"$HOME/bad"
fails
{ head -c 16 "$trace" && printf 'nothing of a trace'; } >"$HOME/bad"
fails
