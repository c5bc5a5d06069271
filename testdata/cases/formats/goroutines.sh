# by hand
{
    printf 'panic: index out of range [5] with length 3\n\n'
    printf 'goroutine 1 gp=0xc000 m=0 mp=0x9c [running]:\nmain.(*Shop).add({0x1, 0x2}, 0x3?)\n'
    printf '\t/src/main.go:23 +0x1d fp=0xc0 sp=0xc1 pc=0x4d\nmain.generic[...](...)\n\t/src/main.go:30\n'
    printf 'main.main()\n\t/src/main.go:12 +0x20\n...additional frames elided...\n\n'
    for i in 7 8; do
        printf 'goroutine %d [chan receive, 3 minutes, locked to thread labels:{"tenant": "a\\"c\\u00fcme", "n": "\\x31"}]:\r\n' $i
        printf 'gopkg.in/yaml%%2ev2.wait(0x1)\r\n\tC:/src/yaml.go:7 +0x1\r\ncreated by main.main in goroutine 1\r\n\tC:/src/main.go:40 +0x1c5\r\n\r\n'
    done
    printf 'goroutine 9 [select (no cases), synctest bubble 4]:\n\tgoroutine running on other thread; stack unavailable\n\n'
    printf 'rax    0xca\nexit status 2\n\ngoroutine 10 [IO wait]:\nmain.cut(0x1, 0x'
} >"$HOME/dump"
cprof -traces "$HOME/dump"
echo "the leak:"
cprof -top "-tagfocus=state=chan receive" - <"$HOME/dump"
