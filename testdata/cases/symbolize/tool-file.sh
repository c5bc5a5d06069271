# by hand
# needs gcc readelf objdump nm addr2line
# A tool is named by its folder or by its own path; a path that is neither is not found.
. testdata/programs/store.sh
objdump=$(command -v objdump)
mkdir tools
ln -s "$objdump" tools/objdump
listing() { cprof -symbolize=local -tools="objdump:$1" -disasm=grow prog heap.txt; }
listing tools >folder.txt
listing tools/objdump >file.txt
grep -c 'call' folder.txt
cmp folder.txt file.txt
ln -s "$objdump" here
listing here | cmp folder.txt -
listing tools/nothing 2>&1 | tail -n 1
