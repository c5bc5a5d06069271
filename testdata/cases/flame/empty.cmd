# by hand
-symbolize=none -flame -focus=nothing_matches_this testdata/profiles/go-cpu.pb.gz
