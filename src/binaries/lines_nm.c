/* Symbols of a binary, as nm prints them. */
#include "binaries/lines.h"
#include "go/gotext.h"

bool lines_next(str *rest, str *line) {
    size_t n = str_find_char(*rest, '\n');
    if (n == rest->len) return false;
    *line = str_trim(str_slice(*rest, 0, n));
    *rest = str_from_offset(*rest, n + 1);
    return true;
}

/* True for the types that nm gives to data, by pprof's table; an unspecific weak symbol is taken for data. */
static bool is_data(str type) {
    for (size_t i = 0; i < type.len; i++)
        if (str_find_char(STR("bBdDrRvVW"), type.ptr[i]) < 9) return true;
    return false;
}

/* Parses "NAME TYPE ADDRESS SIZE", separated by single blanks. */
static bool parse_symbol(str line, uint64_t base, struct lines_symbol *out) {
    str field[4];
    size_t n = 0;
    for (str part; str_cut(&line, ' ', &part); n++) {
        if (n == 4) return false;
        field[n] = part;
    }
    if (n != 4 || gotext_parse_uint(field[2], 16, &out->address) != GOTEXT_OK ||
        gotext_parse_uint(field[3], 16, &out->size) != GOTEXT_OK)
        return false;
    out->address += base;
    out->name = field[0];
    out->data = is_data(field[1]);
    return true;
}

struct lines_symbols lines_parse_nm(struct arena *a, str output, uint64_t base) {
    VEC(struct lines_symbol) all = {0};
    struct lines_symbol s;
    while (output.len) {
        size_t n = str_find_char(output, '\n');
        if (parse_symbol(str_trim(str_slice(output, 0, n)), base, &s)) *VEC_PUSH(a, &all) = s;
        output = str_from_offset(output, n + 1);
    }
    return (struct lines_symbols){all.at, all.n};
}

/* Finds a symbol. If several symbols share an address, the steps of the search decide which is found, so the steps
 * are pprof's. */
const struct lines_symbol *lines_find_symbol(const struct lines_symbols *s, uint64_t address) {
    if (!s->n) return NULL;
    const struct lines_symbol *last = &s->at[s->n - 1];
    if (address < s->at[0].address || address >= last->address + last->size) return NULL;
    size_t low = 0, high = s->n;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (address >= s->at[middle].address) low = middle;
        if (address == s->at[middle].address) break;
        if (address < s->at[middle].address) high = middle;
    }
    const struct lines_symbol *found = &s->at[low];
    return found->data && address >= found->address + found->size ? NULL : found;
}
