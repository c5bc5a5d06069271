# by hand
# The gate as cprof has it: three runs of a benchmark a side, unchanged and with a slower search.
cd testdata/profiles
cprof -check -same_work -base 'go-gate-base-*.pb.gz' 'go-gate-same-*.pb.gz' && echo passed
cprof -check -same_work -base 'go-gate-base-*.pb.gz' 'go-gate-slow-*.pb.gz' || echo stopped with $?
