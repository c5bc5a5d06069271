# reference
-symbolize=none -top -show_from=Shop.*ServeHTTP -cum -nodecount=12 testdata/profiles/go-cpu.pb.gz
