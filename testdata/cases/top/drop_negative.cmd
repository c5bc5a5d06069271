# reference
-symbolize=none -top -drop_negative -nodecount=6 -diff_base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
