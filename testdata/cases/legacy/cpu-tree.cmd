# reference
-symbolize=none -tree -nodecount=5 testdata/profiles/cpp.cpu.prof
