# by hand
# against the files named several times; labels; errors
heap=testdata/profiles/go-heap-after.pb.gz before=testdata/profiles/go-heap-before.pb.gz
canonical() { cprof -symbolize=none -proto -canonical "$@"; }
canonical $heap $heap $before >"$HOME/repeated"
canonical $heap@2 $before@1.0 | cmp - "$HOME/repeated" && echo same
printf '%s\n' "$before" "$heap@2" | cprof -symbolize=none -proto -canonical @- | cmp - "$HOME/repeated" && echo same
canonical "$HOME/repeated@0.5" >"$HOME/half"
canonical $heap@2 $before >"$HOME/part"
canonical "$HOME/part@0.5" | cmp - "$HOME/half" && echo same
cprof -symbolize=none -top -nodecount=3 $heap@0.5
testdata/tiny-profile "$HOME/a" 'main;half=1,10' 'main;half=3,31'
testdata/tiny-profile "$HOME/b" 'main;half=4,1'
# 0.5 becomes 0, 1.5 becomes 2, 15.5 becomes 16
cprof -symbolize=none -traces -sample_index=samples "$HOME/a@0.5" "$HOME/b@1"
cprof -symbolize=none -traces -base="$HOME/b@2" "$HOME/a"
cp "$HOME/b" "$HOME/a@0.5"
cprof -symbolize=none -traces "$HOME/a@0.5" # a file of this name comes first
cprof -top "$HOME/b@1e3" || true
cprof -top "$HOME@2" || true
# the labels of this profile are numbers of bytes; the values of its samples are a multiple
cprof -symbolize=none -raw -weight=label:bytes $before | sed -n '/^Samples/,/^Locations/p' | head -6
cprof -symbolize=none -top -weight=label:endpoint testdata/profiles/go-cpu.pb.gz || true
cprof -symbolize=none -top -weight=endpoint testdata/profiles/go-cpu.pb.gz || true
