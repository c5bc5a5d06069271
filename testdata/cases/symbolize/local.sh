# reference
# needs gcc readelf llvm-symbolizer|addr2line
# Names and lines from the binary itself.
. testdata/programs/store.sh
for mode in local fastlocal none local:demangle=none local:demangle=full local:demangle=templates force; do
    echo "--- $mode"
    cprof -symbolize=$mode -traces heap.txt
done
echo '--- lines'
cprof -symbolize=local -top -lines heap.txt
echo '--- saved and read again'
cprof -symbolize=local -proto -output=named.pb.gz heap.txt
cprof -symbolize=none -tree named.pb.gz
echo '--- moved'
mkdir moved
mv prog moved/
cprof -symbolize=local -top heap.txt
echo '--- found by PPROF_BINARY_PATH'
PPROF_BINARY_PATH="$HOME/moved" cprof -symbolize=local -top heap.txt
echo '--- named'
cprof -symbolize=local -top moved/prog heap.txt
