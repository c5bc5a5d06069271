# by hand
{
    printf '# austin: 3.3.0\n\n  main;operator new(unsigned long) \t 2  \r\n'
    printf 'main;worker 12 5\nmain;;worker 12 1.5\n;main;a\\x3bb\\x41;last\\x2012 .5\n'
    printf 'main;nothing 0\nmain;idle 1e1\nmain;idle -0.4\n'
} >"$HOME/folded"
echo "all that a line may hold:"
cprof -collapsed "$HOME/folded"
cprof -raw "$HOME/folded" | sed -n '/^Samples/,/^Locations/p'

echo "from a pipe, packed, in UTF-16, with a byte order mark, twice:"
cprof -collapsed - <"$HOME/folded" >"$HOME/once"
gzip -n <"$HOME/folded" | cprof -collapsed - | cmp - "$HOME/once"
python3 -c 'import sys; sys.stdout.buffer.write(open(sys.argv[1]).read().encode("utf-16"))' "$HOME/folded" >"$HOME/utf-16"
cprof -collapsed "$HOME/utf-16" | cmp - "$HOME/once"
(printf '\357\273\277' && cat "$HOME/folded") | cprof -collapsed - | cmp - "$HOME/once"
cprof -collapsed "$HOME/folded" | cprof -collapsed - | cmp - "$HOME/once"
cprof -collapsed "$HOME/folded" "$HOME/utf-16" | head -n 1

echo "a line of more than 64 KB, the first or a later one:"
echo "f$(seq -s ';f' 20000);a 5" >"$HOME/long"
printf 'main;b 3\n' | cat "$HOME/long" - >"$HOME/long-first"
printf 'main;b 3\n' | cat - "$HOME/long" >"$HOME/long-last"
cprof -top -nodecount=2 "$HOME/long-first"
cprof -top -nodecount=2 "$HOME/long-last" >"$HOME/last"
cprof -top -nodecount=2 "$HOME/long-first" | cmp - "$HOME/last"

echo "two columns are a difference:"
printf 'main;a;b 10 15\nmain;a;c 5 0\nmain;d 0 7\nmain;a;b 1 1\n' >"$HOME/two"
cprof -collapsed "$HOME/two"
cprof -top "$HOME/two"

echo "negative numbers in one column stay there, unless a base is subtracted:"
printf 'main;a -5\nmain;b 10\nmain;a 2\n' >"$HOME/negative"
cprof -collapsed "$HOME/negative"
cprof -collapsed -focus='^a$' "$HOME/negative"
printf 'main;b 1\n' | cprof -collapsed "$HOME/negative" -
printf 'main;b 1\n' | cprof -collapsed -base=- "$HOME/negative"
printf 'main;b 12 1\n' | cprof -collapsed "$HOME/negative" -
cprof -proto -output="$HOME/negative.pb.gz" "$HOME/negative" 2>/dev/null
cprof -collapsed "$HOME/negative.pb.gz"

echo "faults:"
fails() {
    status=0
    cprof -top "$@" 2>&1 || status=$?
    echo "exit status $status"
}
printf 'a;b 1\n\nno count here\na;c 2\nx 12V.4\n' >"$HOME/bad"
fails "$HOME/bad"
cprof -collapsed -lenient "$HOME/bad" 2>&1
printf 'a;b 1\na;c 9223372036854775808\n' >"$HOME/large"
fails "$HOME/large"
printf 'a;b 9223372036854775807\na;b 1\n' >"$HOME/sum"
fails "$HOME/sum"
printf 'a 1 2\n7\n' | fails -
printf '# nothing\n\n' | fails -
