"""Inputs with n of one thing, each made by a function of n: PROFILES in profile.proto, FILES in other formats, PROGRAMS in
ELF, whose units and symbols share what they have."""
import json, os, random, struct

from wire import message, number, packed, varint


# Profiles

class Profile:
    def __init__(self):
        self.words, self.parts = {b'': 0}, []
        self.parts.append(message(1, number(1, self.word('samples')) + number(2, self.word('count'))))

    def word(self, s):
        return self.words.setdefault(s if isinstance(s, bytes) else s.encode(), len(self.words))

    def sample(self, locations, *labels, value=1):
        self.parts.append(message(2, packed(1, *locations), packed(2, value), *labels))

    def label(self, key, text='', n=0, unit=''):
        return message(3, number(1, self.word(key)), number(2, self.word(text)), number(3, n), number(4, self.word(unit)))

    def mapping(self, i, start, limit, file='', build_id=''):
        self.parts.append(message(3, number(1, i), number(2, start), number(3, limit), number(5, self.word(file)), number(6, self.word(build_id))))

    def location(self, i, *lines, address=0, mapping=0):
        self.parts.append(message(4, number(1, i), number(2, mapping), number(3, address), *(message(4, number(1, f), number(2, n)) for f, n in lines)))

    def function(self, i, name, file='', system_name=None):
        name, file, system_name = self.word(name), self.word(file), self.word(name if system_name is None else system_name)
        self.parts.append(message(5, number(1, i), number(2, name), number(3, system_name), number(4, file)))

    def frames(self, n, name='f%d', file='/x/f%d.go'):
        """functions 1 to n, and a location for each"""
        for i in range(1, n + 1):
            self.location(i, (i, i))
            self.function(i, name % i if '%' in name else name, file % i if '%' in file else file)
        return self

    def bytes(self):
        return b''.join(self.parts) + b''.join(message(6, w) for w in self.words)


def leaves(n, name='f%d', file='/x/f%d.go', value=lambda i: 1):
    """a sample of each of n functions"""
    p = Profile().frames(n, name, file)
    for i in range(1, n + 1):
        p.sample([i], value=value(i))
    return p


def labels(n, key='k', text='', number_of=None, unit='', value=1, of_one=False):
    """n samples of one function with a label each, or one sample with all"""
    p = Profile().frames(1)
    each = [p.label(key % i if '%' in key else key, text % i if '%' in text else text, number_of(i) if number_of else 0, unit % i if '%' in unit else unit) for i in range(n)]
    if of_one:
        p.sample([1], *each)
    for label in () if of_one else each:
        p.sample([1], label, value=value)
    return p


def addresses(n, mapping, mappings=0):
    """samples of locations that have no functions, each in a mapping, or in none; `mapping` makes the arguments of one"""
    p = Profile()
    for i in range(1, (mappings or n) + 1):
        p.mapping(i, *mapping(i))
    for i in range(1, n + 1):
        p.sample([i])
        p.location(i, address=(i << 12) + 5, mapping=1 if mappings else i)
    return p


def in_no_mapping(n):
    p = Profile()
    for i in range(1, n + 1):
        p.mapping(i, i * 16, 1 << 40, '/bin/m%d' % i)
        p.sample([i])
        p.location(i, address=i * 16 + 5)
    return p


def lines_of_one(n):
    p = Profile()
    p.function(1, 'f', '/x/f.go')
    for i in range(1, n + 1):
        p.sample([i])
        p.location(i, (1, i * 3))
    return p


def one_address(n):
    p = Profile()
    p.mapping(1, 0, 1 << 40, '/bin/m')
    for i in range(1, n + 1):
        p.sample([i])
        p.location(i, (i, 5), address=77, mapping=1)
        p.function(i, 'f%d' % i, '/x/f.go')
    return p


