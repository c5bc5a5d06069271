# reference
-symbolize=none -top -focus=web -ignore=Search -nodecount=10 testdata/profiles/go-cpu.pb.gz
