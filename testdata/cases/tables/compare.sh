# by hand
# The sides are those of the two profiles: grown, shrunk, new, gone and the same; at the prompt after -base, too.
T=testdata/tiny-profile
$T "$HOME/old" duration=10 'main;grown=1,10' 'main;shrunk=4,40' 'main;gone=2,20' 'main;same=1,5'
$T "$HOME/new" duration=5 'main;grown=3,30' 'main;shrunk=1,10' 'main;new=1,7' 'main;same=1,5'
cd "$HOME"
cprof -symbolize=none -compare -base=old new
cprof -symbolize=none -compare -sort_by=growth -drop_negative -format=markdown -base=old new
cprof -symbolize=none -compare -sort_by=name -per_second -format=csv -focus='new|gone|grown' -base=old new
cprof -symbolize=none -compare -mean -sort_by=ratio -nodecount=2 -diff_base=old new
cprof -symbolize=none -compare -cum -normalize -base=old new
printf 'compare 2\nsort_by=new\nsample_index=samples\ncompare 1 same\ntop 1\n' | cprof -symbolize=none -base=old new
mkfifo pipe
cat old >pipe &
printf 'compare\n' | cprof -symbolize=none -base=pipe new
printf 'compare\n' | cprof -symbolize=none new
cprof -symbolize=none -proto -output=difference -diff_base=old new
cprof -symbolize=none -compare -nodecount=1 difference
cprof -symbolize=none -compare -per_second difference || echo $?
cprof -symbolize=none -compare -per_second -normalize -base=old new || echo $?
