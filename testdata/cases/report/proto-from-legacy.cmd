# reference
-symbolize=none -proto testdata/profiles/cpp.0001.heap
