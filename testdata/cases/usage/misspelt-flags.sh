# by hand
profile=testdata/profiles/go-cpu.pb.gz
wrong() {
    echo "--- $*"
    cprof -symbolize=none "$@" || echo "exit status $?"
}
exec 2>&1
wrong -topp $profile
wrong -nodecont=5 $profile
wrong -sort=cum $profile
wrong -frobnicate $profile
wrong -top -nodecount=x $profile
wrong -top -focus
wrong -list='(*Catalog).Search' $profile
wrong -list=Serch $profile
wrong -peek=Serch $profile
wrong -top -focus='(*Catalog).Search' $profile
wrong -top -nodecount=1 -focus=Serch $profile
wrong -top -nodecount=1 -tagfocus=tenant=acmee $profile
