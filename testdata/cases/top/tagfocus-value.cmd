# reference
-symbolize=none -top -tagfocus=acme -nodecount=8 testdata/profiles/go-cpu.pb.gz
