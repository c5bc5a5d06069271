# by hand
# what the reference prints of a file in place of the pipe, at which it waits for ever
for i in $(seq 140); do set -- "$@" testdata/profiles/go-mutex.pb.gz; done
echo broken >"$HOME/a"
mkfifo "$HOME/p"
cat testdata/profiles/go-block.pb.gz >"$HOME/p" &
cprof -symbolize=none -top "$@" "$HOME/a" "$@" "$HOME/p" testdata/profiles/go-block.pb.gz
