# reference
# Called by the name pprof, cprof prints pprof's messages only: a file that is no profile, and sources that are missing.
ln -s "$(command -v cprof)" "$HOME/pprof"
printf '\v' >"$HOME/bad"
"$HOME/pprof" -symbolize=none -top "$HOME/bad" 2>&1 | sed "s|$HOME/||"
"$HOME/pprof" -symbolize=none -compact_labels -list='leakSession$' -trim_path=/nowhere testdata/profiles/go-heap-after.pb.gz 2>&1
