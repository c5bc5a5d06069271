# by hand
-symbolize=none -top -nodecount=8 testdata/profiles/go-heap-debug1.txt
