# by hand
# lists, with names ended by newlines and by zero bytes, from a file and from standard input; a directory and a pattern
mkdir -p "$HOME/in/a b/below"
for name in 1 2 3; do testdata/tiny-profile "$HOME/in/a b/$name.pb" 'main;work=1,10' "main;only$name=1,5"; done
mv "$HOME/in/a b/3.pb" "$HOME/in/a b/below/"
printf 'not a profile' >"$HOME/in/a b/.hidden"
ln -s .. "$HOME/in/a b/below/loop"
cprof -symbolize=none -proto -canonical "$HOME/in/a b/1.pb" "$HOME/in/a b/2.pb" "$HOME/in/a b/below/3.pb" >"$HOME/all"
same() { cprof -symbolize=none -proto -canonical "$@" | cmp - "$HOME/all" && echo same; }
find "$HOME/in" -name '*.pb' >"$HOME/list"
find "$HOME/in" -name '*.pb' -print0 >"$HOME/list0"
same "@$HOME/list"
same -0 "@$HOME/list0"
same @- <"$HOME/list"
same "$HOME/in"
same "$HOME/in/a b/*.pb" "$HOME/in/a b/below/?.pb"
# a base is expanded, too
cprof -symbolize=none -traces -base="$HOME/in/a b/[12].pb" "$HOME/in" | grep -v '^File\|^Type\|^Duration'
