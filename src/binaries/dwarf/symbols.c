/* Reads ELF symbol tables: one pass over the symbols, and nothing is sorted. */
#include "binaries/dwarf/symbols.h"

#include <elf.h>
#include <stdlib.h>

#include "binaries/frame.h"

struct elf_symbol {
    uint64_t address, size;
    uint32_t name, index;
    uint16_t section;
    uint8_t type, binding;
};

static struct elf_symbol read_symbol(const struct dwarf_image *m, struct dwarf_reader *r, uint32_t index) {
    struct elf_symbol s = {.name = (uint32_t)dwarf_number(r, 4), .index = index};
    if (!m->wide) {
        s.address = dwarf_number(r, 4);
        s.size = dwarf_number(r, 4);
    }
    unsigned info = dwarf_u8(r);
    dwarf_u8(r); /* visibility */
    s.section = (uint16_t)dwarf_number(r, 2);
    if (m->wide) {
        s.address = dwarf_number(r, 8);
        s.size = dwarf_number(r, 8);
    }
    s.type = ELF64_ST_TYPE(info);
    s.binding = ELF64_ST_BIND(info);
    return s;
}

static str symbol_name(const struct dwarf_image *m, str strings, uint32_t at) {
    struct dwarf_reader r = dwarf_reader_at(strings, at, m->big_endian);
    return dwarf_string(&r);
}

/* Marks of ARM's assemblers ($a, $d, $t, $x) name no code. */
static bool is_mapping_mark(const struct dwarf_image *m, str strings, uint32_t at) {
    if (m->machine != EM_ARM && m->machine != EM_AARCH64) return false;
    str name = str_slice(strings, at, (size_t)at + 2);
    return name.len == 2 && name.ptr[0] == '$' && str_find_char(STR("adtx"), name.ptr[1]) < 4;
}

static bool is_named_code(const struct dwarf_image *m, const struct elf_symbol *s) {
    if (s->type != STT_NOTYPE && s->type != STT_FUNC && s->type != STT_OBJECT && s->type != STT_GNU_IFUNC) return false;
    if (s->section == SHN_UNDEF) return false;
    if (s->section >= SHN_LORESERVE) return s->section == SHN_XINDEX;
    return s->section < m->n_elf && m->elf[s->section].flags & SHF_ALLOC;
}

/* The best symbol that begins at or before an address, after the one before it. */
struct symbol_choice {
    struct elf_symbol symbol;
    uint32_t file; /* the name of the STT_FILE symbol in front of it, 0: none */
    bool any;
};

/* Of symbols with one address the largest is chosen, and of those the last. */
static bool is_better(const struct elf_symbol *s, const struct symbol_choice *than) {
    if (!than->any || s->address != than->symbol.address) return !than->any || s->address > than->symbol.address;
    return s->size >= than->symbol.size;
}

