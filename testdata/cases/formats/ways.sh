# by hand
# Every format, and every file that is refused: the same output, messages and status from a file and from a pipe,
# packed or not, with one thread and with three.
run() { # WAY, ARGUMENTS of cprof; compares with the first way
    way=$1
    shift
    status=0
    "$@" >"$HOME/out" 2>"$HOME/err" || status=$?
    sed "s|^$HOME/[a-zA-Z0-9._-]*|-|; s|^-:1: |-: |" "$HOME/err" >"$HOME/messages"
    echo "exit status $status" >>"$HOME/messages"
    if [ "$way" = file ]; then
        mv "$HOME/out" "$HOME/want"
        mv "$HOME/messages" "$HOME/want.messages"
    elif ! cmp -s "$HOME/out" "$HOME/want" || ! cmp -s "$HOME/messages" "$HOME/want.messages"; then
        echo "$name: differs: $way"
        diff "$HOME/want.messages" "$HOME/messages"
    fi
}
piped() { cat "$1" | cprof -raw -; }
packed() { gzip -nc "$1" | cprof -raw -; }
n=0
for seed in testdata/fuzz/formats/*; do
    name=${seed##*/}
    tail -n +2 "$seed" >"$HOME/$name"
    gzip -nc "$HOME/$name" | gzip -n >"$HOME/$name.gz"
    run file cprof -raw "$HOME/$name"
    run pipe piped "$HOME/$name"
    run packed packed "$HOME/$name"
    run 'packed twice' cprof -raw "$HOME/$name.gz"
    run 'one thread' env CPROF_THREADS=1 cprof -raw "$HOME/$name"
    run 'three threads' env CPROF_THREADS=3 cprof -raw "$HOME/$name"
    n=$((n + 1))
done
[ "$n" -gt 40 ] && echo "all were tried"
