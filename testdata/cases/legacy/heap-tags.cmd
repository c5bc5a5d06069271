# reference
-symbolize=none -tags testdata/profiles/cpp.0002.heap
