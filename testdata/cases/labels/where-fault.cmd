# by hand
-top -where='tenant=acme & (endpoint~"/api/" | bytes>=much)' testdata/profiles/go-cpu.pb.gz
