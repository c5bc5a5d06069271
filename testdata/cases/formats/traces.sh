# by hand
echo "bpftrace:"
{
    printf 'Attaching 1 probe...\n^C\n\n@[\n    operator new(unsigned long)+24\n    main+9\n]: 2\n'
    printf '@stacks[\n    finish_task_switch+134\n    schedule+46\n,\n    nanosleep+1\n, bash, 7]: 12\n@[, idle]: 5\n'
    printf '@us[bash]: \n[1]      3 |@@  |\n@[\n    main+9\n\n]: 1\n@total: 3\n'
} >"$HOME/map"
cprof -collapsed "$HOME/map"
echo "DTrace:"
{
    printf 'dtrace: 1 drop on CPU 0\nCPU     ID                    FUNCTION:NAME\n  6  29091   :tick-60s \n\n\n'
    printf '              genunix`fault+0x96\n\n              unix`trap(int, char)->go+0x2c7\n              0x104ce54e7\n               12\n\n'
    printf '              genunix`fault+0x1\n                3\n'
} >"$HOME/dtrace"
cprof -collapsed - <"$HOME/dtrace"
cprof -raw "$HOME/dtrace" | sed -n '/^Mappings/,$p'

echo "DTrace, a stack of 64 KB:"
{ i=0; while [ $i -lt 3000 ]; do printf '              genunix`fault%d+0x96\n' $i; i=$((i + 1)); done; printf '  7\n'; } >"$HOME/deep"
cprof -top -nodecount=2 "$HOME/deep"

echo "faults:"
fails() {
    status=0
    cprof -top "$@" 2>&1 || status=$?
    echo "exit status $status"
}
printf '@[\n  f+1\n]: many\n@[\n  g+1\n]: 2\n@[\n  h+1\n' >"$HOME/cut"
fails "$HOME/cut"
cprof -collapsed -lenient "$HOME/cut" 2>&1
printf 'CPU     ID                    FUNCTION:NAME\n  8  35077  :tick-60s\n' | fails -
printf '  a`f\n  7\n  a`g\n' | fails -
printf '  a`f\n  77777777777777777777\n' | fails -
