# by hand
# A source that was changed after the binary was built is shown with a warning. It is found in every working directory,
# also in one whose name is part of its path.
mkdir -p "$HOME/go/src" "$HOME/project/go"
printf 'first\nsecond\n' >"$HOME/go/src/a.c"
cp "$(command -v env)" "$HOME/program"
cat >"$HOME/p.json" <<END
{"\$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[
{"name":"f","file":"$HOME/go/src/a.c","line":2}]},"profiles":[{"type":
"sampled","name":"p","unit":"none","startValue":0,"endValue":1,"samples":[[0]],"weights":[1]}]}
END
cd "$HOME/project/go"
touch -d '2021-01-01 00:00:00' "$HOME/program"
touch -d '2020-01-01 00:00:00' "$HOME/go/src/a.c"
cprof -list=. "$HOME/program" "$HOME/p.json"
touch -d '2022-01-01 00:00:00' "$HOME/go/src/a.c"
cprof -list=. "$HOME/program" "$HOME/p.json"
