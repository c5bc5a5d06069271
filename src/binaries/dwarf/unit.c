/* Reads headers of units, abbreviations and the values of attributes. */
#include "binaries/dwarf/unit.h"

#include <stdlib.h>

#include "base/search.h"

/* Reads a length in the 32-bit or the 64-bit format; *size is that of offsets. */
static uint64_t read_length(struct dwarf_reader *r, uint8_t *size) {
    uint64_t length = dwarf_number(r, 4);
    *size = 4;
    if (length < 0xfffffff0) return length;
    if (length != 0xffffffff) return dwarf_fail(r);
    *size = 8;
    return dwarf_number(r, 8);
}

/* Reads the header at the reader, whose unit ends at u->end. Returns false if its version is unknown. */
static bool read_header(struct dwarf_reader *r, struct dwarf_unit *u) {
    u->version = (uint8_t)dwarf_number(r, 2);
    if (r->failed || u->version < 2 || u->version > 5) return false;
    if (u->version >= 5) {
        unsigned type = dwarf_u8(r);
        u->address_size = dwarf_u8(r);
        u->abbrev = dwarf_number(r, u->offset_size);
        if (type == DW_UT_skeleton || type == DW_UT_split_compile) u->id = dwarf_number(r, 8);
        u->types = type == DW_UT_type || type == DW_UT_split_type;
    } else {
        u->abbrev = dwarf_number(r, u->offset_size);
        u->address_size = dwarf_u8(r);
    }
    return !r->failed && (u->address_size == 4 || u->address_size == 8);
}

