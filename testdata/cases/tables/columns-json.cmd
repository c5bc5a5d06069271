# by hand
-symbolize=none -top -nodecount=2 -columns=cum%,name,samples,file -format=json testdata/profiles/go-heap-after.pb.gz
