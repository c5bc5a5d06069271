# reference
# needs gcc readelf addr2line nm
# addr2line does not know the line in which a function starts: the listing begins five lines before the first sample.
. testdata/programs/store.sh
mkdir tools
ln -s "$(command -v addr2line)" "$(command -v nm)" tools/
PATH="$HOME/tools:$HOME/bin" cprof -symbolize=local -list=grow -source_path="$HOME" -trim_path=/src prog heap.txt
