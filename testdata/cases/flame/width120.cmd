# by hand
-symbolize=none -flame -width=120 -focus=catalog "-show=shop/internal|^sort" testdata/profiles/go-cpu.pb.gz
