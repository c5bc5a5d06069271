# reference
for i in $(seq 140); do set -- "$@" testdata/profiles/go-mutex.pb.gz; done
cprof -symbolize=none -top -diff_base=testdata/profiles/go-block.pb.gz "$@"
