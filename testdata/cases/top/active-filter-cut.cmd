# reference
-symbolize=none -top -focus=editDistance -ignore=abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij -nodecount=3 testdata/profiles/go-cpu.pb.gz