def inlined(n, at_once):
    """n functions, `at_once` of them inlined at each location"""
    p = Profile()
    for i in range(1, n // at_once + 1):
        p.sample([i])
        p.location(i, *((1 + (i * j) % n, i) for j in range(1, at_once + 1)))
    for i in range(1, n + 1):
        p.function(i, 'f%d' % i, '/x/f.go')
    return p


def stacks(n, functions, all_stacks):
    p = Profile().frames(functions)
    for stack in all_stacks:
        p.sample(stack)
    return p


def random_stacks(n):
    r = random.Random(1)
    return stacks(n, 2000, ([r.randrange(1, 2000) for _ in range(50)] for _ in range(n // 20)))


def growing_stacks(n):
    m = int((2 * n) ** 0.5)
    return stacks(n, m, (range(i, 0, -1) for i in range(1, m + 1)))


def all_pairs(n):
    m = int(n ** 0.5)
    return stacks(n, 2 * m, ([i, j] for i in range(1, m + 1) for j in range(m + 1, 2 * m + 1)))


def comments(n):
    p = labels(1)
    p.parts += [number(13, p.word('c%d' % i)) for i in range(n)]
    return p


def mangled(n):
    p = Profile()
    for i in range(1, n + 1):
        name = '_ZN3fooI%d%sE3barEv' % (len('a%d' % i), 'a%d' % i)
        p.sample([i])
        p.location(i, (i, i))
        p.function(i, name)
    return p


PROFILES = {
    'functions': leaves,
    'functions of one name': lambda n: leaves(n, name='f'),
    'functions of one file': lambda n: leaves(n, file='/x/f.go'),
    'names that begin alike': lambda n: leaves(n, name='a/b.c(d).' * 20 + '%d'),
    'names full of brackets': lambda n: leaves(n // 50, name='<' * 1000 + 'a%d' + '>' * 1000 + '[' * 500 + ']' * 400 + '(' * 500),
    'files in deep folders': lambda n: leaves(n // 500, file='/' + 'a/' * 2000 + '%d.go'),
    'mangled names': mangled,
    'negative values': lambda n: leaves(n, value=lambda i: -i),
    'lines of one function': lines_of_one,
    'functions at one address': one_address,
    'mappings': lambda n: addresses(n, lambda i: (i << 12, (i + 1) << 12, '/nonexistent/m%d' % i, '%08x' % i)),
    'mappings of one file': lambda n: addresses(n, lambda i: (0, 1 << 40, '/nonexistent/m', 'ab')),
    'addresses of one mapping': lambda n: addresses(n, lambda i: (0, 1 << 40, '/nonexistent/m'), mappings=1),
    'addresses in no mapping, of many': in_no_mapping,
    'inlined calls at one location': lambda n: inlined(n, n),
    'inlined calls, ten at a location': lambda n: inlined(n, 10),
    'random stacks': random_stacks,
    'stacks that grow by a frame': growing_stacks,
    'one stack': lambda n: stacks(n, n, [range(1, n + 1)]),
    'one stack of two functions': lambda n: stacks(n, 2, [[1, 2] * n]),
    'callers of one function': lambda n: stacks(n, n, ([1, i] for i in range(2, n + 1))),
    'callees of one function': lambda n: stacks(n, n, ([i, 1] for i in range(2, n + 1))),
    'edges between all': all_pairs,
    'label keys': lambda n: labels(n, key='k%d', text='v'),
    'label keys of one sample': lambda n: labels(n, key='k%d', text='v', of_one=True),
    'label values': lambda n: labels(n, text='v%d'),
    'label values of one sample': lambda n: labels(n, text='v%d', of_one=True),
    'label values of samples of 0': lambda n: labels(n, text='v%d', value=0),
    'numbers': lambda n: labels(n, key='bytes', number_of=lambda i: i * 7919, unit='bytes'),
    'units of one key': lambda n: labels(n, number_of=lambda i: i + 1, unit='u%d'),
    'keys with units': lambda n: labels(n, key='k%d', number_of=lambda i: i + 1, unit='u%d'),
    'comments': comments,
}


# Other formats

def words(*numbers):
    return struct.pack('<%dQ' % len(numbers), *numbers)


def heap(n, line, mapping=''):
    """records, and as many mappings"""
    return ('heap profile: %d: %d [%d: %d] @ heapprofile\n' % (n, n, n, n) + ''.join(line(i) for i in range(1, n)) +
            ('\nMAPPED_LIBRARIES:\n' + ''.join(mapping % (0x1000 * i, 0x1000 * i + 0x1000, i, i) for i in range(1, n)) if mapping else ''))


def callgrind_chains(n):
    """chains of 100 calls; the file does not hold the stacks, which are longer than it where a chain is"""
    def calls(i):
        left = 99 - i % 100
        return 'fn=f%d\n1 10\n' % i + ('cfn=f%d\ncalls=1 1\n1 %d\n' % (i + 1, 10 * left) if left else '')
    return 'events: Ir\n' + ''.join(map(calls, range(n // 4)))


def callgrind_cycles(n):
    m = n // 20
    return 'events: Ir\n' + ''.join('fn=f%d\n1 10\n' % i + ''.join('cfn=f%d\ncalls=1 1\n1 7\n' % ((i * 7 + j * 13 + 1) % m) for j in range(5)) for i in range(m))


def speedscope(n, profiles):
    return json.dumps({'$schema': 'https://www.speedscope.app/file-format-schema.json', 'shared': {'frames': [{'name': 'f%d' % i} for i in range(n)]},
                       'profiles': profiles})


def speedscope_nested(n):
    """chains of 100 calls"""
    calls = (('O' if i % 200 < 100 else 'C', i // 200 * 100 + min(i % 200, 199 - i % 200), i) for i in range(2 * n))
    events = [{'type': kind, 'frame': f, 'at': at} for kind, f, at in calls]
    return speedscope(n, [{'type': 'evented', 'name': 'x', 'unit': 'none', 'startValue': 0, 'endValue': 2 * n, 'events': events}])


def frame(name):
    return {'functionName': name, 'scriptId': '1', 'url': 'x.js', 'lineNumber': 1, 'columnNumber': 1}


def cpuprofile(n):
    nodes = [{'id': 1, 'callFrame': frame('root'), 'children': list(range(2, n + 1))}] + [{'id': i, 'callFrame': frame('f%d' % i)} for i in range(2, n + 1)]
    return json.dumps({'nodes': nodes, 'startTime': 0, 'endTime': n, 'samples': list(range(1, n + 1)), 'timeDeltas': [1] * n})


def heapprofile(n):
    """chains of 100 calls"""
    def chain(i):
        return ','.join('{"callFrame":%s,"selfSize":1,"id":%d,"children":[' % (json.dumps(frame('f%d' % j)), i + j) for j in range(100)).replace('[,', '[') + ']}' * 100
    return '{"head":{"callFrame":%s,"selfSize":1,"id":1,"children":[' % json.dumps(frame('root')) + ','.join(map(chain, range(2, n, 100))) + ']},"samples":[]}'


def otlp(n):
    dictionary = (message(5, '') + message(5, 'cpu') + message(5, 'ns') + b''.join(message(5, 'f%d' % i) for i in range(n)) + message(1) + message(2) + message(3) +
                  message(4) + message(6) + message(7))
    for i in range(1, n):
        dictionary += message(3, number(1, 2 + i)) + message(2, message(3, number(1, i))) + message(7, packed(1, i))
    samples = b''.join(message(2, number(1, i), packed(4, i)) for i in range(1, n))
    return message(1, message(2, message(2, message(1, number(1, 1), number(2, 2)), samples))) + message(2, dictionary)


def otlp_of(samples, *tables, stack=(1,), resource=b'', profile=b''):
    """one profile: its samples may use a stack, whose locations have the only function; `tables` are messages of the dictionary that come last"""
    dictionary = (message(5, '') + message(5, 'cpu') + message(5, 'ns') + message(5, 'f') + message(1) + message(2) + message(2, message(3, number(1, 1))) +
                  message(3) + message(3, number(1, 3)) + message(4) + message(7) + message(7, packed(1, *stack)) + message(6) + b''.join(tables))
    return message(1, message(1, resource), message(2, message(2, message(1, number(1, 1), number(2, 2)), samples, profile))) + message(2, dictionary)


def otlp_attribute(key, i):
    return message(6, number(1, key), message(2, number(3, i)))


def otlp_stack_of_all(n, depth=1000):
    """a stack with many locations, which n samples with different labels have; reports of samples write it for each"""
    samples = b''.join(message(2, number(1, 1), packed(2, i), packed(4, 1)) for i in range(1, n))
    return otlp_of(samples, *(otlp_attribute(3, i) for i in range(1, n)), stack=(1,) * depth)


def otlp_resource_of_all(n, n_attributes=200):
    """a resource with n samples, which have its attributes"""
    attributes = b''.join(message(1, message(1, 'k%d' % i), message(2, number(3, i))) for i in range(n_attributes))
    return otlp_of(message(2, number(1, 1), packed(4, 1)) * n, resource=attributes)


def otlp_attributes_of_one(n):
    """n attributes of different keys, which one sample has"""
    keys = b''.join(message(5, 'k%d' % i) for i in range(n))
    return otlp_of(message(2, number(1, 1), packed(2, *range(1, n)), packed(4, 1)), keys, *(otlp_attribute(4 + i, i) for i in range(1, n)))


def otlp_long_text(n):
    """n samples have an attribute with a long text; n functions have it as their name"""
    functions = (message(3, number(1, 4), number(4, i)) for i in range(n))
    samples = b''.join(message(2, number(1, 1), packed(2, i), packed(4, i)) for i in range(1, n))
    attributes = (message(6, number(1, 3), message(2, number(8, 4))) for i in range(n))
    return otlp_of(samples, message(5, 'n' * 25 * n), *functions, *attributes)


def otlp_json(n):
    table = {'stringTable': ['', 'cpu', 'ns', 'k'] + ['f%d' % i for i in range(n)], 'attributeTable': [{}, {'keyStrindex': 3, 'value': {'stringValue': 'v'}}],
             'mappingTable': [{}], 'locationTable': [{}] + [{'lines': [{'functionIndex': i}]} for i in range(1, n)],
             'functionTable': [{}] + [{'nameStrindex': 4 + i} for i in range(1, n)], 'stackTable': [{}] + [{'locationIndices': [i]} for i in range(1, n)]}
    profile = {'sampleType': {'typeStrindex': 1, 'unitStrindex': 2}, 'samples': [{'stackIndex': i, 'values': ['1'], 'attributeIndices': [1]} for i in range(1, n)]}
    return json.dumps({'resourceProfiles': [{'scopeProfiles': [{'profiles': [profile]}]}], 'dictionary': table})


def batch(thread, events, at=100):
    return b'\1\1' + varint(thread) + varint(at) + varint(len(events)) + events


def trace(n, batches):
    """a Go execution trace with n strings, stacks of one frame, and batches of events"""
    def table(kind, rows):
        return b''.join(batch(1, bytes([kind]) + b''.join(rows[i:i + 500])) for i in range(0, len(rows), 500))
    names = [b'\5' + varint(i) + varint(len(b'f%d' % i)) + b'f%d' % i for i in range(1, n + 1)]
    frames = [b'\3' + varint(i) + b'\1' + varint(4096 + i) + varint(i) + varint(i) + b'\1' for i in range(1, n + 1)]
    return b'go 1.22 trace\0\0\0' + b''.join(batches) + table(4, names) + table(2, frames) + batch(1, b'\x08' + varint(1000000000))


def life(i, stack):
    """a goroutine is created, starts, blocks, is unblocked, starts and ends"""
    return bytes([14, 1]) + varint(i) + b'\0' + varint(stack) + b''.join(bytes([event, 1]) + varint(i) + more for event, more in (
        (16, b'\1'), (20, varint(stack)), (21, b'\2' + varint(stack)), (16, b'\3'))) + bytes([17, 1])


def goroutines_of_trace(n):
    """one after the other on one thread"""
    lives = [life(i, i) for i in range(1, n + 1)]
    return trace(n, [batch(1, bytes([13, 1, 0, 1]))] + [batch(1, b''.join(lives[i:i + 500])) for i in range(0, n, 500)])


def threads_of_trace(n):
    """the goroutine of each thread can start when the thread behind it has unblocked it, and its thread is later"""
    m = n // 4
    def events(i):
        states = bytes([13, 1]) + varint(i) + b'\1' + bytes([25, 1]) + varint(i) + varint((1 << 64) - 1) + b'\4'
        wakes = bytes([21, 1]) + varint(i - 1) + b'\1\0' if i > 1 else b''
        return states, bytes([16, 1]) + varint(i) + b'\2' + wakes
    first = [batch(i, events(i)[0], at=100 + i) for i in range(1, m + 1)]
    then = [batch(i, events(i)[1], at=100000 + i) for i in range(1, m + 1)]
    last = batch(m + 1, bytes([21, 1]) + varint(m) + b'\1\0' + bytes([13, 1]) + varint(m + 1) + b'\1' + life(m + 1, 1), at=100000 + m + 1)
    return trace(1, first + then + [last])


FILES = {  # the id of a row in src/formats/table.def, and what there is n times
    'cpu: stacks': lambda n: words(0, 3, 0, 10000, 0) + b''.join(words(1, 2, 0x1000 + i, 0x10) for i in range(n)) + words(0, 1, 0),
    'cpu: frames': lambda n: words(0, 3, 0, 10000, 0) + words(1, n, *range(0x1000, 0x1000 + n)) + words(0, 1, 0),
    'heap: mappings': lambda n: heap(n, lambda i: '1: 8 [1: 8] @ 0x%x 0x%x\n' % (0x1000 * i + 5, 0x1000 * (i * 7 % n) + 5), '%08x-%08x r-xp 00000000 08:01 %d /bin/m%d\n'),
    'heap: mappings that overlap': lambda n: heap(n, lambda i: '1: 8 [1: 8] @ 0x%x\n' % (0x1000 * i + 5), '%08x-7fffffff r-xp %08x 08:01 %d /bin/m%d\n'),
    'heap: frames': lambda n: heap(n // 1000 + 2, lambda i: '1: 8 [1: 8] @' + ''.join(' 0x%x' % (1000 * i + j) for j in range(1000)) + '\n'),
    'go_count: stacks': lambda n: 'goroutine profile: total %d\n' % n + ''.join('1 @ 0x%x 0x10\n#\t0x%x\tmain.f%d+0x1\t/x/f.go:%d\n\n' % (i + 16, i + 16, i, i + 1) for i in range(n)),
    'go_count: labels': lambda n: 'goroutine profile: total %d\n' % (n // 1000) + ''.join('1 @ 0x10\n# labels: {' + ', '.join('"k%d":"v"' % (i + j) for j in range(1000)) + '}\n#\t0x10\tmain.f+0x1\t/x/f.go:1\n\n' for i in range(0, n, 1000)),
    'threadz: threads': lambda n: '--- threadz 1 ---\n\n' + ''.join('--- Thread %x (name: t%d/%d) stack: ---\n  PC: 0x%x main+0x1\n  0x%x f%d\n' % (i + 1, i, i, i + 16, i + 32, i) for i in range(n)) + '--- Memory map: ---\n1000-9000 r-xp 00000000 00:00 0 /srv/app\n',
    'contention: stacks': lambda n: '--- contentionz 1 ---\ncycles/second = 1000\nsampling period = 1\n' + ''.join('%d 1 @ 0x%x 0x10\n' % (i + 1, i + 16) for i in range(n)),
    'java: stacks': lambda n: '--- heapz 1 ---\nformat = java\nresolution = bytes\n' + ''.join('1 8 @ 0x%x 0x2\n' % (i + 1) for i in range(n)) + ''.join('0x%x f%d (F.java:%d)\n' % (i + 1, i, i) for i in range(n)),
    'jemalloc: stacks': lambda n: 'heap_v2/524288\n  t*: %d: %d [0: 0]\n' % (n, n) + ''.join('@ 0x%x 0x2\n  t*: 1: 8 [0: 0]\n  t%d: 1: 8 [0: 0]\n' % (i + 1, i) for i in range(n)),
    'symbolized: symbols': lambda n: '--- symbol\nbinary=/srv/app\n' + ''.join('0x%x f%d\n' % (0x1000 + i, i) for i in range(n)) + '---\n--- heap\n' + heap(n, lambda i: '1: 8 [1: 8] @ 0x%x\n' % (0x1001 + i)),
    'goroutines: goroutines': lambda n: ''.join('goroutine %d [chan receive, %d minutes]:\nmain.f%d(0x1)\n\t/x/f.go:%d +0x1\ncreated by main.main in goroutine %d\n\t/x/f.go:1 +0x2\n\n' % (i + 1, i, i, i + 1, i) for i in range(n)),
    'goroutines: frames': lambda n: 'goroutine 1 [running]:\n' + ''.join('main.f%d(0x1)\n\t/x/f.go:%d +0x1\n' % (i, i + 1) for i in range(n)) + '\n',
    'bpftrace: stacks': lambda n: 'Attaching 1 probe...\n\n' + ''.join('@[\n    f%d+1\n    main+2\n, prog%d]: %d\n' % (i, i, i + 1) for i in range(n)),
    'bpftrace: frames': lambda n: '@[\n' + ''.join('    f%d+1\n' % i for i in range(n)) + ']: 5\n',
    'perf: programs': lambda n: ''.join('prog%d %d/%d %d.000001: 10 cycles:\n\t%x f%d (/bin/x%d)\n\t10 main (/bin/x)\n\n' % (i, i, i, i, i + 16, i, i) for i in range(n)),
    'perf: kinds of events': lambda n: ''.join('prog 1 1.0: 10 ev%d:\n\t10 main (/bin/x)\n\n' % (i % 4096) for i in range(n)),
    'perf: frames': lambda n: 'prog 1 1.0: 10 cycles:\n' + ''.join('\t%x f%d (/bin/x)\n' % (i + 16, i) for i in range(n)) + '\n',
    'dtrace: stacks': lambda n: '\n' + ''.join('\n              x`f%d+0x1\n              x`main+0x2\n                %d\n' % (i, i + 1) for i in range(n)),
    'dtrace: frames': lambda n: '\n\n' + ''.join('              x`f%d+0x1\n' % i for i in range(n)) + '                5\n',
    'gotrace: goroutines': goroutines_of_trace,
    'gotrace: threads that wait': threads_of_trace,
    'otlp: stacks': otlp,
    'otlp: samples of one stack': otlp_stack_of_all,
    'otlp: samples of one resource': otlp_resource_of_all,
    'otlp: attributes of one sample': otlp_attributes_of_one,
    'otlp: a long text of all': otlp_long_text,
    'callgrind: chains of calls': callgrind_chains,
    'callgrind: cycles': callgrind_cycles,
    'callgrind: files': lambda n: 'events: Ir\n' + ''.join('fl=(%d) x%d\nfn=(%d) f%d\n%d 5\n' % (i + 1, i, i + 1, i, i + 1) for i in range(n)),
    'callgrind: lines': lambda n: 'events: ' + ' '.join('e%d' % i for i in range(64)) + '\nfn=f\n' + ''.join('%d 1 2 3\n' % (i + 1) for i in range(n)),
    'json: OTLP': otlp_json,
    'json: V8, callees of one': cpuprofile,
    'json: V8, a heap': heapprofile,
    'json: speedscope, nested': speedscope_nested,
    'json: speedscope, profiles': lambda n: speedscope(n, [{'type': 'sampled', 'name': 'x%d' % i, 'unit': 'none', 'startValue': 0, 'endValue': 1, 'samples': [[i]], 'weights': [1]} for i in range(n // 2)]),
    'collapsed: stacks': lambda n: ''.join('main;f%d;g %d\n' % (i, i) for i in range(n)),
    'collapsed: frames of one stack': lambda n: ';'.join('f%d' % i for i in range(n)) + ' 1\n',
    'collapsed: stacks that grow by a frame': lambda n: ''.join(';'.join('f%d' % j for j in range(i)) + ' 1\n' for i in range(1, int((2 * n) ** 0.5))),
}


# Programs

TEXT_AT, CODE = 0x400000, 16  # where their code begins, and its bytes for each address that is asked


def elf(n, sections, symbols=(b'', b''), loaded=()):
    """a program of n functions without any code: debug sections by name, symbols and their strings, and sections (name, address, bytes) that are loaded"""
    all_sections = [(b'.text', 1, 6, TEXT_AT, b''), *((b'.debug_' + name.encode(), 1, 0, 0, data) for name, data in sections.items()),
                    *((name, 1, 2, address, data) for name, address, data in loaded), (b'.symtab', 2, 0, 0, symbols[0]), (b'.strtab', 3, 0, 0, symbols[1])]
    names = b'\0' + b'\0'.join(s[0] for s in all_sections) + b'\0.shstrtab\0'
    rows, body, begin = [bytes(64)], b'', 64 + 56
    for i, (name, kind, flags, address, data) in enumerate(all_sections + [(b'.shstrtab', 3, 0, 0, names)]):
        size, link = (CODE * n, 0) if name == b'.text' else (len(data), i + 2)
        rows.append(struct.pack('<IIQQQQIIQQ', names.index(b'\0' + name + b'\0') + 1, kind, flags, address, begin + len(body), size,
                                link if kind == 2 else 0, 1 if kind == 2 else 0, 1, 24 if kind == 2 else 0))
        body += data
    head = b'\x7fELF\2\1\1' + bytes(9) + struct.pack('<HHIQQQIHHHHHH', 2, 62, 1, TEXT_AT, 64, begin + len(body), 0, 64, 56, 1, 64, len(rows), len(rows) - 1)
    return head + struct.pack('<IIQQQQQQ', 1, 5, 0, TEXT_AT, TEXT_AT, CODE * n, CODE * n, 4096) + body + b''.join(rows)


def asked(n):
    """a profile with an address in each of n functions of a program"""
    p = Profile()
    p.mapping(1, TEXT_AT, TEXT_AT + CODE * n)
    for i in range(1, n + 1):
        p.sample([i])
        p.location(i, address=TEXT_AT + CODE * (i - 1) + 1, mapping=1)
    return p


def abbreviation(code, tag, children, *attributes):
    return varint(code) + varint(tag) + bytes([children]) + b''.join(varint(name) + varint(form) for name, form in attributes) + b'\0\0'


def unit(*entries, abbreviations=0):
    body = struct.pack('<HIB', 4, abbreviations, 8) + b''.join(entries)
    return struct.pack('<I', len(body)) + body


def code_of(i, n=1):
    return struct.pack('<QI', TEXT_AT + CODE * i, CODE * n)


# tags and attributes of DWARF with their forms
UNIT, FUNCTION = 0x11, 0x2e
LOW, HIGH, RANGES, LINES, NAME, SPECIFICATION, ORIGIN = (0x11, 1), (0x12, 6), (0x55, 0x17), (0x10, 0x17), (3, 0xe), (0x47, 0x13), (0x31, 0x13)


def line_table(files, rows):
    """`rows`: opcodes from the first address on"""
    head = bytes([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) + b'\0' + b''.join(f + b'\0\0\0\0' for f in files) + b'\0'
    program = b'\0\x09\x02' + struct.pack('<Q', TEXT_AT) + rows + b'\0\1\1'
    body = struct.pack('<HI', 4, len(head)) + head + program
    return struct.pack('<I', len(body)) + body


def units_of_one_table(n, table):
    units = b''.join(unit(varint(1), code_of(i), struct.pack('<I', 0)) for i in range(n))
    return elf(n, {'info': units, 'abbrev': abbreviation(1, UNIT, 0, LOW, HIGH, LINES) + b'\0', 'line': table})


def sequences_that_overlap(n):
    """the line table of the only unit has n sequences, each of all addresses"""
    sequence = b'\0\x09\x02' + struct.pack('<Q', TEXT_AT) + b'\1\2' + varint(CODE * n) + b'\0\1\1'
    return elf(n, {'info': unit(varint(1), code_of(0, n), struct.pack('<I', 0)), 'abbrev': abbreviation(1, UNIT, 0, LOW, HIGH, LINES) + b'\0',
                   'line': line_table([b'f.c'], sequence * n)})


def units_of_one_range_list(n):
    """a list of n ranges, none of which has an address that is asked about"""
    ranges = b''.join(struct.pack('<QQ', TEXT_AT + CODE * n + 2 * i + 1, TEXT_AT + CODE * n + 2 * i + 2) for i in range(n)) + bytes(16)
    units = b''.join(unit(varint(1), struct.pack('<I', 0)) for i in range(n))
    return elf(n, {'info': units, 'abbrev': abbreviation(1, UNIT, 0, RANGES) + b'\0', 'ranges': ranges})


def functions_that_overlap(n):
    """n functions, each with all addresses"""
    abbreviations = abbreviation(1, UNIT, 1, LOW, HIGH) + abbreviation(2, FUNCTION, 0, LOW, HIGH) + b'\0'
    return elf(n, {'info': unit(varint(1), code_of(0, n), (varint(2) + code_of(0, n)) * n, b'\0'), 'abbrev': abbreviations})


def units_of_one_name(n):
    abbreviations = abbreviation(1, UNIT, 1, LOW, HIGH) + abbreviation(2, FUNCTION, 0, LOW, HIGH, NAME) + b'\0'
    units = b''.join(unit(varint(1), code_of(i), varint(2), code_of(i), struct.pack('<I', i), b'\0') for i in range(n))
    return elf(n, {'info': units, 'abbrev': abbreviations, 'str': b'n' * 25 * n + b'\0'})


def abbreviations_that_overlap(n):
    """the list of each unit begins in that of another one, and ends with all"""
    lists, units = b'', b''
    for i in range(n):
        units += unit(varint(1), code_of(i), abbreviations=len(lists))
        lists += abbreviation(2 + i % 100, 0x34, 0)
    return elf(n, {'info': units, 'abbrev': lists + abbreviation(1, UNIT, 0, LOW, HIGH) + b'\0'})


def references_that_double(n):
    """16 entries refer to the next one twice; each function refers to the first one"""
    abbreviations = (abbreviation(1, UNIT, 1, LOW, HIGH) + abbreviation(2, FUNCTION, 0, LOW, HIGH, SPECIFICATION, ORIGIN) +
                     abbreviation(3, FUNCTION, 0, SPECIFICATION, ORIGIN) + b'\0')
    first, entries = 4 + 7 + 1 + 12, b''  # behind the unit's header and its own entry
    for i in range(16):
        entries += varint(3) + struct.pack('<II', *[first + 9 * (i + 1) % (9 * 16)] * 2)
    for i in range(n):
        entries += varint(3) + struct.pack('<II', first, first)
    for i in range(n):
        entries += varint(2) + code_of(i) + struct.pack('<II', *[first + 9 * (16 + i)] * 2)
    return elf(n, {'info': unit(varint(1), code_of(0, n), entries, b'\0'), 'abbrev': abbreviations})


def symbols_of_one_string(n):
    symbols = b''.join(struct.pack('<IBBHQQ', 1 + i, 2, 0, 1, TEXT_AT + CODE * i, CODE) for i in range(n))
    return elf(n, {}, (bytes(24) + symbols, b'\0' + b'n' * 25 * n + b'\0'))


def split_unit(kind, name, *entries):
    """a unit of DWARF 5: 4 the part that stays in the program, 5 the one in a file of split DWARF; `name` is that of both"""
    body = struct.pack('<HBBIQ', 5, kind, 8, 0, name) + b''.join(entries)
    return struct.pack('<I', len(body)) + body


SPLIT_ABBREVIATIONS = abbreviation(1, UNIT, 1) + abbreviation(2, FUNCTION, 0, LOW, HIGH, (3, 8)) + abbreviation(3, FUNCTION, 0) + b'\0'


def split(n, in_file, name=lambda i: i + 1, path=b'program', **sections):
    """n units that are in a file: this one, read from the folder where it lies, and the package beside it"""
    left = b''.join(split_unit(4, name(i), varint(1), code_of(i), path + b'\0') for i in range(n))
    return elf(n, {'info': left, 'addr': bytes(8), 'abbrev': abbreviation(1, UNIT, 0, LOW, HIGH, (0x76, 8)) + b'\0', 'info.dwo': in_file,
                   'abbrev.dwo': SPLIT_ABBREVIATIONS, **sections})


def units_of_one_split_file(n, path=b'program'):
    """functions f0, f1 and so on, each in a unit of the file, in descending order"""
    return split(n, b''.join(split_unit(5, i + 1, varint(1), varint(2), code_of(i), b'f%d\0' % i, b'\0') for i in reversed(range(n))), path=path)


def units_of_one_part_of_a_package(n):
    part = split_unit(5, 1, varint(1), varint(3) * 8 * n, b'\0')
    # a table of one unit by its name, and the places and sizes of its parts of .debug_info (1) and .debug_abbrev (3)
    index = struct.pack('<IIIIQI6I', 5, 2, 1, 1, 1, 1, 1, 3, 0, 0, len(part), len(SPLIT_ABBREVIATIONS))
    return split(n, part, name=lambda i: 1, cu_index=index)


def units_of_one_full_table(n):
    """no slot of a package's table is free, and none has one of the units"""
    slots = 1 << n.bit_length()
    index = struct.pack('<IIII', 5, 1, 1, slots) + struct.pack('<Q', n + 1) * slots + struct.pack('<I', 1) * slots + struct.pack('<III', 1, 0, 0)
    return split(n, b'', cu_index=index)


def units_of_one_directory(n):
    units = b''.join(unit(varint(1), code_of(i), struct.pack('<II', i, 0)) for i in range(n))
    return elf(n, {'info': units, 'abbrev': abbreviation(1, UNIT, 0, LOW, HIGH, (0x1b, 0xe), LINES) + b'\0', 'line': line_table([b'f.c'], b'\1\2' + varint(CODE * n)),
                   'str': b'n' * 25 * n + b'\0'})


def files_of_one_name(n):
    """each of n files of a line table of DWARF 5, and each of its directories, has the same long name"""
    lists = (b'\1\1\x1f' + varint(n) + bytes(4 * n)) * 2
    head = bytes([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) + lists
    body = struct.pack('<HBBI', 5, 8, 0, len(head)) + head + b'\0\x09\x02' + struct.pack('<Q', TEXT_AT) + b'\x21' * n + b'\0\1\1'
    return elf(n, {'info': unit(varint(1), code_of(0, n), bytes(4)), 'abbrev': abbreviation(1, UNIT, 0, LOW, HIGH, LINES) + b'\0',
                   'line': struct.pack('<I', len(body)) + body, 'line_str': b'n' * 50 * n + b'\0'})


def many_sections(n, kind, data, names=b'\0'):
    """a program with n more sections of the same bytes, and with the names of all"""
    program = bytearray(elf(n, {}, (bytes(24) + struct.pack('<IBBHQQ', 1, 2, 0, 1, TEXT_AT, CODE * n), b'\0f\0')))
    at, = struct.unpack_from('<Q', program, 40)
    count, = struct.unpack_from('<H', program, 60)
    rows, end = program[at:], len(program) + 64 * (n + 1)
    if count + n + 1 < 0xff00:
        struct.pack_into('<HH', program, 60, count + n + 1, count + n)
    else:  # the numbers are in the first section
        rows[:64] = struct.pack('<IIQQQQIIQQ', 0, 0, 0, 0, 0, count + n + 1, count + n, 0, 0, 0)
        struct.pack_into('<HH', program, 60, 0, 0xffff)
    rows += struct.pack('<IIQQQQIIQQ', 1, kind, 0, 0, end, len(data), 0, 0, 4, 0) * n
    rows += struct.pack('<IIQQQQIIQQ', 0, 3, 0, 0, end + len(data), len(names), 0, 0, 1, 0)
    return bytes(program[:at] + rows + data + names)


def names_without_an_end(n):
    """no byte ends the texts, and each function has ten of them"""
    functions = b''.join(varint(2) + code_of(i) + bytes(40) for i in range(n))
    abbreviations = abbreviation(1, UNIT, 1, LOW, HIGH) + abbreviation(2, FUNCTION, 0, LOW, HIGH, *[NAME] * 10) + b'\0'
    symbols = b''.join(struct.pack('<IBBHQQ', 1, 2, 0, 1, TEXT_AT + CODE * i, CODE) for i in range(n))
    return elf(n, {'info': unit(varint(1), code_of(0, n), functions, b'\0'), 'abbrev': abbreviations, 'str': b'n' * 25 * n}, (bytes(24) + symbols, b'n' * 25 * n))


NOTHING = (0x3f, 0x19)  # a flag that is set takes no bytes of an entry


def functions_of_many_attributes(n):
    """all functions, and all units, have the same abbreviation with n attributes that take no bytes"""
    one = unit(varint(1), code_of(0, n), *(varint(2) + code_of(i) for i in range(n)), b'\0')
    others = unit(varint(1), code_of(n), b'\0') * n
    return elf(n, {'info': one + others, 'abbrev': abbreviation(1, UNIT, 1, LOW, HIGH, *[NOTHING] * n) + abbreviation(2, FUNCTION, 0, LOW, HIGH, *[NOTHING] * n) + b'\0'})


def inlined_without_end(n):
    """Go's table of one function, in which a call with a long name is inlined into itself"""
    table_at, module_at, tree_at, name = 0x500000, 0x600000, 0x700000, b'n' * min(n, 65000) + b'\0'
    value = lambda v: varint(2 * (v + 1)) + varint(CODE * n) + b'\0'  # at all addresses
    # names, units, files, values: the number 0 (a file, a call) and a line
    parts = [name, bytes(4), name, b'\0' + value(0) + value(5)]
    place = [8 + 8 * 8]
    for part in parts:
        place.append(place[-1] + len(part))
    function = struct.pack('<10I', 0, 0, 0, 0, 0, 1, 1 + len(value(0)), 3, 0, 1) + b'\0\0\0\4' + struct.pack('<3I', 0, 0, 1) + bytes(16)
    table = struct.pack('<IHBB8Q', 0xfffffff1, 0, 1, 8, 1, 1, TEXT_AT, *place) + b''.join(parts) + struct.pack('<4I', 0, 16, CODE * n, 0) + function
    words = {0: table_at, 20: TEXT_AT, 22: TEXT_AT, 40: tree_at}
    return elf(n, {}, loaded=[(b'.gopclntab', table_at, table), (b'.go.module', module_at, struct.pack('<48Q', *(words.get(i, 0) for i in range(48)))),
                              (b'.rodata', tree_at, struct.pack('<4I', 0, 0, 1, 1))])


PROGRAMS = {  # each has n functions, which `asked` asks about
    'units that share a line table': lambda n: units_of_one_table(n, line_table([b'f.c'], b'\x21' * 16 * n)),
    'units that share a long path': lambda n: units_of_one_table(n, line_table([b'f' * 25 * n], b'\1\2' + varint(CODE * n))),
    'sequences of lines that overlap': sequences_that_overlap,
    'units that share a list of ranges': units_of_one_range_list,
    'functions that overlap': functions_that_overlap,
    'units that share a long name': units_of_one_name,
    'abbreviations that overlap': abbreviations_that_overlap,
    'references that double': references_that_double,
    'symbols that share a string': symbols_of_one_string,
    'units that share a file of split DWARF': units_of_one_split_file,
    'units that share a part of a package': units_of_one_part_of_a_package,
    'units that share a full table of a package': units_of_one_full_table,
    'units that share a long directory': units_of_one_directory,
    'files that share a long name': files_of_one_name,
    'entries of many attributes': functions_of_many_attributes,
    'names without an end': names_without_an_end,
    'calls that are inlined into themselves': inlined_without_end,
    'sections that share a long name': lambda n: many_sections(n, 1, b'', b'\0' + b'n' * 50 * n + b'\0'),
    'sections of the same notes': lambda n: many_sections(n, 7, struct.pack('<III4s', 4, 0, 1, b'abc') * n),
    'sections of the same link': lambda n: many_sections(n, 1, b'n' * 50 * n + b'\0\0\0\0', b'\0.gnu_debugaltlink\0'),
}


def write_program(folder, kind, n):
    """writes `program`, and the same as the package beside it; returns its path"""
    for name in ('program', 'program.dwp'):
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(PROGRAMS[kind](n))
    return os.path.join(folder, 'program')
