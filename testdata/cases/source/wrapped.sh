# by hand
# All are one profile, whose rows are those of the reference.
for file in testdata/profiles/wrapped/*; do
    cprof -symbolize=none -top -nodecount=3 "$file" >"$HOME/out" || exit
    cprof -symbolize=none -top -nodecount=3 - <"$file" | cmp - "$HOME/out" || exit
    cprof -symbolize=none -top -nodecount=3 testdata/profiles/go-open_conns.pb.gz | cmp - "$HOME/out" || exit
    echo "${file##*/}"
    [ "${file##*/}" = gzip-padded ] && continue
    head -c -6 "$file" >"$HOME/cut"
    cprof -top "$HOME/cut" 2>&1 | head -n 1
done
cat "$HOME/out"
