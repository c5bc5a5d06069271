# by hand
# walk calls itself in line 2 and in line 3: a sample that has both lines counts once for it with count_once.
cd "$HOME"
printf 'def walk(t):\n    walk(t.left)\n    walk(t.right)\n    visit(t)\n' >tree.py
cat >tree.json <<'J'
{"$schema": "https://www.speedscope.app/file-format-schema.json",
 "shared": {"frames": [{"name": "main", "file": "main.py", "line": 1}, {"name": "walk", "file": "tree.py", "line": 2},
   {"name": "walk", "file": "tree.py", "line": 3}, {"name": "walk", "file": "tree.py", "line": 4}]},
 "profiles": [{"type": "sampled", "name": "t", "unit": "none", "startValue": 0, "endValue": 10,
   "samples": [[0, 1, 2, 3], [0, 2, 2, 3], [0, 1, 1]], "weights": [5, 3, 2]}]}
J
cprof -list=walk tree.json
cprof -list=walk -count_once tree.json
