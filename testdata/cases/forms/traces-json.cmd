# by hand
-symbolize=none -traces -lines -focus=ReadLine -format=json testdata/profiles/go-heap-after.pb.gz
