# reference
: >"$HOME/empty"
cprof -symbolize=none -top "$HOME/empty"
