# reference
-symbolize=none -top -svg testdata/profiles/go-cpu.pb.gz
