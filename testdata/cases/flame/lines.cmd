# by hand
-symbolize=none -flame -width=100 -show_from=Monthly -lines testdata/profiles/go-cpu.pb.gz
