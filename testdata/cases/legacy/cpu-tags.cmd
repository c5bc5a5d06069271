# reference
-symbolize=none -tags testdata/profiles/cpp.cpu.prof
