# by hand
echo rows | cprof -symbolize=none testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-same-b.pb.gz 2>&- | head -n 1 | cut -c1-220
echo rows | cprof -symbolize=none testdata/profiles/go-cpu-same-a.pb.gz 2>&- | head -n 1 | cut -c1-120
