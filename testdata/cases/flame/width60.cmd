# by hand
-symbolize=none -flame -width=60 -focus=catalog "-show=shop/internal|^sort" testdata/profiles/go-cpu.pb.gz
