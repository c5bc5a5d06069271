# by hand
# what a list names and cannot be read is named and counted
cp testdata/profiles/go-mutex.pb.gz "$HOME/good"
printf 'garbage' >"$HOME/bad"
mkfifo "$HOME/fifo"
mkdir "$HOME/folder"
printf '%s\n' "$HOME/good" "$HOME/bad" "$HOME/missing" "$HOME/fifo" "$HOME/folder" - "$HOME/good" >"$HOME/list"
cprof -symbolize=none -top -nodecount=1 "@$HOME/list" </dev/null
cprof -symbolize=none -top -strict "@$HOME/list" </dev/null || echo "status $?"
