# by hand
# the reference wrote the expectation, for the first file named three times and the second one twice
cprof -top testdata/profiles/go-heap-after.pb.gz@3 testdata/profiles/go-heap-before.pb.gz@2
