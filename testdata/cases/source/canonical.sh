# by hand
# the order of the sources does not matter; equal samples are one, samples of 0 stay, the default type comes last
testdata/tiny-profile "$HOME/a.pb.gz" binary=/nonexistent/shop type=cpu/milliseconds type=samples/count time=9 duration=1 'main;work=2,1' 'main;idle=0,0'
testdata/tiny-profile "$HOME/b.pb.gz" binary=/nonexistent/shop type=extra/count type=samples/count type=cpu/microseconds time=3 duration=2 'main;work=7,3,500' 'boot=1,1,4'
cprof -proto -canonical "$HOME/a.pb.gz" "$HOME/b.pb.gz" >"$HOME/ab.pb.gz"
cprof -proto -canonical "$HOME/b.pb.gz" "$HOME/a.pb.gz" | cmp - "$HOME/ab.pb.gz"
cprof -symbolize=none -raw "$HOME/ab.pb.gz"
