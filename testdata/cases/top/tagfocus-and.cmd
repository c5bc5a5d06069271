# reference
-symbolize=none -top -tagfocus=tenant:acme,endpoint:/search -nodecount=8 testdata/profiles/go-cpu.pb.gz
