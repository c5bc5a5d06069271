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
echo "xz with a dictionary of 256 MB, and with a filter of another kind:"
printf '\3757zXZ\000\000\004\346\326\264F\002\000\041\001\040\000\000\000\011\210\245v\001\000\005f\073g\0401\012\000\000\000\024\262\337\011G8YN\000\001\036\006\301\057\244\035\037\266\363\175\001\000\000\000\000\004YZ' >"$HOME/large.xz"
printf '\3757zXZ\000\000\004\346\326\264F\002\0000\001\040\000\000\0007Y\057\276\001\000\005f\073g\0401\012\000\000\000\024\262\337\011G8YN\000\001\036\006\301\057\244\035\037\266\363\175\001\000\000\000\000\004YZ' >"$HOME/filter.xz"
for file in large filter; do cprof -top "$HOME/$file.xz" 2>&1 | head -n 1; done
