# reference
-symbolize=none -top -sample_index=alloc_space testdata/profiles/cpp.0002.heap
