# by hand
cat >"$HOME/one" <<'X'
{"dictionary": {"stringTable": ["", "samples", "count", "cpu", "nanoseconds", "main", "a.c", "work", "app", "tenant", "bytes"],
  "mappingTable": [{}, {"memoryStart": "4096", "memoryLimit": "18446744073709551615", "filenameStrindex": 8, "attributeIndices": [2]}],
  "functionTable": [{}, {"nameStrindex": 5, "systemNameStrindex": 5, "filenameStrindex": 6, "startLine": "3"}, {"nameStrindex": 7}],
  "locationTable": [{}, {"mappingIndex": 1, "address": "4112", "lines": [{"functionIndex": 2, "line": "9", "column": "2"}, {"functionIndex": 1, "line": "4"}]},
   {"mappingIndex": 1, "address": "4128"}, {"lines": [{"functionIndex": 1, "line": 5}]}],
  "stackTable": [{}, {"locationIndices": [1, 3]}, {"locationIndices": [2, 3]}],
  "linkTable": [{}, {"traceId": "000102030405060708090A0B0C0D0E0F", "spanId": "0001020304050607"}],
  "attributeTable": [{}, {"keyStrindex": 9, "value": {"stringValue": "acme"}},
   {"key": "process.executable.build_id.gnu", "value": {"stringValue": "abcd"}}, {"keyStrindex": 10, "value": {"intValue": "0"}, "unitStrindex": 10},
   {"key": "ok", "value": {"boolValue": true}}, {"key": "rate", "value": {"doubleValue": 0.25}}, {"key": "list", "value": {"arrayValue": {"values": [{"intValue": 1}]}}}]},
 "resourceProfiles": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "checkout"}}, {"key": "tenant", "value": {"stringValue": "none"}}]},
  "scopeProfiles": [{"scope": {"name": "x"}, "profiles": [
   {"sampleType": {"typeStrindex": 1, "unitStrindex": 2}, "timeUnixNano": "1700000000000000000", "durationNano": "5000", "periodType": {"typeStrindex": 3, "unitStrindex": 4},
    "period": "10", "attributeIndices": [4],
    "samples": [{"stackIndex": 1, "values": ["3", "4"], "attributeIndices": [1, 5, 6], "linkIndex": 1}, {"stackIndex": 2, "timestampsUnixNano": ["1", "2"]}, {"values": ["1"], "attributeIndices": [3]}]},
   {"sampleType": {"typeStrindex": 3, "unitStrindex": 4}, "timeUnixNano": "1700000000000003000", "durationNano": "4000",
    "samples": [{"stackIndex": 2, "values": ["70"], "attributeIndices": [4]}]}]}]}]}
X
tr -d '\n' <"$HOME/one" >"$HOME/line"
echo "inlined lines, labels of resource, profile and sample, values or times, two types:"
cprof -raw "$HOME/one"
echo "JSON lines, from a pipe, packed: twice is twice:"
{ cat "$HOME/line"; echo; cat "$HOME/line"; } | gzip -n | cprof -sample_index=samples -top -
cprof -sample_index=samples -tagfocus=service.name=checkout -tagfocus=tenant=acme -top "$HOME/one"

echo "protobuf: profile and dictionary, in a stream of messages, each behind its length:"
PYTHONPATH=testdata python3 -B - "$HOME" <<'X'
import struct, sys
from wire import fixed, message as msg, number as num, packed
def dictionary(name): return msg(2, *[msg(5, s) for s in ('', 'cpu', 'ns', name, 'app', 'tenant')],
    msg(1), msg(1, num(1, 4096), num(2, 8192), num(4, 4)), msg(2), msg(2, num(1, 1), num(2, 4100), msg(3, num(1, 1), num(2, 7))), msg(3), msg(3, num(1, 3)),
    msg(4), msg(4, msg(1, bytes(range(16))), msg(2, bytes(8))), msg(6), msg(6, num(1, 5), msg(2, msg(1, 'acme'))), msg(7), msg(7, packed(1, 1)))
def profile(n): return msg(1, msg(1, msg(1, msg(1, 'service.name'), msg(2, msg(1, 'shop')))), msg(2, msg(2, msg(1, num(1, 1), num(2, 2)),
    msg(2, num(1, 1), packed(2, 1), num(3, 1), packed(4, n)), msg(2, num(1, 1), msg(5, struct.pack('<2Q', 1, 2))), fixed(3, 1000), num(4, 10), packed(11))))
