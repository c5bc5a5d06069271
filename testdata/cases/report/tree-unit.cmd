# reference
-symbolize=none -tree -unit=ms -nodecount=5 testdata/profiles/go-cpu.pb.gz
