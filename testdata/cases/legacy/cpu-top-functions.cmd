# reference
-symbolize=none -top testdata/profiles/cpp.cpu.prof
