# reference
-symbolize=none -top -nodecount=4 -unit=ms testdata/profiles/go-cpu.pb.gz
