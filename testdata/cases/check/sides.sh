# by hand
# Sides cannot be mixed up: a pattern that the shell expanded, a file on both sides or twice, swapped sides, copies.
tiny=$PWD/testdata/tiny-profile
cd "$HOME"
mkdir base new both
for i in 1 2 3 10; do
    "$tiny" base/run-$i.pb.gz binary=/bin/x time=$((100 + i)) 'main;a=100,1000000000' "main;b=$i,10000000"
    "$tiny" new/run-$i.pb.gz binary=/bin/x time=$((200 + i)) 'main;a=100,1000000000' "main;b=$i,10000000"
    cp base/run-$i.pb.gz both/base-$i.pb.gz
    cp new/run-$i.pb.gz both/new-$i.pb.gz
done
cp base/run-1.pb.gz both/old.pb.gz
gate() {
    echo "$ cprof -check $*"
    cprof -check -v -format=github "$@" 2>&1 | sed '/^::error/!s/^::.*/judged/; /stage/,$d'
}
gate -base base/*.pb.gz new
gate -base base/* new/*
gate -base both/base* both/new*
gate -base base/*
gate -base base/run-1.pb.gz -base base/run-[23]* new
gate -base base/run-1.pb.gz base/run-2.pb.gz new
echo "## what says which is which"
gate -base=base/run-1.pb.gz base/run-2.pb.gz base/run-3.pb.gz
gate -base base/run-1.pb.gz base/run-2.pb.gz
gate -base both/base-1.pb.gz -base both/base-2.pb.gz both/new-1.pb.gz both/new-2.pb.gz
gate -base both/base-1.pb.gz both/new-1.pb.gz both/new-2.pb.gz
gate -base both/old.pb.gz both/new-1.pb.gz both/new-2.pb.gz
gate -base 'both/base-[12]*' 'both/new-[12]*'
echo "## one file twice"
gate -base base base/
gate -base base/run-1.pb.gz ./base/run-1.pb.gz
ln -s base/run-1.pb.gz link
gate -base base/run-1.pb.gz link
gate -base base new both/../new/run-1.pb.gz
gate -base 'base/*' -base base/run-1.pb.gz new
echo "## odd"
gate -base new base
gate -base both/old.pb.gz base/run-1.pb.gz
"$tiny" other-binary binary=/bin/y time=3000 'main;a=100,1000000000'
gate -base base/run-1.pb.gz other-binary
