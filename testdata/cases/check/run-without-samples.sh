# by hand
# A run without samples, on either side or among several, is an error that names it; so is a side that a filter empties.
P=$PWD/testdata/profiles
cd "$HOME"
cprof -proto -output=none.pb.gz -focus=nothing "$P/go-gate-base-1.pb.gz" 2>/dev/null
cp "$P/go-gate-base-1.pb.gz" base.pb.gz
cp "$P/go-gate-slow-1.pb.gz" slow.pb.gz
try() {
    cprof -check -same_work "$@" >out 2>err && status=0 || status=$?
    echo "status $status: $(grep ^cprof: err)"
    cat out
}
try -base base.pb.gz none.pb.gz
try -require_power -base none.pb.gz base.pb.gz
cp "$P/go-gate-base-2.pb.gz" base2.pb.gz
try -base base.pb.gz -base base2.pb.gz slow.pb.gz none.pb.gz
try -base base.pb.gz -focus=sortByRank slow.pb.gz
cprof -proto -output=only.pb.gz -ignore=editDistance "$P/go-gate-slow-1.pb.gz" 2>/dev/null
try -base base.pb.gz -focus=editDistance only.pb.gz
