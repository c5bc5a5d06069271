# by hand
# Types in another order or unit are converted as -diff_base does; those that cannot be are named, before durations.
cd "$HOME"
tiny=$OLDPWD/testdata/tiny-profile
"$tiny" two binary=/bin/x duration=3 'main;a=10,100000000' 'main;b=5,50000000'
"$tiny" reordered binary=/bin/x type=cpu/nanoseconds type=samples/count period=cpu/nanoseconds/10000000 'main;a=70000000,7'
"$tiny" ms binary=/bin/x type=cpu/milliseconds period=cpu/milliseconds/10 'main;a=70'
"$tiny" heap binary=/bin/x duration=300 type=inuse_objects/count type=inuse_space/bytes period=space/bytes/524288 'main;a=4,4096'
"$tiny" wall binary=/bin/x type=samples/count type=wall/nanoseconds period=wall/nanoseconds/10000000 'main;a=7,70000000'
"$tiny" cycles binary=/bin/x type=samples/count type=cpu/cycles period=cpu/nanoseconds/10000000 'main;a=7,70000000'
"$tiny" slow binary=/bin/x period=cpu/nanoseconds/20000000 'main;a=7,140000000'
"$tiny" late binary=/bin/x duration=30 'main;a=7,70000000'
for base in two reordered ms; do
    for new in two reordered ms; do
        [ $base = $new ] || { echo "## $base $new" && cprof -check -format=csv -base=$base $new | cut -d, -f1,3-7; }
    done
done
for new in heap wall cycles slow late; do
    cprof -check -format=github -base=two $new 2>/dev/null || echo "status $?"
done
cprof -check -format=github -sample_index=samples -base=two wall 2>/dev/null || echo "status $?"
cprof -check -format=github -sample_index=wall -base=two wall 2>/dev/null || echo "status $?"
