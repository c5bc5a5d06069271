# reference
cd "$HOME"
root=$OLDPWD
printf 'top 2 > out1\ntop 3 >out2\ntop >\ncallgrind 1 > out3\n' | cprof -symbolize=none "$root/testdata/profiles/go-cpu.pb.gz"
cat out1 out2

