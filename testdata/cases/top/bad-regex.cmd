# reference
-symbolize=none -top "-focus=a(" testdata/profiles/go-cpu.pb.gz