static int by_offset(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Fills in units->abbrev. */
static void list_abbrevs(struct arena *a, struct dwarf_units *units) {
    uint64_t *at = ARENA_ARRAY(a, uint64_t, units->n);
    uint32_t n = 0;
    bool ascending = true;
    for (uint32_t i = 0; i < units->n; i++) {
        uint64_t offset = units->at[i].abbrev;
        if (n && at[n - 1] == offset) continue;
        ascending &= !n || at[n - 1] < offset;
        at[n++] = offset;
    }
    if (!ascending) qsort(at, n, sizeof *at, by_offset);
    units->abbrev = at;
    units->n_abbrev = n;
}

struct dwarf_units dwarf_scan_units(struct arena *a, const struct dwarf_image *image) {
    VEC(struct dwarf_unit) units = {0};
    struct dwarf_reader r = dwarf_read_section(image, DWARF_INFO, 0);
    const unsigned char *start = r.at;
    bool damaged = false;
    while (dwarf_left(&r) && !damaged) {
        struct dwarf_unit u = {.offset = (uint64_t)(r.at - start)};
        uint64_t length = read_length(&r, &u.offset_size);
        damaged = r.failed || length > dwarf_left(&r);
        if (damaged) break;
        struct dwarf_reader in = r;
        in.end = in.at + length;
        u.end = (uint64_t)(in.end - start);
        dwarf_skip(&r, length);
        if (!read_header(&in, &u)) continue;
        u.first = (uint32_t)((uint64_t)(in.at - start) - u.offset);
        *VEC_PUSH(a, &units) = u;
        damaged = units.n == UINT32_MAX;
    }
    struct dwarf_units out = {.at = units.at, .n = (uint32_t)units.n, .damaged = damaged};
    list_abbrevs(a, &out);
    return out;
}

uint32_t dwarf_find_unit(const struct dwarf_units *units, uint64_t offset) {
    uint32_t low = 0, high = units->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (units->at[middle].end <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < units->n && units->at[low].offset <= offset ? low : UINT32_MAX;
}

/* A form as a step; returns false for unknown forms. */
static bool form_step(const struct dwarf_abbrevs *t, uint64_t form, struct dwarf_step *out) {
    *out = (struct dwarf_step){.kind = DWARF_STEP_FIXED};
    switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const: out->size = 0; return true;
    case DW_FORM_data1:
    case DW_FORM_flag:
    case DW_FORM_ref1:
    case DW_FORM_strx1:
    case DW_FORM_addrx1: out->size = 1; return true;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2: out->size = 2; return true;
    case DW_FORM_strx3:
    case DW_FORM_addrx3: out->size = 3; return true;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_ref_sup4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4: out->size = 4; return true;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sup8:
    case DW_FORM_ref_sig8: out->size = 8; return true;
    case DW_FORM_data16: out->size = 16; return true;
    case DW_FORM_addr: out->size = t->address_size; return true;
    case DW_FORM_ref_addr: out->size = t->version <= 2 ? t->address_size : t->offset_size; return true;
    case DW_FORM_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt: out->size = t->offset_size; return true;
    case DW_FORM_sdata:
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index: out->kind = DWARF_STEP_LEB; return true;
    case DW_FORM_string: out->kind = DWARF_STEP_STRING; return true;
    case DW_FORM_block1: *out = (struct dwarf_step){.kind = DWARF_STEP_BLOCK, .width = 1}; return true;
    case DW_FORM_block2: *out = (struct dwarf_step){.kind = DWARF_STEP_BLOCK, .width = 2}; return true;
    case DW_FORM_block4: *out = (struct dwarf_step){.kind = DWARF_STEP_BLOCK, .width = 4}; return true;
    case DW_FORM_block:
    case DW_FORM_exprloc: out->kind = DWARF_STEP_BLOCK; return true;
    case DW_FORM_indirect: out->kind = DWARF_STEP_INDIRECT; return true;
    default: return false;
    }
}

static void skip_step(const struct dwarf_abbrevs *t, struct dwarf_step s, struct dwarf_reader *r) {
    struct dwarf_step inner;
    switch ((enum dwarf_step_kind)s.kind) {
    case DWARF_STEP_FIXED: dwarf_skip(r, s.size); break;
    case DWARF_STEP_LEB: dwarf_uleb(r); break;
    case DWARF_STEP_STRING: dwarf_string(r); break;
    case DWARF_STEP_BLOCK: dwarf_skip(r, s.width ? dwarf_number(r, s.width) : dwarf_uleb(r)); break;
    case DWARF_STEP_INDIRECT:
        if (form_step(t, dwarf_uleb(r), &inner) && inner.kind != DWARF_STEP_INDIRECT)
            skip_step(t, inner, r);
        else
            dwarf_fail(r);
        break;
    }
}

void dwarf_skip_entry(const struct dwarf_abbrevs *t, const struct dwarf_abbrev *a, struct dwarf_reader *r) {
    if (!a->n_steps) {
        dwarf_skip(r, a->fixed);
        return;
    }
    for (uint32_t i = 0; i < a->n_steps; i++) skip_step(t, t->step[a->first_step + i], r);
}

/* A list of abbreviations while it is read. */
struct growing_abbrevs {
    struct arena *arena;
    VEC(struct dwarf_abbrev) list;
    VEC(struct dwarf_attribute) attributes;
    VEC(struct dwarf_step) steps;
};

/* Attributes of an abbreviation. Some take no bytes of an entry, so entries do not bound them; compilers write some 20.
 */
enum { ATTRIBUTES_MOST = 1000 };

/* Reads the attributes of one abbreviation. Returns false if one has an unknown form, and if they are too many. */
static bool read_attributes(struct growing_abbrevs *g, const struct dwarf_abbrevs *t, struct dwarf_reader *r,
                            struct dwarf_abbrev *out) {
    out->first_attribute = (uint32_t)g->attributes.n;
    out->first_step = (uint32_t)g->steps.n;
    struct dwarf_step step, all = {.kind = DWARF_STEP_FIXED};
    for (;;) {
        uint64_t name = dwarf_uleb(r), form = dwarf_uleb(r);
        int64_t constant = form == DW_FORM_implicit_const ? dwarf_sleb(r) : 0;
        if (!name && !form) break;
        if (r->failed || !form_step(t, form, &step)) return false;
        if (g->attributes.n - out->first_attribute == ATTRIBUTES_MOST) return false;
        *VEC_PUSH(g->arena, &g->attributes) =
            (struct dwarf_attribute){name > UINT16_MAX ? 0 : (uint16_t)name, (uint16_t)form, constant};
        bool address = name == DW_AT_low_pc || name == DW_AT_ranges;
        out->has_code |= out->is_function && address;
        if (step.kind == DWARF_STEP_FIXED) {
            all.size += step.size;
        } else {
            if (all.size) *VEC_PUSH(g->arena, &g->steps) = all;
            *VEC_PUSH(g->arena, &g->steps) = step;
            all.size = 0;
        }
    }
    out->n_attributes = (uint32_t)g->attributes.n - out->first_attribute;
    if (g->steps.n == out->first_step) {
        out->fixed = all.size;
        return !r->failed;
    }
    if (all.size) *VEC_PUSH(g->arena, &g->steps) = all;
    out->n_steps = (uint32_t)g->steps.n - out->first_step;
    return !r->failed;
}

static int by_code(const void *a, const void *b) {
    const struct dwarf_abbrev *x = a, *y = b;
    if (x->code != y->code) return x->code < y->code ? -1 : 1;
    return x->first_attribute < y->first_attribute ? -1 : x->first_attribute > y->first_attribute;
}

/* Reads the list at t->offset, which ends at the latest where the next one begins. Returns false if it is damaged. */
static bool read_abbrevs(struct dwarf_context *c, struct dwarf_abbrevs *t) {
    struct growing_abbrevs g = {.arena = c->arena};
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_ABBREV, t->offset);
    uint32_t next = search_u64(c->units.abbrev, 0, c->units.n_abbrev, t->offset + 1);
    bool ascending = true;
    if (next < c->units.n_abbrev && c->units.abbrev[next] - t->offset < dwarf_left(&r))
        r.end = r.at + (c->units.abbrev[next] - t->offset);
    for (uint64_t last = 0; dwarf_left(&r);) {
        struct dwarf_abbrev a = {.code = dwarf_uleb(&r)};
        if (!a.code) break;
        uint64_t tag = dwarf_uleb(&r);
        a.tag = tag > UINT16_MAX ? UINT16_MAX : (uint16_t)tag;
        a.children = dwarf_u8(&r) != 0;
        a.is_function = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
        if (!read_attributes(&g, t, &r, &a)) return false;
        ascending &= a.code > last;
        last = a.code;
        *VEC_PUSH(c->arena, &g.list) = a;
    }
    if (r.failed) return false;
    if (!ascending) qsort(g.list.at, g.list.n, sizeof *g.list.at, by_code);
    t->at = g.list.at;
    t->n = (uint32_t)g.list.n;
    t->attribute = g.attributes.at;
    t->step = g.steps.at;
    while (t->n_dense < t->n && t->at[t->n_dense].code == t->n_dense + UINT64_C(1)) t->n_dense++;
    return true;
}

