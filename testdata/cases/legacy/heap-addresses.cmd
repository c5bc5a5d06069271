# reference
-symbolize=none -top -addresses -nodecount=6 testdata/profiles/cpp.0002.heap
