# reference
cat testdata/profiles/go-open_conns.pb.gz >"$HOME/more"
echo more >>"$HOME/more"
cprof -symbolize=none -top "$HOME/more"
