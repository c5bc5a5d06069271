# by hand
# lists that are none
: >"$HOME/empty"
mkdir "$HOME/folder"
for source in "@$HOME/empty" @testdata/profiles/go-mutex.pb.gz "@$HOME/missing" "@$HOME/folder" "$HOME/folder" "$HOME/no*"; do
  cprof -symbolize=none -top "$source" || echo "status $?"
done
cprof -0 -symbolize=none -top @README.md || echo "status $?"
