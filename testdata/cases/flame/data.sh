# by hand
# The data of the page, a field a line.
set -e
cprof -symbolize=none -flamegraph -focus=editDistance -show=shop/internal testdata/profiles/go-cpu.pb.gz >"$HOME/page.html"
sed -n 's/.*id="data">\(.*\)<\/script>/\1/p' "$HOME/page.html" | sed 's/,"\([a-z]\)/,\n"\1/g'
