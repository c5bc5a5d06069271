# by hand
-pgo -symbolize=none testdata/profiles/go-heap-after.pb.gz
