/* Reads ranges of addresses: .debug_ranges of DWARF 3 and 4, .debug_rnglists of DWARF 5. */
#include "binaries/dwarf/ranges.h"

/* Linkers set the addresses of code that they drop to 0, 1, -1 or -2. */
static bool is_dropped(const struct dwarf_open_unit *u, uint64_t low) {
    uint64_t greatest = u->head.address_size == 8 ? UINT64_MAX : UINT32_MAX;
    return low <= 1 || low >= greatest - 1;
}

static void add(const struct dwarf_open_unit *u, struct dwarf_ranges *out, uint64_t low, uint64_t high) {
    if (low < high && !is_dropped(u, low)) *VEC_PUSH(out->arena, &out->list) = (struct dwarf_range){low, high};
}

/* Counts the bytes that were read from `start` on. */
static bool finish(struct dwarf_context *c, const struct dwarf_reader *r, const unsigned char *start) {
    return dwarf_spend_tables(c->spent, (uint64_t)(r->at - start)) && !r->failed;
}

static bool read_old_list(struct dwarf_context *c, const struct dwarf_open_unit *u, uint64_t offset,
                          struct dwarf_ranges *out) {
    struct dwarf_reader r = dwarf_read_section(c->addresses, DWARF_RANGES, offset);
    const unsigned char *start = r.at;
    unsigned size = u->head.address_size;
    uint64_t base = u->low, greatest = size == 8 ? UINT64_MAX : UINT32_MAX;
    while (!r.failed) {
        uint64_t low = dwarf_number(&r, size), high = dwarf_number(&r, size);
        if (r.failed || (!low && !high)) break;
        if (low == greatest)
            base = high;
        else if (base != greatest && low < greatest - 1)
            add(u, out, base + low, base + high);
    }
    return finish(c, &r, start);
}

static bool address_at(struct dwarf_context *c, const struct dwarf_open_unit *u, uint64_t index, uint64_t *out) {
    struct dwarf_value v = {.kind = DWARF_ADDRESS, .number = index, .form = DW_FORM_addrx};
    return dwarf_value_address(c, u, &v, out);
}

static bool read_new_list(struct dwarf_context *c, const struct dwarf_open_unit *u, uint64_t offset,
                          struct dwarf_ranges *out) {
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_RNGLISTS, offset);
    const unsigned char *start = r.at;
    unsigned size = u->head.address_size;
    uint64_t base = u->low, low = 0, high = 0;
    for (bool at_end = false; !at_end && !r.failed;) {
        switch (dwarf_u8(&r)) {
        case DW_RLE_end_of_list: at_end = true; break;
        case DW_RLE_base_addressx:
            if (!address_at(c, u, dwarf_uleb(&r), &base)) dwarf_fail(&r);
            break;
        case DW_RLE_startx_endx:
            if (!address_at(c, u, dwarf_uleb(&r), &low) || !address_at(c, u, dwarf_uleb(&r), &high)) dwarf_fail(&r);
            if (!r.failed) add(u, out, low, high);
            break;
        case DW_RLE_startx_length:
            if (!address_at(c, u, dwarf_uleb(&r), &low)) dwarf_fail(&r);
            high = low + dwarf_uleb(&r);
            if (!r.failed) add(u, out, low, high);
            break;
        case DW_RLE_offset_pair:
            low = dwarf_uleb(&r);
            high = dwarf_uleb(&r);
            if (!r.failed && !is_dropped(u, base ? base : 2)) add(u, out, base + low, base + high);
            break;
        case DW_RLE_base_address: base = dwarf_number(&r, size); break;
        case DW_RLE_start_end:
            low = dwarf_number(&r, size);
            high = dwarf_number(&r, size);
            if (!r.failed) add(u, out, low, high);
            break;
        case DW_RLE_start_length:
            low = dwarf_number(&r, size);
            high = low + dwarf_uleb(&r);
            if (!r.failed) add(u, out, low, high);
            break;
        default: dwarf_fail(&r); break;
        }
    }
    return finish(c, &r, start);
}

/* The offset of the list with an index. */
static bool list_offset(struct dwarf_context *c, const struct dwarf_open_unit *u, uint64_t index, uint64_t *out) {
    unsigned size = u->head.offset_size;
    uint64_t length = c->image->section[DWARF_RNGLISTS].len;
    if (index > length || u->rnglists > length) return false;
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_RNGLISTS, u->rnglists + index * size);
    *out = u->rnglists + dwarf_number(&r, size);
    return !r.failed;
}

bool dwarf_read_ranges(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_extent *x,
                       struct dwarf_ranges *out) {
    uint64_t low, high, offset = x->ranges.number;
    out->list.n = 0;
    if (!dwarf_spend_tables(c->spent, 0)) return false;
    if (x->high.kind != DWARF_NOTHING && dwarf_value_address(c, u, &x->low, &low)) {
        if (!dwarf_value_address(c, u, &x->high, &high)) high = low + x->high.number;
        add(u, out, low, high);
        return true;
    }
    switch (x->ranges.kind) {
    case DWARF_NOTHING: return true;
    case DWARF_LIST_INDEX: return list_offset(c, u, x->ranges.number, &offset) && read_new_list(c, u, offset, out);
    case DWARF_NUMBER:
    case DWARF_OFFSET:
        if (u->head.version >= 5) return read_new_list(c, u, offset, out);
        return read_old_list(c, u, offset + (c->split ? u->ranges : 0), out);
    default: return false;
    }
}
