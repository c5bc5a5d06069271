# reference
-symbolize=none -top -sample_index=inuse_objects testdata/profiles/cpp.0002.heap
