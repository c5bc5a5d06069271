# by hand
# The configurations are those of the web interface, in pprof's own file.
echo 'use
save nightly
nodecount=1
focus=Search
save "two words"
save
save Default
use
use nightly
filters
use nihgtly
use "two words"
top
use a b
load testdata/profiles/go-cpu.pb.gz
focus=
save nightly' | cprof -symbolize=none testdata/profiles/go-cpu.pb.gz
cat "$HOME/.config/pprof/settings.json"
