# by hand
-symbolize=none -top -nodecount=3 -columns=name,inline,cum,sum% -format=markdown testdata/profiles/go-heap-after.pb.gz
