# reference
# A gate for a pipeline: fails when a function, with all that it calls, became dearer by 15% of all the time there
# was. Here it lets an unchanged program pass and stops one with a slower search.
gate() { # OLD NEW
    cprof -symbolize=none -top -cum -diff_base="$1" "$2" | awk '
        $1 == "flat" { rows = 1; next }
        rows && $5 + 0 >= 15 { print "dearer: " $6 " by " $5; failed = 1 }
        END { exit failed }'
}
cd testdata/profiles
gate go-cpu-same-a.pb.gz go-cpu-same-b.pb.gz && echo passed
gate go-cpu-same-a.pb.gz go-cpu-slow.pb.gz || echo stopped
