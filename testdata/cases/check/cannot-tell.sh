# by hand
# Three short runs a side show nothing: every form says so, says what would help, and the status is 3 where an answer
# is required.
for format in text markdown github junit sarif json csv; do
    echo "$format:"
    cprof -check -same_work -require_power -format=$format -base 'testdata/profiles/go-gate-base-*.pb.gz' \
        'testdata/profiles/go-gate-same-*.pb.gz' >"$HOME/out" && status=0 || status=$?
    grep -E 'cannot.tell|would show|::|<testsuite ' "$HOME/out"
    echo "status $status"
done
cprof -check -same_work -format=junit -base 'testdata/profiles/go-gate-base-*.pb.gz' 'testdata/profiles/go-gate-same-*.pb.gz' |
    grep -A2 -E '<testsuite |verdict'
