# by hand
cprof -symbolize=none -rows -format=csv -functions -focus=bgscavenge -base=testdata/profiles/go-heap-before.pb.gz testdata/profiles/go-heap-after.pb.gz | cut -c1-300
