# by hand
-symbolize=none -tags -focus=leakSession testdata/profiles/go-heap-debug1.txt