static const struct dwarf_abbrevs *find_abbrevs(struct dwarf_context *c, const struct dwarf_unit *u) {
    bool added;
    uint64_t key = u->abbrev << 12 | (uint64_t)u->version << 8 | (uint64_t)u->address_size << 4 | u->offset_size;
    uint32_t i = u64map_put(&c->table_of, key, (uint32_t)c->tables.n, &added);
    if (!added) return c->tables.at[i];
    struct dwarf_abbrevs *t = ARENA_NEW(c->arena, struct dwarf_abbrevs);
    *t = (struct dwarf_abbrevs){
        .offset = u->abbrev, .address_size = u->address_size, .offset_size = u->offset_size, .version = u->version};
    if (!read_abbrevs(c, t)) t = NULL;
    *VEC_PUSH(c->arena, &c->tables) = t;
    return t;
}

const struct dwarf_abbrev *dwarf_find_abbrev(const struct dwarf_abbrevs *t, uint64_t code) {
    if (code - 1 < t->n_dense) return &t->at[code - 1];
    uint32_t low = t->n_dense, high = t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->at[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->n && t->at[low].code == code ? &t->at[low] : NULL;
}

struct dwarf_value dwarf_read_value(const struct dwarf_open_unit *u, const struct dwarf_attribute *attribute,
                                    struct dwarf_reader *r) {
    const struct dwarf_abbrevs *t = u->abbrevs;
    struct dwarf_value v = {.kind = DWARF_NOTHING, .string = STR_EMPTY, .form = attribute->form};
    struct dwarf_step step;
    if (v.form == DW_FORM_indirect) {
        uint64_t form = dwarf_uleb(r);
        v.form = form == DW_FORM_indirect || form == DW_FORM_implicit_const || form > UINT16_MAX ? 0 : (uint16_t)form;
    }
    if (!form_step(t, v.form, &step)) {
        dwarf_fail(r);
        return v;
    }
    switch (v.form) {
    case DW_FORM_implicit_const:
        v.kind = DWARF_NUMBER;
        v.number = (uint64_t)attribute->constant;
        return v;
    case DW_FORM_sdata:
        v.kind = DWARF_NUMBER;
        v.number = (uint64_t)dwarf_sleb(r);
        return v;
    case DW_FORM_string:
        v.kind = DWARF_STRING;
        v.string = dwarf_string(r);
        return v;
    default: break;
    }
    if (step.kind == DWARF_STEP_LEB)
        v.number = dwarf_uleb(r);
    else if (step.kind == DWARF_STEP_FIXED && step.size <= 8)
        v.number = dwarf_number(r, step.size);
    else
        skip_step(t, step, r);
    switch (v.form) {
    case DW_FORM_addr:
    case DW_FORM_addrx:
    case DW_FORM_addrx1:
    case DW_FORM_addrx2:
    case DW_FORM_addrx3:
    case DW_FORM_addrx4:
    case DW_FORM_GNU_addr_index: v.kind = DWARF_ADDRESS; break;
    case DW_FORM_data1:
    case DW_FORM_data2:
    case DW_FORM_data4:
    case DW_FORM_data8:
    case DW_FORM_udata: v.kind = DWARF_NUMBER; break;
    case DW_FORM_sec_offset: v.kind = DWARF_OFFSET; break;
    case DW_FORM_rnglistx: v.kind = DWARF_LIST_INDEX; break;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
    case DW_FORM_GNU_str_index: v.kind = DWARF_STRING; break;
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata:
        v.kind = DWARF_REFERENCE;
        v.number += u->head.offset;
        break;
    case DW_FORM_ref_addr: v.kind = DWARF_REFERENCE; break;
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_GNU_ref_alt: v.kind = DWARF_ALT_REFERENCE; break;
    default: break;
    }
    return v;
}

/* The number at an index of a table of numbers; fails beyond its end. */
static bool number_at(const struct dwarf_image *image, enum dwarf_section s, uint64_t base, uint64_t index,
                      unsigned size, uint64_t *out) {
    if (index > image->section[s].len) return false; /* so that the product fits */
    struct dwarf_reader r = dwarf_read_section(image, s, base + index * size);
    if (base > image->section[s].len) return false;
    *out = dwarf_number(&r, size);
    return !r.failed;
}

str dwarf_value_string(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v) {
    enum dwarf_section section = DWARF_STR;
    const struct dwarf_image *image = c->image;
    uint64_t at = v->number;
    if (v->kind != DWARF_STRING || v->form == DW_FORM_string) return v->string;
    if (v->form == DW_FORM_line_strp)
        section = DWARF_LINE_STR;
    else if (v->form == DW_FORM_GNU_strp_alt || v->form == DW_FORM_strp_sup)
        image = c->image->alt;
    else if (v->form != DW_FORM_strp &&
             !number_at(c->image, DWARF_STR_OFFSETS, u->str_offsets, v->number, u->head.offset_size, &at))
        return STR_EMPTY;
    if (!image) return STR_EMPTY;
    struct dwarf_reader r = dwarf_read_section(image, section, at);
    return dwarf_string(&r);
}

str dwarf_counted_string(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v) {
    if (!dwarf_spend_tables(c->spent, 0)) return STR_EMPTY;
    str s = dwarf_value_string(c, u, v);
    dwarf_spend_tables(c->spent, s.len);
    return s;
}

bool dwarf_value_address(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v,
                         uint64_t *out) {
    if (v->kind != DWARF_ADDRESS) return false;
    *out = v->number;
    if (v->form == DW_FORM_addr) return true;
    return number_at(c->addresses, DWARF_ADDR, u->addr, v->number, u->head.address_size, out);
}

/* Reads the attributes of the unit's first entry. The address may be an index into a table whose base comes later, so
 * it is resolved at the end. */
static void read_first_entry(struct dwarf_context *c, struct dwarf_open_unit *u) {
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_INFO, u->head.offset + u->head.first);
    r.end = (const unsigned char *)c->image->section[DWARF_INFO].ptr + u->head.end;
    const struct dwarf_abbrev *a = dwarf_find_abbrev(u->abbrevs, dwarf_uleb(&r));
    struct dwarf_value entry = {0};
    for (uint32_t i = 0; a && i < a->n_attributes && !r.failed; i++) {
        const struct dwarf_attribute *attribute = &u->abbrevs->attribute[a->first_attribute + i];
        struct dwarf_value v = dwarf_read_value(u, attribute, &r);
        dwarf_extent_take(&u->extent, attribute->name, &v);
        switch (attribute->name) {
        case DW_AT_comp_dir: u->directory = v; break;
        case DW_AT_dwo_name:
        case DW_AT_GNU_dwo_name: u->split_name = v; break;
        case DW_AT_entry_pc: entry = v; break;
        case DW_AT_stmt_list: u->lines = v.number; break;
        case DW_AT_str_offsets_base: u->str_offsets = v.number; break;
        case DW_AT_addr_base:
        case DW_AT_GNU_addr_base: u->addr = v.number; break;
        case DW_AT_rnglists_base: u->rnglists = v.number; break;
        case DW_AT_GNU_ranges_base: u->ranges = v.number; break;
        case DW_AT_GNU_dwo_id: u->id = v.number; break;
        default: break;
        }
    }
    if (!dwarf_value_address(c, u, &u->extent.low, &u->low)) dwarf_value_address(c, u, &entry, &u->low);
}

