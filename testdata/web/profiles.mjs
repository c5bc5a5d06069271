// profiles.mjs: small profiles that no profiler writes, as profile.proto bytes: hostile names, values of zero and below, recursion.

const varint = n => { const out = []; for (let v = BigInt.asUintN(64, BigInt(n)); ; v >>= 7n) { if (v < 128n) return [...out, Number(v)]; out.push(Number(v & 127n) | 128); } };
const joined = parts => Buffer.concat(parts.map(p => Buffer.from(p)));
const field = (number, bytes) => joined([varint(number << 3 | 2), varint(bytes.length), bytes]);
const int = (number, n) => [...varint(number << 3), ...varint(n)];

// A profile of `type` [name, unit]; samples are [names, leaf first; value; labels, of texts or numbers]. A name is a text, or an array of bytes.
export function profile(type, samples) {
  const strings = [''], ids = new Map([['', 0]]), functions = new Map(), out = [];
  const id = s => { const key = String(s); if (!ids.has(key)) ids.set(key, strings.push(s) - 1); return ids.get(key); };
  const location = s => { const k = id(s); if (!functions.has(k)) functions.set(k, functions.size + 1); return functions.get(k); };
  out.push(field(1, [...int(1, id(type[0])), ...int(2, id(type[1]))]));
  for (const [stack, value, labels = []] of samples) out.push(field(2, joined([...stack.map(s => int(1, location(s))), int(2, value), ...labels.map(([k, v]) => field(3, [...int(1, id(k)), ...(typeof v === 'number' ? int(3, v) : int(2, id(v)))]))])));
  for (const [k, n] of functions) out.push(field(4, [...int(1, n), ...field(4, int(1, n))]), field(5, [...int(1, n), ...int(2, k)]));
  for (const s of strings) out.push(field(6, Buffer.from(s)));
  return joined(out);
}

export const HOSTILE = ['<img src=x onerror=alert(1)>', '</script><script>window.evil = 1</script>', 'a"b\'c&d', 'evil\u202egnp.exe', 'x\u2028y\u2029z',
  'tab\tline\nbell\x07escape\x1b[31m', 'A'.repeat(4000), 'B'.repeat(1 << 20), '{{data}} <!-- -->', [0x66, 0xff, 0xfe, 0x67], 'עברית.מילה', 'operator()<std::vector<int> >', '$&$1', '..'];

export const PLENTY = 30000; // functions
export const made = {
  sizes: profile(['space', 'bytes'], Array.from({ length: 40 }, (_, k) => [['f', 'main'], 64 * (k + 1), [['bytes', 64 * (k + 1)]]])),
  quoting: profile(['cpu', 'nanoseconds'], [[['main.(*T[...]).M', 'a+b', 'operator()', 'main'], 1000]]),
  plenty: profile(['cpu', 'nanoseconds'], Array.from({ length: PLENTY }, (_, k) => [['f' + k, 'main'], 1000 + k])),
  hostile: profile(['cpu<i>', 'nanoseconds'], HOSTILE.map((n, k) => [[HOSTILE[(k + 3) % HOSTILE.length], n], 1000 * (k + 1), [[HOSTILE[k % 3], n]]])),
  zero: profile(['space', 'bytes'], [[['g', 'f'], 0]]),
  empty: profile(['cpu', 'nanoseconds'], []),
  negative: profile(['space', 'bytes'], [[['g', 'f'], -500], [['h', 'f'], -2500]]),
  recursion: profile(['cpu', 'nanoseconds'], [[['leaf', 'r', 'r', 'r', 'main'], 4000], [['r', 'r', 'main'], 2000], [['leaf', 'other', 'r', 'main'], 1000], [['r', 'other', 'r', 'main'], 500]]),
  deep: profile(['cpu', 'nanoseconds'], [[Array.from({ length: 30000 }, (_, k) => 'f' + k % 7), 5000], [['g'], 3000]]),
  before: profile(['space', 'bytes'], [[['gone', 'main'], 500], [['same', 'main'], 500], [['grew', 'main'], 100], [['shrank', 'main'], 1000], [['little', 'main'], 1000], [['less', 'main'], 1000], [['slightly', 'main'], 1000]]),
  after: profile(['space', 'bytes'], [[['new', 'main'], 900], [['same', 'main'], 500], [['grew', 'main'], 125], [['shrank', 'main'], 400], [['little', 'main'], 1050], [['less', 'main'], 800], [['slightly', 'main'], 950]]),
};
