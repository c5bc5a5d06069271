# by hand
# Flags that are wrong are trouble, too, wherever they stand; so is a call without a profile.
gate() { cprof -same_work "$@" 2>/dev/null || echo "status $?"; }
B=-base=testdata/profiles/go-gate-base-1.pb.gz N=testdata/profiles/go-gate-base-2.pb.gz
gate -check -format=github -max_grwoth=5% $B $N
gate -max_grwoth=5% -check -format=github $B $N
gate -max_grwoth 5% -check -format=github $B $N
gate -check -format=github -max_growth=much $B $N
gate -check -format=github $B
gate -check -format=github $N
gate -check -format=github -top $B $N
gate -check -format=github -lines -functions $B $N
gate -check -format=github -budgets=nosuchfile $B $N
gate -check -format=github -sample_index=nosuch $B $N
gate -check -format=github -focus=nosuch $B $N
gate -top -format=json -max_grwoth=5% $N
