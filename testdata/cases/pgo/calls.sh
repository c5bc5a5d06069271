# by hand
cprof -pgo -symbolize=none testdata/profiles/go-gate-base-1.pb.gz 2>&1 >"$HOME/hot.pgo" | sed 's/[0-9]* bytes/N bytes/g'
cprof -symbolize=none -traces -lines "$HOME/hot.pgo" 2>/dev/null | head -12
cprof -symbolize=none -raw "$HOME/hot.pgo" | grep -A 2 -E '^Locations|^Mappings'
