# reference
-symbolize=none -top -tagfocus=tenant=acme,globex -nodecount=8 testdata/profiles/go-cpu.pb.gz
