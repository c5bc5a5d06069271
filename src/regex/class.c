/* Sets of code points. Questions about ASCII are answered here; Unicode properties and case outside ASCII need
 * tables and are passed to PCRE2, whose Unicode version may differ from Go's. */
#include <string.h>

#include "go/utf8.h"
#include "regex/tree.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* The two code points outside ASCII that fold to an ASCII letter. */
enum { LONG_S = 0x17f, KELVIN = 0x212a };

void regex_class_add(struct arena *a, struct regex_class *c, uint32_t first, uint32_t last) {
    if (c->n_ranges == c->cap_ranges) c->range = arena_vec_grow(a, c->range, &c->cap_ranges, sizeof *c->range);
    c->range[c->n_ranges++] = (struct regex_range){first, last};
}

enum { PAIRS_MOST = 4 };
static const struct ascii_class {
    const char *name;
    struct regex_range range[PAIRS_MOST]; /* in order; unused pairs are {0, 0} */
} perl_classes[] =
    {
        {"d", {{'0', '9'}}},
        {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
        {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
},
  posix_classes[] = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7f}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1f}, {0x7f, 0x7f}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

static bool in_ascii_class(const struct ascii_class *g, uint32_t r) {
    for (size_t i = 0; i < PAIRS_MOST; i++)
        if (g->range[i].last && r >= g->range[i].first && r <= g->range[i].last) return true;
    return false;
}