void dwarf_context_init(struct dwarf_context *c, struct arena *a, const struct dwarf_image *image,
                        struct dwarf_units units) {
    *c = (struct dwarf_context){.arena = a, .image = image, .addresses = image, .units = units};
    c->table_of.arena = a;
    c->open = ARENA_ZERO(a, struct dwarf_open_unit *, units.n);
}

struct dwarf_context *dwarf_context_alt(struct dwarf_context *c) {
    if (c->alt || !c->image->alt) return c->alt;
    c->alt = ARENA_NEW(c->arena, struct dwarf_context);
    dwarf_context_init(c->alt, c->arena, c->image->alt, dwarf_scan_units(c->arena, c->image->alt));
    return c->alt;
}

const struct dwarf_open_unit *dwarf_open_unit(struct dwarf_context *c, uint32_t unit) {
    if (c->open[unit]) return c->open[unit]->abbrevs ? c->open[unit] : NULL;
    struct dwarf_open_unit *u = c->open[unit] = ARENA_NEW(c->arena, struct dwarf_open_unit);
    u->head = c->units.at[unit];
    u->id = u->head.id;
    u->lines = UINT64_MAX;
    u->abbrevs = find_abbrevs(c, &u->head);
    if (!u->abbrevs) return NULL;
    /* in split DWARF 5 a table of indices begins with a header that no attribute skips */
    unsigned header = u->head.offset_size == 8 ? 16 : 8;
    if (c->split && u->head.version >= 5) u->str_offsets = header;
    if (c->split && u->head.version >= 5) u->rnglists = header + 4;
    read_first_entry(c, u);
    return u;
}

const struct dwarf_open_unit *dwarf_join_unit(struct dwarf_context *c, uint32_t unit,
                                              const struct dwarf_open_unit *whole) {
    if (!dwarf_open_unit(c, unit)) return NULL;
    struct dwarf_open_unit *u = c->open[unit];
    u->addr = whole->addr;
    u->ranges = whole->ranges;
    u->low = whole->low;
    return u;
}
