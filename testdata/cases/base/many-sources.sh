# reference
for i in $(seq 150); do set -- "$@" testdata/profiles/go-mutex.pb.gz testdata/profiles/go-block.pb.gz; done
cprof -symbolize=none -raw "$@"
