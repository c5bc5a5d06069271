# reference
-symbolize=none -top -focus=catalog/.*go -nodecount=10 testdata/profiles/go-cpu.pb.gz