static uint32_t other_case(uint32_t r) {
    if ((r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')) return r ^ 0x20;
    return r;
}

static void add_complement(struct arena *a, struct regex_class *c, const struct ascii_class *g) {
    uint32_t next = 0;
    for (uint32_t r = 0; r < 0x80; r++) {
        if (!in_ascii_class(g, r) && !(c->fold && in_ascii_class(g, other_case(r)))) continue;
        if (next < r) regex_class_add(a, c, next, r - 1);
        next = r + 1;
    }
    if (c->fold && (in_ascii_class(g, 's') || in_ascii_class(g, 'S'))) {
        regex_class_add(a, c, next, LONG_S - 1);
        next = LONG_S + 1;
    }
    if (c->fold && (in_ascii_class(g, 'k') || in_ascii_class(g, 'K'))) {
        regex_class_add(a, c, next, KELVIN - 1);
        next = KELVIN + 1;
    }
    regex_class_add(a, c, next, REGEX_RUNE_MOST);
}

static void add_ascii_class(struct arena *a, struct regex_class *c, const struct ascii_class *g, bool negated) {
    if (negated) {
        add_complement(a, c, g);
        return;
    }
    for (size_t i = 0; i < PAIRS_MOST; i++)
        if (g->range[i].last) regex_class_add(a, c, g->range[i].first, g->range[i].last);
}

bool regex_class_perl(struct arena *a, str s, struct regex_class *c, size_t *used) {
    if (s.len < 2 || s.ptr[0] != '\\') return false;
    for (size_t i = 0; i < COUNT(perl_classes); i++) {
        char name = perl_classes[i].name[0];
        bool negated = s.ptr[1] == (char)(name - ('a' - 'A'));
        if (s.ptr[1] != name && !negated) continue;
        add_ascii_class(a, c, &perl_classes[i], negated);
        *used = 2;
        return true;
    }
    return false;
}

bool regex_class_posix(struct arena *a, str name, struct regex_class *c) {
    if (name.len < 4) return false;
    name = str_slice(name, 2, name.len - 2);
    bool negated = name.len && name.ptr[0] == '^';
    if (negated) name = str_from_offset(name, 1);
    for (size_t i = 0; i < COUNT(posix_classes); i++) {
        if (!str_equal(name, str_from(posix_classes[i].name))) continue;
        add_ascii_class(a, c, &posix_classes[i], negated);
        return true;
    }
    return false;
}

/* Names of categories in Go's spelling, without '_', '-' and ' ', and PCRE2's name if it differs. Go's
 * regexp/syntax does not find names of several words, so they are missing here. */
static const char *const categories[][2] = {
    {"C", NULL},
    {"Cc", NULL},
    {"Cf", NULL},
    {"Cn", NULL},
    {"Co", NULL},
    {"Cs", NULL},
    {"L", NULL},
    {"LC", "L&"},
    {"Ll", NULL},
    {"Lm", NULL},
    {"Lo", NULL},
    {"Lt", NULL},
    {"Lu", NULL},
    {"M", NULL},
    {"Mc", NULL},
    {"Me", NULL},
    {"Mn", NULL},
    {"N", NULL},
    {"Nd", NULL},
    {"Nl", NULL},
    {"No", NULL},
    {"P", NULL},
    {"Pc", NULL},
    {"Pd", NULL},
    {"Pe", NULL},
    {"Pf", NULL},
    {"Pi", NULL},
    {"Po", NULL},
    {"Ps", NULL},
    {"S", NULL},
    {"Sc", NULL},
    {"Sk", NULL},
    {"Sm", NULL},
    {"So", NULL},
    {"Z", NULL},
    {"Zl", NULL},
    {"Zp", NULL},
    {"Zs", NULL},
    {"casedletter", "L&"},
    {"closepunctuation", "Pe"},
    {"combiningmark", "M"},
    {"connectorpunctuation", "Pc"},
    {"control", "Cc"},
    {"currencysymbol", "Sc"},
    {"dashpunctuation", "Pd"},
    {"decimalnumber", "Nd"},
    {"enclosingmark", "Me"},
    {"finalpunctuation", "Pf"},
    {"format", "Cf"},
    {"initialpunctuation", "Pi"},
    {"letter", "L"},
    {"letternumber", "Nl"},
    {"lineseparator", "Zl"},
    {"lowercaseletter", "Ll"},
    {"mark", "M"},
    {"mathsymbol", "Sm"},
    {"modifierletter", "Lm"},
    {"modifiersymbol", "Sk"},
    {"nonspacingmark", "Mn"},
    {"number", "N"},
    {"openpunctuation", "Ps"},
    {"other", "C"},
    {"otherletter", "Lo"},
    {"othernumber", "No"},
    {"otherpunctuation", "Po"},
    {"othersymbol", "So"},
    {"paragraphseparator", "Zp"},
    {"privateuse", "Co"},
    {"punctuation", "P"},
    {"separator", "Z"},
    {"spaceseparator", "Zs"},
    {"spacingmark", "Mc"},
    {"surrogate", "Cs"},
    {"symbol", "S"},
    {"titlecaseletter", "Lt"},
    {"unassigned", "Cn"},
    {"uppercaseletter", "Lu"},
    {"cntrl", "Cc"},
    {"digit", "Nd"},
    {"punct", "P"},
};

/* "sc:" makes PCRE2 test the script alone; without it the script's extensions match, too. */
#define S(name) "sc:" name
static const char *const scripts[] = {
    S("Adlam"),      S("Ahom"),       S("Arabic"),      S("Armenian"),   S("Avestan"),     S("Balinese"),
    S("Bamum"),      S("Batak"),      S("Bengali"),     S("Bhaiksuki"),  S("Bopomofo"),    S("Brahmi"),
    S("Braille"),    S("Buginese"),   S("Buhid"),       S("Carian"),     S("Chakma"),      S("Cham"),
    S("Cherokee"),   S("Chorasmian"), S("Common"),      S("Coptic"),     S("Cuneiform"),   S("Cypriot"),
    S("Cyrillic"),   S("Deseret"),    S("Devanagari"),  S("Dogra"),      S("Duployan"),    S("Elbasan"),
    S("Elymaic"),    S("Ethiopic"),   S("Georgian"),    S("Glagolitic"), S("Gothic"),      S("Grantha"),
    S("Greek"),      S("Gujarati"),   S("Gurmukhi"),    S("Han"),        S("Hangul"),      S("Hanunoo"),
    S("Hatran"),     S("Hebrew"),     S("Hiragana"),    S("Inherited"),  S("Javanese"),    S("Kaithi"),
    S("Kannada"),    S("Katakana"),   S("Kawi"),        S("Kharoshthi"), S("Khmer"),       S("Khojki"),
    S("Khudawadi"),  S("Lao"),        S("Latin"),       S("Lepcha"),     S("Limbu"),       S("Lisu"),
    S("Lycian"),     S("Lydian"),     S("Mahajani"),    S("Makasar"),    S("Malayalam"),   S("Mandaic"),
    S("Manichaean"), S("Marchen"),    S("Medefaidrin"), S("Miao"),       S("Modi"),        S("Mongolian"),
    S("Mro"),        S("Multani"),    S("Myanmar"),     S("Nabataean"),  S("Nandinagari"), S("Newa"),
    S("Nko"),        S("Nushu"),      S("Ogham"),       S("Oriya"),      S("Osage"),       S("Osmanya"),
    S("Palmyrene"),  S("Phoenician"), S("Rejang"),      S("Runic"),      S("Samaritan"),   S("Saurashtra"),
    S("Sharada"),    S("Shavian"),    S("Siddham"),     S("Sinhala"),    S("Sogdian"),     S("Soyombo"),
    S("Sundanese"),  S("Syriac"),     S("Tagalog"),     S("Tagbanwa"),   S("Takri"),       S("Tamil"),
    S("Tangsa"),     S("Tangut"),     S("Telugu"),      S("Thaana"),     S("Thai"),        S("Tibetan"),
    S("Tifinagh"),   S("Tirhuta"),    S("Toto"),        S("Ugaritic"),   S("Vai"),         S("Vithkuqi"),
    S("Wancho"),     S("Yezidi"),     S("Yi"),
};
#undef S

static void add_property(struct arena *a, struct regex_class *c, const char *name, bool negated) {
    if (c->n_properties == c->cap_properties)
        c->property = arena_vec_grow(a, c->property, &c->cap_properties, sizeof *c->property);
    c->property[c->n_properties++] = (struct regex_property){name, negated};
}

bool regex_class_unicode(struct arena *a, str name, bool negated, struct regex_class *c) {
    static const struct ascii_class ascii = {"ascii", {{0, 0x7f}}};
    char key[32];
    str plain = {key, 0};
    for (size_t i = 0; i < name.len; i++) {
        if (strchr("_- ", name.ptr[i]) && name.ptr[i]) continue;
        if (plain.len == sizeof key) return false;
        key[plain.len++] = name.ptr[i];
    }
    if (str_equal_fold(plain, STR("any"))) {
        if (!negated) regex_class_add(a, c, 0, REGEX_RUNE_MOST);
        return true;
    }
    if (str_equal_fold(plain, STR("assigned"))) {
        add_property(a, c, "Cn", !negated);
        return true;
    }
    if (str_equal_fold(plain, STR("ascii"))) {
        add_ascii_class(a, c, &ascii, negated);
        return true;
    }
    for (size_t i = 0; i < COUNT(categories); i++) {
        if (!str_equal_fold(plain, str_from(categories[i][0]))) continue;
        const char *property = categories[i][1] ? categories[i][1] : categories[i][0];
        /* PCRE2 does not fold properties; L&, all letters that have case, is nearly what these two become when
         * folded */
        if (c->fold && (!strcmp(property, "Lu") || !strcmp(property, "Ll"))) property = "L&";
        add_property(a, c, property, negated);
        return true;
    }
    for (size_t i = 0; i < COUNT(scripts); i++) {
        if (!str_equal_fold(plain, str_from(scripts[i] + 3))) continue;
        add_property(a, c, scripts[i], negated);
        return true;
    }
    return false;
}

static bool in_ranges(const struct regex_class *c, uint32_t rune) {
    for (size_t i = 0; i < c->n_ranges; i++)
        if (rune >= c->range[i].first && rune <= c->range[i].last) return true;
    return false;
}

/* True if PCRE2's tables are needed: for properties, and to fold case outside ASCII. */
static bool needs_tables(const struct regex_class *c) {
    if (c->n_properties) return true;
    for (size_t i = 0; c->fold && i < c->n_ranges; i++)
        if (c->range[i].last >= 0x80) return true;
    return false;
}

bool regex_class_finish(struct arena *a, struct regex_class *c) {
    if (!needs_tables(c)) return false;
    c->probe = regex_jit_new(a, str_format(a, "\\A%s\\z", regex_emit_class(a, c).ptr), NULL);
    return true;
}

static bool in_folded_ranges(const struct regex_class *c, uint32_t rune) {
    if (rune == LONG_S || rune == KELVIN) rune = rune == KELVIN ? 'k' : 's';
    return in_ranges(c, rune) || in_ranges(c, other_case(rune));
}

static bool decide(const struct regex_class *c, uint32_t rune) {
    if (c->probe) {
        char text[4];
        size_t n = utf8_encode(text, rune);
        return regex_jit_match(c->probe, (str){text, n}) == REGEX_YES;
    }
    return (c->fold ? in_folded_ranges(c, rune) : in_ranges(c, rune)) != c->negated;
}

bool regex_class_has(struct regex_class *c, uint32_t rune) {
    if (rune >= 0x80) return decide(c, rune);
    for (uint32_t r = 0; r < 0x80 && !c->ascii_known; r++) c->ascii[r / 64] |= (uint64_t)decide(c, r) << r % 64;
    c->ascii_known = true;
    return c->ascii[rune / 64] >> rune % 64 & 1;
}

uint64_t regex_class_steps(const struct regex_class *c, uint32_t rune) {
    enum { RANGES_A_STEP = 8, MATCH = 4, COMPILE = 3000 };
    if (rune < 0x80) return 0;
    if (!c->probe) return c->n_ranges / RANGES_A_STEP;
    return MATCH + (regex_jit_is_ready(c->probe) ? c->n_ranges / RANGES_A_STEP : COMPILE + c->n_ranges);
}
