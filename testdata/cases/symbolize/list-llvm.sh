# reference
# needs gcc readelf llvm-symbolizer
# llvm-symbolizer knows the line in which a function starts: the listing begins there.
. testdata/programs/store.sh
cprof -symbolize=local -list=grow -source_path="$HOME" -trim_path=/src prog heap.txt
