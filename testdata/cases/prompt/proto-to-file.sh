# reference
cd "$HOME"
root=$OLDPWD
printf 'proto leakSession\nproto > named.pb.gz\n' | cprof -symbolize=none "$root/testdata/profiles/go-heap-after.pb.gz"
ls
cprof -symbolize=none -top -nodecount=2 profile001.pb.gz

