# reference
-symbolize=none -top -nodecount=10 -addresses testdata/profiles/cpp.cpu.prof
