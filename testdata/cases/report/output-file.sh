# reference
cprof -symbolize=none -top -nodecount=3 -output="$HOME/report" testdata/profiles/go-cpu.pb.gz
cat "$HOME/report"
