# by hand
# needs g++ nm readelf
# Names of lambdas' destructors, of unnamed types and of operands, as c++filt and pprof spell them.
tiny=$PWD/testdata/tiny-profile
cd "$HOME"
cat >names.cc <<'C'
struct part {
    int n;
    part(int n) : n(n) {}
    part(const part &p) : n(p.n) {}
    ~part() { n = 0; }
};
struct whole {
    struct {
        part inner{1};
    } unnamed;
};
template <class F> int call(F f) { return f(2); }
template <class... A, class... B> int count(int n, A..., B...) { return n + sizeof...(A); }
template <class T> T &&made();
template <class T> auto sum(T t) -> decltype(t + made<T>()) { return t + 1; }
int main() {
    part p(3);
    whole w;
    return call([p](int n) { return n + p.n; }) + w.unnamed.inner.n + count<>(1) + sum(1);
}
C
g++ -O0 -no-pie -o prog names.cc
samples=$(nm prog | awk '$2 ~ /[tTW]/ && $3 ~ /^_Z.*(main|Ut|call|sum|count)/ { printf "0x%s=1,1 ", $1 }')
set -- $(readelf -lW prog | awk '$1 == "LOAD" && / R E / { print $2, $3, $6 }')
"$tiny" profile binary="$HOME/prog" mapping=$2/$(($2 + $3))/$1 $samples
for mode in default full; do
    echo "$mode:"
    cprof -symbolize=local:demangle=$mode -top -nodecount=100 profile | sed '1,/flat%/d; s/.*%  //' | sort
done
