# reference
-symbolize=none -traces -focus=parse testdata/profiles/cpp-cpu.pb.gz
