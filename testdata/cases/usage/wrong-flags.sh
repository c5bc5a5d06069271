# reference
# A wrong flag is named, then the usage text follows; it is compared once, in help.
profile=testdata/profiles/go-cpu.pb.gz
wrong() {
    echo "--- $*"
    cprof -symbolize=none "$@" 2>"$HOME/messages" || echo "exit status $?"
    sed -n '1,2p;$p' "$HOME/messages"
}
wrong -nosuch $profile
wrong -top -trim=no $profile
wrong -top -nodecount=x $profile
wrong -top -nodecount=99999999999999999999 $profile
wrong -top -nodefraction=x $profile
wrong -top -focus
wrong -=x $profile
wrong ---top $profile
wrong -top -seconds=1.5 $profile
wrong
wrong -top
