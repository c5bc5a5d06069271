# reference
-symbolize=none -top -base=testdata/profiles/cpp.0001.heap testdata/profiles/cpp.0002.heap
