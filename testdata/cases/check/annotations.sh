# by hand
# Annotations name files of the checkout only: the profile's example.com/shop/internal/catalog/catalog.go is there as
# internal/catalog/catalog.go, the runtime's files are not there.
P=$PWD/testdata/profiles
cd testdata/programs/shop
for format in github junit sarif json; do
    echo "$format:"
    cprof -check -same_work -format=$format -base "$P/go-gate-base-*.pb.gz" "$P/go-gate-slow-*.pb.gz" >"$HOME/out" || true
    grep -oE '^::error (file|title)=[^:]*::[^ ]*|testcase.* name="[^"]*(editDistance|asyncPreempt)".*|"uri.*|"startLine.*|"(file|checkout_file)".*' "$HOME/out"
done
