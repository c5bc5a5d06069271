# by hand
# What a pipeline may hand to the gate by mistake: status and words in every form.
tiny=$PWD/testdata/tiny-profile P=$PWD/testdata/profiles
cd "$HOME"
mkdir runs no-runs no-profiles
for i in 1 2 3 4 5; do
    "$tiny" base-$i binary=/bin/shop time=10$i 'main;search=500,5000000000' "main;tax=10$i,1000000000"
    "$tiny" runs/new-$i binary=/bin/shop time=20$i 'main;search=500,5000000000' "main;tax=10$i,1000000000"
done
"$tiny" empty-old binary=/bin/shop time=101
"$tiny" empty-new binary=/bin/shop time=201
"$tiny" slow binary=/bin/shop time=201 'main;search=900,9000000000' 'main;tax=103,1000000000'
head -c 3000 "$P/go-gate-slow-1.pb.gz" >truncated
echo "how we measure" >no-profiles/README
mixed="runs/new-1 runs/new-2 other runs/new-4 runs/new-5"
"$tiny" other binary=/bin/postgres time=203 'main;exec=500,5000000000'

# Of each form what says how it went.
digest() {
    case $1 in
    text) grep -E '^(pass|fail|cannot tell|error|warning)' ;;
    json) grep -E '^  "(verdict|exit_status|error|summary|warnings)"|^    "The' ;;
    markdown) sed -n '/^###/,/^|/{/^$/d;/^|/d;p;}' ;;
    junit) grep -E '<(testsuite |error|skipped|failure|system-err)' ;;
    github) cat ;;
    sarif) sed '1,/"results"/d' | grep -E '"(ruleId|level|text|executionSuccessful)"' | sed 's/^ *//' ;;
    esac
}
situation() {
    name=$1
    shift
    for format in text json markdown junit github sarif; do
        echo "yesterday" >report
        cprof -check "$@" -format=$format -output=report ${new:-} >out 2>err && status=0 || status=$?
        echo "## $name, $format: status $status"
        cat out
        [ $format != text ] || grep -v '^Generating' err || :
        digest $format <report || echo nothing
    done
}
new=empty-new situation "empty against empty" -base=empty-old
new=empty-new situation "empty against five runs" -base='base-?'
new='base-1 base-2 base-3 base-4 base-5' situation "swapped sides" -base=runs
new=slow situation "swapped sides of one run" -base=base-1
new=base-1 situation "swapped, and faster for it" -base=slow
new=runs/new-1 situation "one run" -base=base-1
new=truncated situation "a truncated run" -base=base-1
new=no-runs situation "an empty directory" -base=base-1
new=no-profiles situation "a directory without profiles" -base=base-1
new=$mixed situation "one of five is another program's" -base='base-?'
