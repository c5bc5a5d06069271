"""The reports of a program, asked of the program itself, so that a test of all reports has new ones too."""
import re, subprocess


def names(cprof):
    """in the order of the help"""
    p = subprocess.run([cprof, '-h', 'all'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    section = re.search(r'^  Output formats.*?\n\n', p.stdout.decode(), re.M | re.S)
    found = re.findall(r'^    -(\w+)', section[0], re.M)
    assert 'top' in found and len(found) > 30, found
    return found


def takes_regex(cprof, name):
    """True of a report that has a parameter: for others a value is no Boolean"""
    p = subprocess.run([cprof, '-%s=.' % name, '/dev/null'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return b'invalid boolean value' not in p.stdout


# what a report prints that refuses profiles which the tests of all reports give it
REFUSALS = {'pgo': 'go build -pgo re(fuses it|ads samples/count)'}
# drawn by Graphviz and viewers, whose input -dot is, or the same as others
DRAWN = ['svg', 'png', 'gif', 'pdf', 'ps', 'eog', 'evince', 'gv', 'web', 'kcachegrind', 'folded']
MANY = ['trend']  # needs more than one source: run-trend tests it


def calls(cprof, base):
    """{name: arguments}, without a source; `base` is the profile that others are compared with"""
    out = {}
    for name in names(cprof):
        if name in MANY:
            continue
        out[name] = ['-%s=.' % name if takes_regex(cprof, name) else '-' + name]
    out['compare'] += ['-base=' + base]
    out['check'] += ['-same_work', '-base=' + base]
    return out


def forms(cprof, profile, base, choices=('json', 'csv', 'markdown', 'junit', 'sarif')):
    """{name.form: arguments} of the reports that have forms for programs"""
    out = {}
    for name, args in calls(cprof, base).items():
        for form in choices:
            with_form = args + ['-format=' + form]
            p = subprocess.run([cprof, *with_form, '-symbolize=none', profile], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if p.returncode != 2:
                out['%s.%s' % (name, form)] = with_form
    return out
