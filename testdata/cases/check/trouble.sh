# by hand
# What failed says so in every form, and takes the place of an older file.
cd "$HOME"
P=$OLDPWD/testdata/profiles
gate() { cprof -check -same_work "$@" -base="$P/go-gate-base-1.pb.gz" nosuch.pb.gz 2>/dev/null || echo "status $?"; }
for format in text json csv markdown junit github sarif nosuchformat; do
    echo "## $format"
    gate -format=$format
    echo "what passed yesterday" >report
    gate -format=$format -output=report >stdout
    echo "## $format, in a file"
    gate -format=$format | grep -v ^status | cmp -s - report || cat report
    cat stdout
done
