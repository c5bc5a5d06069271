# reference
-symbolize=none -top -trim=false -filefunctions -focus=Monthly -nodecount=25 testdata/profiles/go-cpu.pb.gz
