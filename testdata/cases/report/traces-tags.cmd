# reference
-symbolize=none -traces -tagfocus=initech -focus=report testdata/profiles/go-cpu.pb.gz
