# by hand
-symbolize=none -top -nodecount=8 testdata/profiles/go-goroutine-debug1.txt
