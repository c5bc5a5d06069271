# by hand
cat >"$HOME/one" <<'X'
# callgrind format
version: 1
cmd: ./app
part: 1
positions: instr line
events: Ir Dr

ob=(1) /opt/app
fl=(1) a.c
fn=(1) main
0x401000 10 5 1
+4 +1 6
fi=(2) inl.h
+2 7 1
cob=(2) libc.so.6
cfi=(3) sort.c
cfn=(3) sort
calls=2 0x401100 30
* * 100 40
fe=(1)
+3 12 1
cfn=(2) help
calls=1 +40 50
* * 60 7

fn=(2)
jfi=(4) later.c
jcnd=1/2 +4 *
0x401200 50
+0 50 20 3
cob=(2)
cfi=(3)
cfn=(3)
calls=1 0 0
* 51 40 4

ob=(2)
fl=(3)
fn=(3)
0x401100 30 90 40
+1 +2 50 4
fi=(4)
+1 * 0 0
totals: 173 49

part: 2
events: Ir Dr
ob=(1)
fl=(1)
fn=(1)
0 10 1
X
echo "two parts: flat is what the lines cost; sort was called by main for 100 and by help for 40:"
cprof -top "$HOME/one"
cprof -sample_index=Ir -lines -top "$HOME/one"
cprof -sample_index=Ir -traces "$HOME/one"
echo "the same with CRLF, from a pipe, packed:"
cprof -raw "$HOME/one" >"$HOME/once"
sed 's/$/\r/' "$HOME/one" | cprof -raw - | cmp - "$HOME/once"
gzip -n <"$HOME/one" | cprof -raw - | cmp - "$HOME/once"

echo "recursion: the calls that close a cycle are left out, flat stays:"
printf 'events: Ir\nfl=a.c\nfn=a\n1 10\ncfn=b\ncalls=3 1\n2 50\nfn=b\n5 20\ncfn=a\ncalls=2 1\n6 45\ncfn=b\ncalls=1 1\n7 9\n' | cprof -traces -

echo "flat and total of what cprof writes:"
profile=testdata/profiles/go-cpu.pb.gz
cprof -symbolize=none -callgrind "$profile" 2>"$HOME/messages" >"$HOME/callgrind"
flat() { cprof -symbolize=none -unit=ms -top -nodecount=100000 "$@" | awk '$1 + 0 { sub(/ms$/, "", $1); $2 = $3 = $4 = $5 = ""; sub(/ \(inline\)$/, ""); print }' | sort; }
flat -sample_index=cpu "$profile" >"$HOME/want"
flat "$HOME/callgrind" | cmp - "$HOME/want" && wc -l <"$HOME/want"

echo "faults:"
fails() {
    printf "$1" >"$HOME/bad"
    cprof -top "$HOME/bad" 2>&1 | head -n 1
}
fails 'events: Ir\nfn=a\n1 10\nwhat is this\n2 5\n'
fails 'events: Ir\nfn=a\n1 10 11\n'
fails 'events: Ir\nfn=a\n1 x\n'
fails 'events: Ir\nfn=a\n+x 1\n'
fails 'events: Ir\nfn=(7)\n1 1\n'
fails 'events: Ir\nfn=a\ncalls=1 1\n1 1\n'
fails 'events: Ir\nfn=a\n1 1\ncfn=b\ncalls=1 1\n'
fails 'events: Ir\nfn=a\n1 99999999999999999999\n'
fails 'events: Ir\nfn=a\n1 9223372036854775807\n1 1\n'
fails 'events: Ir\nfn=a\n1 1\nevents: Dr\n'
fails 'events: Ir\nfn=a\n1 0\n'
fails '# callgrind format\nfn=a\n1 0\n'
printf 'events: Ir\nfn=a\n1 10\nwhat is this\n2 5\n' | cprof -lenient -collapsed - 2>&1
