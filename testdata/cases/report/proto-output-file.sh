# reference
cprof -symbolize=none -proto -output="$HOME/out.pb.gz" testdata/profiles/go-open_conns.pb.gz
cprof -symbolize=none -raw "$HOME/out.pb.gz"
