# reference
-symbolize=none -comments "-add_comment=one more" testdata/profiles/go-cpu.pb.gz
