# by hand
# Sources that pprof does not find, each in the place that its path hints at.
# The profile's paths are those of a build elsewhere.
frame() { printf '{"name":"%s","file":"%s","line":1}' "$1" "$2"; }
frames=$(frame std /none/go1.22.3/src/fmt/print.go)
n=0
for f in module:example.com/shop/cart.go dependency:github.com/Some/dep@v1.0.0/dep.go vendored:dep.org/x@v1.0.0/x.go \
    windows:'C:\\b\\renamed\\w.c' renamed:/b/proj/pkg/a.c gone:/b/proj/gone.c; do
    frames=$frames,$(frame "${f%%:*}" "${f#*:}")
    n=$((n + 1))
done
samples='[0]' weights=1
for i in $(seq $n); do samples=$samples,[$i] weights=$weights,1; done
cat >"$HOME/p.json" <<END
{"\$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[$frames]},"profiles":[{"type":
"sampled","name":"p","unit":"none","startValue":0,"endValue":7,"samples":[$samples],"weights":[$weights]}]}
END
put() { mkdir -p "${1%/*}" && echo "$2" >"$1"; }
put "$HOME/goroot/src/fmt/print.go" 'source of std'
put "$HOME/goroot/VERSION" go1.22.3
put "$HOME/cache/github.com/!some/dep@v1.0.0/dep.go" 'source of dependency'
put "$HOME/shop/go.mod" 'module example.com/shop'
put "$HOME/shop/cart.go" 'source of module'
put "$HOME/shop/vendor/dep.org/x/x.go" 'source of vendored'
put "$HOME/shop/sub/x" ''
put "$HOME/renamed/w.c" 'source of windows'
put "$HOME/renamed/pkg/a.c" 'source of renamed'
export GOROOT="$HOME/goroot" GOMODCACHE="$HOME/cache"
cd "$HOME/shop/sub"
echo "in the module:"
cprof -list=. "$HOME/p.json" | grep -v ROUTINE
echo "with -source_path:"
cprof -source_path="$HOME/renamed" -list='renamed|windows' "$HOME/p.json" | grep -v ROUTINE
cd "$HOME/renamed"
echo "in the renamed folder:"
cprof -list='renamed' "$HOME/p.json" | grep -v ROUTINE
cprof -trim_path=/b/proj -list='renamed' "$HOME/p.json" | grep -v ROUTINE
