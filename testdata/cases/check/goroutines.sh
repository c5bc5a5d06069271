# by hand
# A goroutine leak is named by the program's code, not by runtime.gopark; counts are exact, so one run a side is enough.
P=$PWD/testdata/profiles/go-goroutine.pb.gz
cd "$HOME"
cprof -proto -output=base.pb.gz -ignore=pricefeed "$P" 2>/dev/null
cprof -check -base base.pb.gz "$P" || echo "status $?"
cprof -check -cum -nodecount=2 -base base.pb.gz "$P" || echo "status $?"