/* The index of the first address that is not below `from`. */
static uint32_t first_at(const uint64_t *address, uint32_t n, uint64_t from) {
    uint32_t low = 0;
    while (n) {
        uint32_t half = n / 2;
        if (address[low + half] < from) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

bool dwarf_find_symbols(struct arena *scratch, const struct dwarf_image *m, const uint64_t *address, uint32_t n,
                        struct dwarf_symbol *out) {
    const struct dwarf_elf_section *table = NULL;
    size_t stride = m->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    for (uint32_t i = 0; i < n; i++) out[i] = (struct dwarf_symbol){STR_EMPTY, STR_EMPTY};
    for (uint32_t i = 0; i < m->n_elf; i++) {
        const struct dwarf_elf_section *s = &m->elf[i];
        bool dynamic = s->type == SHT_DYNSYM && !table;
        if ((s->type == SHT_SYMTAB || dynamic) && s->bytes.len >= stride) table = s;
        if (table && table->type == SHT_SYMTAB) break;
    }
    if (!table || !n || table->link >= m->n_elf) return table != NULL;
    str strings = dwarf_whole_strings(m->elf[table->link].bytes);
    struct symbol_choice *best = ARENA_ZERO(scratch, struct symbol_choice, n);
    struct dwarf_reader r = dwarf_reader_at(table->bytes, stride, m->big_endian);
    uint32_t file = 0;
    for (uint32_t index = 1; dwarf_left(&r) >= stride; index++) {
        struct elf_symbol s = read_symbol(m, &r, index);
        if (s.type == STT_FILE) file = s.name;
        if (!is_named_code(m, &s)) continue;
        if (m->machine == EM_ARM && s.type == STT_FUNC) s.address &= ~UINT64_C(1); /* set for Thumb code */
        uint32_t i = first_at(address, n, s.address);
        if (i == n || !is_better(&s, &best[i]) || is_mapping_mark(m, strings, s.name)) continue;
        best[i] = (struct symbol_choice){s, s.binding == STB_LOCAL ? file : 0, true};
    }
    uint64_t left = lines_text_most(m->file.len, 0);
    struct dwarf_symbol last = {STR_EMPTY, STR_EMPTY};
    for (uint32_t i = 0, known = UINT32_MAX; i < n; i++) {
        if (i && best[i - 1].any && !best[i].any) best[i] = best[i - 1];
        const struct elf_symbol *s = &best[i].symbol;
        if (!best[i].any || (s->size && address[i] - s->address >= s->size)) continue;
        if (known == UINT32_MAX || s->index != best[known].symbol.index) {
            last.name = symbol_name(m, strings, s->name);
            last.file = best[i].file ? symbol_name(m, strings, best[i].file) : STR_EMPTY;
            if (last.name.len + last.file.len > left) break;
            left -= last.name.len + last.file.len;
            known = i;
        }
        out[i] = last;
    }
    return true;
}

static int compare_listed(const void *a, const void *b) {
    const struct lines_listed *x = a, *y = b;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    int order = str_compare(x->name, y->name);
    return order || x->size == y->size ? order : x->size < y->size ? -1 : 1;
}

static bool is_data(const struct dwarf_image *m, const struct elf_symbol *s) {
    if (s->type == STT_GNU_IFUNC || s->section >= m->n_elf) return false;
    if (s->binding == STB_WEAK) return true;
    const struct dwarf_elf_section *in = &m->elf[s->section];
    return s->binding <= STB_GLOBAL && in->flags & SHF_ALLOC && !(in->flags & SHF_EXECINSTR);
}

struct lines_list dwarf_list_table(struct arena *a, const struct dwarf_image *m) {
    const struct dwarf_elf_section *table = NULL;
    size_t stride = m->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym), n = 0;
    for (uint32_t i = 0; i < m->n_elf && !table; i++)
        if (m->elf[i].type == SHT_SYMTAB && m->elf[i].link < m->n_elf) table = &m->elf[i];
    if (!table) return (struct lines_list){0};
    str strings = dwarf_whole_strings(m->elf[table->link].bytes);
    struct lines_listed *list = ARENA_ARRAY(a, struct lines_listed, table->bytes.len / stride);
    struct dwarf_reader r = dwarf_reader_at(table->bytes, stride, m->big_endian);
    uint64_t left = lines_text_most(m->file.len, 0);
    for (uint32_t index = 1; dwarf_left(&r) >= stride; index++) {
        struct elf_symbol s = read_symbol(m, &r, index);
        if (s.section == SHN_UNDEF || s.type == STT_FILE || s.type == STT_SECTION) continue;
        if (is_mapping_mark(m, strings, s.name)) continue;
        str name = symbol_name(m, strings, s.name);
        if (name.len > left) break;
        left -= name.len;
        list[n++] = (struct lines_listed){
            .address = s.address, .size = s.size, .name = str_copy(a, name), .data = is_data(m, &s)};
    }
    if (n) qsort(list, n, sizeof *list, compare_listed);
    return (struct lines_list){list, n};
}
