# reference
# Called by the name pprof, cprof prints pprof's messages only: a file that is no profile, one that begins with a long line, and sources that are missing.
printf '\v' >"$HOME/bad"
cprof -symbolize=none -top "$HOME/bad" 2>&1 | sed "s|$HOME/||"
head -c 70000 /dev/zero | tr '\0' x >"$HOME/bad"
cprof -symbolize=none -top "$HOME/bad" 2>&1 | sed "s|$HOME/||"
cprof -symbolize=none -compact_labels -list='leakSession$' -trim_path=/nowhere testdata/profiles/go-heap-after.pb.gz 2>&1
