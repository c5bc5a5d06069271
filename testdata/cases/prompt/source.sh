# by hand
root=$PWD
cd "$HOME"
printf '# a comment\nnodecount=1\n\ntopp\nsource "other file"\r\ntop\n' > script
printf 'focus=Search\n  # another\nlod' > 'other file'
printf 'source again\n' > again
printf 'top 2\nquit\ntop 3\n' > last
printf '%s\n' 'source script' 'source nosuch' source 'source .' 'source a b' 'source again' 'source last' 'top 4' |
    cprof -symbolize=none "$root/testdata/profiles/go-cpu.pb.gz"
