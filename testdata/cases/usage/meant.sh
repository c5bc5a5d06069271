# by hand
# A report without its dash, flags after files, a unit that does not exist, a range that is read as a pattern. Files of
# such names are what they are.
profile=testdata/profiles/go-cpu.pb.gz
call() {
    echo "--- $*"
    cprof "$@" </dev/null || echo "exit status $?"
}
exec 2>&1
call top $profile
call -symbolize=none top -nodecount=1 $profile
call list '(*Cache).Get' $profile
call list $profile
call $profile -top
call $profile -focus Search -http=: other
call check -base $profile $profile
call top
call -symbolize=none -top -nodecount=1 -unit=milisecond $profile
call -symbolize=none -top -nodecount=1 -unit=bogus $profile
call -top -sample_index=cpuu $profile
call -symbolize=none -top -nodecount=1 -tagfocus=0:256b testdata/profiles/go-heap-after.pb.gz
call -symbolize=none -top -nodecount=1 -tagfocus=bytes=1kb:256 testdata/profiles/go-heap-after.pb.gz
call -symbolize=none -top -nodecount=1 -tagfocus=bytes=1ms: testdata/profiles/go-heap-after.pb.gz
cp $profile "$HOME/top"
cp $profile "$HOME/-top"
cd "$HOME"
call -symbolize=none -top -nodecount=1 top -top
call -symbolize=none -- top -cum
