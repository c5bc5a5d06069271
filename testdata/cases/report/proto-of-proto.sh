# reference
cprof -symbolize=none -proto -focus=Monthly -output="$HOME/one.pb.gz" testdata/profiles/go-cpu.pb.gz
cprof -symbolize=none -top -nodecount=5 -diff_base="$HOME/one.pb.gz" testdata/profiles/go-cpu.pb.gz
