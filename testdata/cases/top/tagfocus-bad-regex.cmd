# reference
-symbolize=none -top "-tagfocus=(" testdata/profiles/go-cpu.pb.gz
