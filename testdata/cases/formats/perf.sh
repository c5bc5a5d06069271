# by hand
{
    printf '# ========\n# cmdline : perf record -g app\n#\n'
    printf 'Web Content  7/8 [003] 10.000000:    250000 cpu-clock:uhH: \n'
    printf '\t    4010 inner+0x4 (inlined)\n  in.h:3\n\t    4010 outer+0x10 (/opt/app)\n  app.c:12\n'
    printf '\t    5010 [unknown] (/usr/lib/libc.so.6)\n  libc.so.6[5010]\n\t    9999 [unknown] ([unknown])\n  ??:0\n\n'
    printf 'app 7/8 10.1: PERF_RECORD_MMAP2 7/7: [0x4000(0x1000) @ 0 08:01 1 1]: r-xp /opt/app\n'
    printf 'a 1 b     0 [000] 10.500000: sched:sched_switch: prev_comm=x prev_pid=5 next 12 ==> y: z\r\n'
    printf '\tffff01 __schedule ([kernel.kallsyms])\r\n\r\n'
    printf 'a 1 b     0 [000] 10.600000: sched:sched_switch: nothing below\n\n'
    printf ':-1 -1 11.25: 7 cpu-clock:uhH:\n\n4011 operator new(unsigned long)+0x1 (/tmp/my app (deleted))\n'
    printf '4020 _Z4betav (/opt/app)\n'
    printf 'one 9 11.5: 3 cpu-clock:uhH: 4020 _Z4betav (/opt/app)'
} >"$HOME/script"
echo "what each line becomes:"
cprof -raw "$HOME/script"
echo "names and lines:"
cprof -collapsed -tagroot=comm -sample_index=1 "$HOME/script"
cprof -top -lines -sample_index=0 "$HOME/script"
cprof -top -noinlines -sample_index=0 -symbolize=demangle=none "$HOME/script"
echo "from a pipe:"
cprof -tags -sample_index=1 - <"$HOME/script"

echo "faults:"
fails() {
    status=0
    cprof -top "$@" 2>&1 || status=$?
    echo "exit status $status"
}
printf 'app 1 1.0: 5 cycles:\n\t40 f (/x)\n  WEIRD\n\t50 g (/x)\n\n\t60 h (/x)\n' >"$HOME/bad"
fails "$HOME/bad"
cprof -collapsed -lenient "$HOME/bad" 2>&1
printf 'app 1 1.0: 5 cycles:\n\t40 f (/x)\n\napp 1 1.0: 9223372036854775808 cycles:\n' | fails -
