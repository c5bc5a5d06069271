# by hand
-top -compact_labels -nodecount=1 -where='tennant=acme | tenant>1MB | tenant=globex' testdata/profiles/go-cpu.pb.gz
