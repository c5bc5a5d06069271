# reference
-symbolize=none -peek=editDistance$ -diff_base=testdata/profiles/go-cpu-same-a.pb.gz testdata/profiles/go-cpu-slow.pb.gz