one, two = profile(5) + dictionary('f'), dictionary('g') + profile(6)
stream = b''.join(struct.pack('>I', len(m)) + m for m in (one, two))
for name, data in dict(a=one, b=two, stream=stream, cut=stream[:-20], cut2=one[:-9], no=profile(5), old=msg(1, msg(2, msg(2, packed(3, 1, 2)))) + dictionary('f')).items():
    open(sys.argv[1] + '/' + name, 'wb').write(data)
X
cprof -raw "$HOME/stream"
cprof -top - <"$HOME/stream"

echo "releases 1.8, 1.9 and 1.10 number the fields of samples and profiles differently; all hold the same:"
PYTHONPATH=testdata python3 -B - "$HOME" <<'X'
import struct, sys
from wire import fixed, message as msg, number as num, packed
dictionary = msg(2, *[msg(5, s) for s in ('', 'cpu', 'ns', 'f', 'tenant', 'ok')], msg(1), msg(2), msg(2, msg(3, num(1, 1))), msg(3), msg(3, num(1, 3)),
    msg(4), msg(4, msg(1, bytes(range(16)))), msg(6), msg(6, num(1, 4), msg(2, msg(1, 'acme'))), msg(6, num(1, 5), msg(2, num(2, 1))), msg(7), msg(7, packed(1, 1)))
def message(values, attributes, link, of_profile, samples=2):
    whole = msg(2, num(1, 1), packed(values, 5, 6), packed(attributes, 1), num(link, 1))
    plain = msg(2, num(1, 1), packed(values, 7))
    return msg(1, msg(2, msg(2, msg(1, num(1, 1), num(2, 2)), plain, whole * (samples - 1), fixed(3, 1000), num(4, 10), of_profile))) + dictionary
releases = {'1.8': (2, 3, 4, packed(7, 4) + msg(8, bytes(16)) + num(9, 3) + msg(10, 'jfr') + msg(11, b'\xff' * 5) + packed(12, 2)),
            '1.9': (2, 3, 4, msg(7, bytes(16)) + num(8, 3) + msg(9, 'jfr') + msg(10, b'x') + packed(11, 2)),
            '1.10': (4, 2, 3, msg(7, bytes(16)) + num(8, 3) + msg(9, 'jfr') + msg(10, b'x') + packed(11, 2))}
for name, layout in releases.items():
    open(sys.argv[1] + '/' + name, 'wb').write(message(*layout))
open(sys.argv[1] + '/plain', 'wb').write(message(*releases['1.9'], samples=1))
X
cprof -raw "$HOME/1.8" 2>/dev/null | tee "$HOME/1.8.raw"
for file in 1.9 1.10; do cprof -raw "$HOME/$file" 2>/dev/null | cmp - "$HOME/1.8.raw"; done
cprof -raw "$HOME/plain" 2>/dev/null | sed -n '/^Samples/,/^Locations/p'
echo "JSON of 1.8 has other names:"
sed 's/"samples": /"sample": /; s/"lines": /"line": /g' "$HOME/one" >"$HOME/one-1.8"
cprof -raw "$HOME/one" >"$HOME/one.raw"
cprof -raw "$HOME/one-1.8" | cmp - "$HOME/one.raw"

echo "faults:"
for file in cut cut2 no old; do cprof -top "$HOME/$file" 2>&1 | head -n 1; done
fails() {
    sed "$1" "$HOME/one" >"$HOME/bad"
    cprof -top "$HOME/bad" 2>&1 | head -n 1
}
fails 's/"stackIndex": 2/"stackIndex": 3/'
fails 's/"locationIndices": \[1, 3\]/"locationIndices": [1, 4]/'
fails 's/"functionIndex": 2/"functionIndex": 3/'
fails 's/"nameStrindex": 7/"nameStrindex": 70/'
fails 's/\[1, 5, 6\]/[1, 5, 7]/'
fails 's/"values": \["3", "4"\]/"values": ["9223372036854775807", "4"]/'
fails 's/"values": /"value": /'
fails 's/"stackIndex": 1/"locationsLength": 1/'
fails 's/"values": \["1"\]/"values": 7/'
fails 's/"samples": \[.*/"samples": []}]}]}]}/'
fails '$d'
