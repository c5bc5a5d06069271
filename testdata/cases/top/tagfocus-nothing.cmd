# reference
-symbolize=none -top -tagfocus=nosuchtag testdata/profiles/go-cpu.pb.gz
