# by hand
-symbolize=none -speedscope -focus=editDistance "-show=shop/internal" testdata/profiles/go-cpu.pb.gz
