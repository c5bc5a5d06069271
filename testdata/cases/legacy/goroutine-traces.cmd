# by hand
-symbolize=none -traces testdata/profiles/go-goroutine-debug1.txt
