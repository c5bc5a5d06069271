# reference
cprof -symbolize=none -top -output="$HOME/nosuchfolder/report" testdata/profiles/go-cpu.pb.gz
