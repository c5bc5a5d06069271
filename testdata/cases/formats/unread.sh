# by hand
says() {
    printf "$1" >"$HOME/file"
    cprof -top "$HOME/file" 2>&1 | head -n 1
}
says '\n <!DOCTYPE html>\n<html><body>404 page not found 12</body>'
says '<?xml version="1.0"?>\n<trace-query-result>'
says '<?xml version="1.0"?>\n<svg width="12">'
says 'mode: set\nexample.com/a.go:3.4,5.6 1 1\n'
says 'FLR\000\000\002\000\001'
says '\177ELF\002\001'
says 'gmon\001\000\000\000'
says 'SQLite format 3\000'
says 'PK\003\004'
says 'PERFFILE'
says 'Nettrace\024\000\000\000'
says '\201rforpl\377\010\000\000\000'
says '\373\051\003\372\001~\000\000'
printf '\012\003abc\377\000' >"$HOME/gpu.nsys-rep"
cprof -top "$HOME/gpu.nsys-rep" 2>&1 | head -n 1
says 'an English text\nwith two lines\n'
printf 'PERFILE2' | cprof -top - 2>&1 | head -n 1

echo "perf.data, by perf:"
mkdir "$HOME/tools"
cat >"$HOME/tools/perf" <<'EOF'
#!/bin/sh
[ "$1 $2 $#" = "script -i 3" ] || exit 9
[ "$(head -c 8 "$3")" = PERFILE2 ] || exit 8
grep -q broken "$3" && exit 7
printf 'app 7/8 [003] 10.0: 250 cycles:u: \n\t4010 f+0x4 (/opt/app)\n\n'
EOF
chmod +x "$HOME/tools/perf"
printf 'PERFILE2..' >"$HOME/perf.data"
printf 'PERFILE2 broken' >"$HOME/broken.data"
PATH="$HOME/tools:$PATH" cprof -top "$HOME/perf.data" 2>&1
PATH="$HOME/tools:$PATH" cprof -top "$HOME/broken.data" 2>&1 || echo "exit status $?"
echo "without it:"
PATH="$HOME/bin" cprof -top "$HOME/perf.data" 2>&1 || echo "exit status $?"
