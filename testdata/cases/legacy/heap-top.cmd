# reference
-symbolize=none -top testdata/profiles/cpp.0002.heap
