# by hand
# Limits as shares and as numbers, counts by their name, one and many, wide and negative values, names in Markdown.
tiny=$PWD/testdata/tiny-profile
cd "$HOME"
"$tiny" old binary=/bin/x type=goroutine/count period=goroutine/count/1 'main;serve=1000' 'main;idle=200' 'main;rare=1'
"$tiny" new binary=/bin/x type=goroutine/count period=goroutine/count/1 'main;serve=1060' 'main;idle=200' 'main;rare=1'
gate() { echo "$ $*" && cprof -check "$@" 2>&1 && return; echo "status $?"; }
gate -max_growth=0.05 -base=old new
cprof -check -max_growth=5% -base=old new >percent || true
{ cprof -check -max_growth=.05 -base=old new || true; } | cmp -s - percent && echo "the same by 5%"
gate -max_growth=5 -base=old new
gate -budget='serve<=1200 goroutines' -nodecount=1 -base=old new
gate -budget='serve<=1050 goroutines' -nodecount=1 -base=old new
gate -budget='serve<=12 objects' -base=old new
echo "## wide, negative"
"$tiny" wide.old binary=/bin/x type=weight/quettagrams 'main;a=123456789012' 'main;b=-200000000000' 'main;c=-9'
"$tiny" wide.new binary=/bin/x type=weight/quettagrams 'main;a=123456789999' 'main;b=-100000000000' 'main;c=-9'
gate -base=wide.old wide.new
echo "## names"
"$tiny" names.old binary=/bin/x type=goroutine/count period=goroutine/count/1 '@octocat ~~a~~ &copy b> #1 $x$=10' '<script>=10'
"$tiny" names.new binary=/bin/x type=goroutine/count period=goroutine/count/1 '@octocat ~~a~~ &copy b> #1 $x$=20' '<script>=10'
gate -format=markdown -base=names.old names.new
