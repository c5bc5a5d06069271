# by hand
-symbolize=none -peek=editDistance -format=json testdata/profiles/go-cpu.pb.gz
