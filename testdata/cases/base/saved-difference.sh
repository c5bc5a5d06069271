# by hand
# A saved difference makes the reports of the two profiles themselves; of one saved by -base alone, -collapsed knows less.
set -e
P=testdata/profiles old=testdata/profiles/go-cpu-same-a.pb.gz new=testdata/profiles/go-cpu-slow.pb.gz
for base in diff_base base; do
    cprof -symbolize=none -proto -output="$HOME/$base" -$base=$old $new 2>/dev/null
    for report in top tree peek=editDistance traces tags raw collapsed callgrind dot; do
        cprof -symbolize=none -$report -output="$HOME/live" -$base=$old $new 2>/dev/null
        cprof -symbolize=none -$report -output="$HOME/saved" "$HOME/$base" 2>/dev/null
        cmp -s "$HOME/live" "$HOME/saved" && echo "$base $report: the same" || echo "$base $report: differs"
    done
done
tiny=testdata/tiny-profile
"$tiny" "$HOME/old" binary=/bin/x 'main;grew=10,100' 'main;gone=4,40' 'main;same=3,30'
"$tiny" "$HOME/new" binary=/bin/x 'main;grew=15,150' 'main;new=2,20' 'main;same=3,30'
for base in diff_base base; do
    cprof -proto -output="$HOME/$base" -$base="$HOME/old" "$HOME/new" 2>/dev/null
    for report in top traces tags collapsed; do
        echo "## $base $report"
        cprof -$report "$HOME/$base"
    done
done
echo "## collapsed, of one profile"
cprof -collapsed "$HOME/new"
