# reference
printf '\012\004\010\001\020\002\062\000\062\003cpu\062\001s' >"$HOME/m"
cprof -symbolize=none -top "$HOME/m"
