# by hand
root=$PWD
cd "$HOME"
printf '%s\n' 'top 1 >> a' 'top 2 >>a' 'top1>b' 'top 1 > "c d"' "top 1 >'e'" 'o > options' 'filters >> options' 'top >>' 'top > "x' \
    'top 1 > no/folder' 'top 1 >> no/folder' 'o >> no/folder' |
    cprof -symbolize=none "$root/testdata/profiles/go-cpu.pb.gz"
ls
cat a "c d"
cmp "c d" e
head -n 2 b
tail -n 3 options
