# reference
-symbolize=none -top -tagfocus=tenant=globex -nodecount=8 testdata/profiles/go-cpu.pb.gz
