# reference
-symbolize=none -traces -focus=strings.ToLower testdata/profiles/go-cpu.pb.gz
