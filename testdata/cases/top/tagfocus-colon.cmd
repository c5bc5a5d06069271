# reference
-symbolize=none -top -tagfocus=endpoint:/search -nodecount=8 testdata/profiles/go-cpu.pb.gz
