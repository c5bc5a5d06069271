# by hand
# Each expression gives the report of a tagfocus and a tagignore, which give those of the reference.
p=testdata/profiles/go-cpu.pb.gz h=testdata/profiles/go-heap-after.pb.gz
same() {
    profile=$1 where=$2
    shift 2
    cprof -top "$@" "$profile" 2>/dev/null | grep -v -e '^ *tag' -e '^Active' >"$HOME/tags"
    cprof -top -where="$where" "$profile" | grep -v -e '^ *where' -e '^Active' >"$HOME/where"
    if cmp "$HOME/tags" "$HOME/where"; then grep Showing "$HOME/where"; fi
}
same $p 'tenant=acme' -tagfocus='tenant=^acme$'
same $p 'tenant=acme & endpoint!=/search' -tagfocus='tenant=^acme$' -tagignore='endpoint=^/search$'
same $p 'tenant = "acme" or tenant ~ "^g"' -tagfocus='tenant=^acme$,^g'
same $p '!(tenant | endpoint)' -tagignore='tenant:|endpoint:'
same $h 'bytes >= 1kB and not bytes > 64kb' -tagfocus='bytes=1kb:64kb'
same $h 'bytes < 1024' -tagfocus='bytes=:1023b'
