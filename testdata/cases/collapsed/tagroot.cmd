# by hand
-symbolize=none -collapsed -tagroot=tenant -focus=Monthly testdata/profiles/go-cpu.pb.gz
