# reference
-symbolize=none -tags -taghide=tenant testdata/profiles/go-cpu.pb.gz
