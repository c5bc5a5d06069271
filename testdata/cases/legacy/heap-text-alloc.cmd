# by hand
-symbolize=none -top -sample_index=alloc_objects -nodecount=8 testdata/profiles/go-heap-debug1.txt
