# by hand
frames='"shared": {"frames": [{"name": "main", "file": "/app/m.rb", "line": 3, "col": 1}, {"name": "work"}, {"name": "l;eaf", "file": null, "line": null}]}'
cat >"$HOME/speedscope" <<X
{"profiles": [
  {"type": "evented", "name": "one", "unit": "milliseconds", "startValue": 0.5, "endValue": 3, "events": [
    {"type": "O", "frame": 0, "at": 0.5}, {"frame": 1, "at": 1, "type": "O"}, {"type": "C", "frame": 1, "at": 1.25},
    {"type": "O", "frame": 1, "at": 2}, {"type": "C", "frame": 1, "at": 2.5}, {"type": "C", "frame": 0, "at": 3}]},
  {"type": "sampled", "name": "two", "unit": "bytes", "startValue": 0, "endValue": 9, "weights": [0.4, 0.4, 8, 0.4],
   "samples": [[0, 2], [0, 2], [0], [0, 2]]}],
 $frames, "\$schema": "https://www.speedscope.app/file-format-schema.json"}
X
echo "speedscope: two units, events and samples, fractions are added up first:"
cprof -raw "$HOME/speedscope"

echo "the same from pipes, packed, and after what cprof writes:"
cprof -raw - <"$HOME/speedscope" >"$HOME/once"
gzip -n <"$HOME/speedscope" | cprof -raw - | cmp - "$HOME/once"
cprof -speedscope -sample_index=space "$HOME/speedscope" | cprof -collapsed -sample_index=space -
cprof -collapsed -sample_index=time "$HOME/speedscope"

echo "V8, of which the sums are those of the files:"
for file in testdata/profiles/other/pricer.*profile; do
    cprof -top -nodecount=5 "$file"
    cprof -raw "$file" >"$HOME/once"
    cprof -raw - <"$file" | cmp - "$HOME/once"
done
cprof -collapsed -sample_index=sample testdata/profiles/other/pricer.cpuprofile | awk '{ n += $NF } END { print n, "samples" }'
cprof -list=makeBasket -source_path=testdata/programs/pricer -trim_path=/srv/pricer testdata/profiles/other/pricer.cpuprofile | tail -n 5

echo "a tree, as Chrome wrote before 58; the first sample has no frame but the root:"
cprof -raw - <<'X' | sed -n '/^Duration/p;/^Samples/,/^Mappings/p'
{"head": {"functionName": "(root)", "url": "", "lineNumber": -1, "id": 1, "hitCount": 0, "children": [
  {"functionName": "a", "url": "file:///srv/a%20b/x.js", "lineNumber": 7, "id": 2, "hitCount": 1, "children": []}]},
 "startTime": 5.5, "endTime": 5.5, "samples": [1, 2, 2], "timestamps": [10, 30, 25, 60]}
X

echo "time is held where it runs backwards; a list with parents; no times, only hits:"
nodes='{"id": 1, "callFrame": {"functionName": "(root)"}}, {"id": 2, "parent": 1, "hitCount": 4, "callFrame": {"functionName": "", "lineNumber": 0, "columnNumber": 2}}'
echo "{\"nodes\": [$nodes], \"startTime\": 100, \"endTime\": 200, \"samples\": [2, 2, 2], \"timeDeltas\": [10, 50, -20]}" | cprof -traces -
echo "{\"nodes\": [$nodes], \"startTime\": 100, \"endTime\": 200}" | cprof -traces -

echo "faults:"
fails() {
    printf '%s\n' "$1" >"$HOME/bad"
    cprof -top "$HOME/bad" 2>&1 | head -n 1
}
profile='"type": "sampled", "name": "p", "startValue": 0, "endValue": 1'
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"samples\": [[0]], \"weights\": []}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"samples\": [[3]], \"weights\": [1]}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"cats\", \"samples\": [[3]], \"weights\": [1]}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"samples\": [0], \"weights\": [1]}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"samples\": [[0]], \"weights\": [1e19]}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"events\": [{\"type\": \"O\", \"frame\": 0, \"at\": 1}]}]}"
fails "{$frames, \"profiles\": [{$profile, \"unit\": \"none\", \"events\": [{\"type\": \"C\", \"frame\": 0, \"at\": 1}]}]}"
fails "{$frames, \"profiles\": [
{\"events\": [{\"type\": \"O\", \"frame\": 0, \"at\": 1}, {\"type\": \"C\", \"frame\": 0, \"at\": 0}]}]}"
fails "{$frames, \"profiles\": []}"
fails "{$frames, \"profiles\": [}"
fails "{$frames, \"profiles\": ["
fails "{\"nodes\": [$nodes], \"samples\": [2, 3], \"timeDeltas\": [1, 1]}"
fails "{\"nodes\": [$nodes], \"samples\": [2, 2], \"timeDeltas\": [1]}"
fails "{\"nodes\": [$nodes], \"samples\": [2, -1], \"timeDeltas\": [1, 1]}"
fails "{\"nodes\": [$nodes], \"samples\": [2, 2], \"timeDeltas\": [9223372036854775807, 1]}"
fails '{"nodes": [{"id": 1, "hitCount": 1, "children": [2]}, {"id": 2, "children": [1]}]}'
fails '{"nodes": [{"id": 1, "hitCount": 1, "children": [7]}]}'
fails '{"nodes": [{"id": 1}, {"id": 1}]}'
fails '{"head": {"selfSize": 0, "children": []}}'
fails '{"head": [1]}'
fails '{"nodes": []} {"nodes": []}'
fails '{"meta": {"version": 29}, "libs": [], "threads": []}'
fails '{"traceEvents": []}'
fails '[{"pid": 1, "ph": "X", "ts": 1}]'
fails '{"flags": {"x": 1}}'
