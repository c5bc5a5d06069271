/* Runs line programs. No table of rows is made: the asked addresses are in order, as are the rows of a sequence, so
 * each row answers the addresses in front of the next one. */
#include "binaries/dwarf/line.h"

#include "base/search.h"

/* A line program's header, as far as the program needs it. */
struct line_header {
    uint8_t min_instruction, line_range, opcode_base, address_size, offset_size, version;
    int8_t line_base;
    uint8_t n_operands[256];
};

/* Lists of directories and files while they are read. */
struct growing_files {
    struct arena *arena;
    VEC(str) directories;
    VEC(struct dwarf_file_name) files;
};

/* Lists of DWARF 2 to 4: names up to an empty one. */
static void read_old_files(struct growing_files *g, struct dwarf_reader *r) {
    for (str s; (s = dwarf_string(r)).len;) *VEC_PUSH(g->arena, &g->directories) = s;
    for (str s; (s = dwarf_string(r)).len;) {
        *VEC_PUSH(g->arena, &g->files) = (struct dwarf_file_name){.name = s, .directory = dwarf_uleb(r)};
        dwarf_uleb(r); /* time */
        dwarf_uleb(r); /* size */
    }
}

/* A list of DWARF 5 describes its own entries. Adds directories or files. */
static bool read_new_files(struct dwarf_context *c, const struct dwarf_open_unit *u, struct growing_files *g,
                           bool directories, struct dwarf_reader *r) {
    struct dwarf_attribute format[255];
    unsigned n_formats = dwarf_u8(r);
    for (unsigned i = 0; i < n_formats; i++) {
        uint64_t content = dwarf_uleb(r), form = dwarf_uleb(r);
        format[i] = (struct dwarf_attribute){content > UINT16_MAX ? 0 : (uint16_t)content,
                                             form > UINT16_MAX ? 0 : (uint16_t)form, 0};
    }
    uint64_t n = dwarf_uleb(r);
    if (r->failed || (n && !n_formats)) return false;
    for (uint64_t i = 0; i < n; i++) {
        struct dwarf_file_name f = {.name = STR_EMPTY};
        const unsigned char *start = r->at;
        for (unsigned k = 0; k < n_formats; k++) {
            struct dwarf_value v = dwarf_read_value(u, &format[k], r);
            bool sum = format[k].name == DW_LNCT_MD5 && v.form == DW_FORM_data16 && !r->failed;
            if (sum) f.md5 = (const char *)r->at - DWARF_MD5_SIZE;
            if (format[k].name == DW_LNCT_path) f.name = dwarf_counted_string(c, u, &v);
            if (format[k].name == DW_LNCT_directory_index) f.directory = v.number;
        }
        if (r->failed || r->at == start) return false; /* entries of no size could be endless */
        if (directories)
            *VEC_PUSH(g->arena, &g->directories) = f.name;
        else
            *VEC_PUSH(g->arena, &g->files) = f;
    }
    return true;
}

/* Reads the length of the table at the reader, whose end becomes that of the table. */
static bool enter_table(struct dwarf_reader *r, uint8_t *offset_size) {
    uint64_t length = dwarf_number(r, 4);
    *offset_size = 4;
    if (length == 0xffffffff) {
        *offset_size = 8;
        length = dwarf_number(r, 8);
    }
    if (r->failed || length > dwarf_left(r)) return false;
    r->end = r->at + length;
    return true;
}

/* Reads the header and sets `program` to the bytes of the program. */
static bool read_line_header(struct dwarf_context *c, const struct dwarf_open_unit *u, struct line_header *h,
                             struct growing_files *g, struct dwarf_reader *program) {
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_LINE, u->lines);
    *h = (struct line_header){.address_size = u->head.address_size};
    if (!enter_table(&r, &h->offset_size) || !dwarf_spend_tables(c->spent, dwarf_left(&r))) return false;
    h->version = (uint8_t)dwarf_number(&r, 2);
    if (h->version < 2 || h->version > 5) return false;
    if (h->version >= 5) {
        h->address_size = dwarf_u8(&r);
        if (dwarf_u8(&r)) return false; /* segments */
    }
    uint64_t header = dwarf_number(&r, h->offset_size);
    if (r.failed || header > dwarf_left(&r)) return false;
    *program = r;
    program->at += header;
    r.end = program->at;
    h->min_instruction = dwarf_u8(&r);
    if (h->version >= 4) dwarf_u8(&r); /* operations in an instruction */
    dwarf_u8(&r);                      /* whether a row is a statement */
    h->line_base = (int8_t)dwarf_u8(&r);
    h->line_range = dwarf_u8(&r);
    h->opcode_base = dwarf_u8(&r);
    for (unsigned i = 1; i < h->opcode_base; i++) h->n_operands[i] = dwarf_u8(&r);
    if (r.failed || !h->opcode_base || h->address_size > 8) return false;
    if (h->version < 5) {
        read_old_files(g, &r);
        return !r.failed;
    }
    /* lists may be encoded in another format than the unit */
    struct dwarf_abbrevs sizes = *u->abbrevs;
    struct dwarf_open_unit as = *u;
    sizes.offset_size = as.head.offset_size = h->offset_size;
    as.abbrevs = &sizes;
    return read_new_files(c, &as, g, true, &r) && read_new_files(c, &as, g, false, &r);
}

/* The state of a line program, and the sequence that it makes. */
struct line_state {
    const uint64_t *address; /* asked, ascending */
    struct dwarf_place *place;
    uint32_t n, next;            /* next: the first address at or behind the last row */
    uint64_t at, file, greatest; /* greatest: possible address */
    uint32_t line;
    uint16_t column;
    bool in_sequence, dropped;
    uint64_t left; /* addresses that sequences may still pass; they overlap in damaged files only */
    uint64_t row_address;
    struct dwarf_place row; /* the last one */
};

/* Ends the last row at the current address. */
static void end_row(struct line_state *s) {
    if (!s->in_sequence) {
        s->in_sequence = true;
        s->dropped = s->at <= 1 || s->at >= s->greatest - 1; /* as in ranges.c */
        s->next = search_u64(s->address, 0, s->n, s->at);
        return;
    }
    for (; s->left && s->next < s->n && s->address[s->next] < s->at; s->next++, s->left--) {
        bool free_place = !s->place[s->next].known && s->address[s->next] >= s->row_address;
        if (free_place && !s->dropped) s->place[s->next] = s->row;
    }
}

static void add_row(struct line_state *s) {
    end_row(s);
    s->row_address = s->at;
    s->row = (struct dwarf_place){.file = s->file, .line = s->line, .column = s->column, .known = true};
}

static void start_sequence(struct line_state *s) {
    s->at = 0;
    s->file = s->line = 1;
    s->column = 0;
    s->in_sequence = s->dropped = false;
}

static void run_extended(struct line_state *s, struct growing_files *g, struct dwarf_reader *r) {
    uint64_t size = dwarf_uleb(r);
    if (r->failed || size > dwarf_left(r)) {
        dwarf_fail(r);
        return;
    }
    if (!size) return;
    struct dwarf_reader in = *r;
    in.end = in.at + size;
    dwarf_skip(r, size);
    switch (dwarf_u8(&in)) {
    case DW_LNE_end_sequence:
        end_row(s);
        start_sequence(s);
        break;
    case DW_LNE_set_address: s->at = dwarf_number(&in, dwarf_left(&in) > 8 ? 8 : (unsigned)dwarf_left(&in)); break;
    case DW_LNE_define_file: {
        str name = dwarf_string(&in);
        *VEC_PUSH(g->arena, &g->files) = (struct dwarf_file_name){.name = name, .directory = dwarf_uleb(&in)};
        break;
    }
    default: break;
    }
}

/* Runs the program to its end. Returns false if it is damaged. */
static bool run_program(struct line_state *s, const struct line_header *h, struct growing_files *g,
                        struct dwarf_reader r) {
    start_sequence(s);
    while (r.at < r.end) {
        unsigned op = *r.at++;
        if (op >= h->opcode_base) {
            unsigned adjusted = op - h->opcode_base;
            if (!h->line_range) return false;
            s->at += (uint64_t)(adjusted / h->line_range) * h->min_instruction;
            s->line += (uint32_t)(h->line_base + (int)(adjusted % h->line_range));
            add_row(s);
            continue;
        }
        switch (op) {
        case 0: run_extended(s, g, &r); break;
        case DW_LNS_copy: add_row(s); break;
        case DW_LNS_advance_pc: s->at += dwarf_uleb(&r) * h->min_instruction; break;
        case DW_LNS_advance_line: s->line += (uint32_t)dwarf_sleb(&r); break;
        case DW_LNS_set_file: s->file = dwarf_uleb(&r); break;
        case DW_LNS_set_column: s->column = (uint16_t)dwarf_uleb(&r); break;
        case DW_LNS_negate_stmt:
        case DW_LNS_set_basic_block: break;
        case DW_LNS_const_add_pc:
            if (!h->line_range) return false;
            s->at += (uint64_t)((255 - h->opcode_base) / h->line_range) * h->min_instruction;
            break;
        case DW_LNS_fixed_advance_pc: s->at += dwarf_number(&r, 2); break;
        default:
            for (unsigned i = 0; i < h->n_operands[op]; i++) dwarf_uleb(&r);
            break;
        }
        if (r.failed || !s->left) return false;
    }
    return true;
}

/* Fills in the lists of a table. */
static void take_lists(const struct line_header *h, const struct growing_files *g, struct dwarf_line_table *out) {
    out->version = h->version;
    out->directories = g->directories.at;
    out->n_directories = (uint32_t)g->directories.n;
    out->file = g->files.at;
    out->n_files = (uint32_t)g->files.n;
}

bool dwarf_next_files(struct dwarf_context *c, uint64_t *offset, struct dwarf_line_table *out) {
    struct growing_files g = {.arena = out->arena};
    struct dwarf_abbrevs sizes = {.version = 5};
    struct dwarf_open_unit u = {.lines = *offset, .abbrevs = &sizes};
    struct line_header h;
    struct dwarf_reader r = dwarf_read_section(c->image, DWARF_LINE, *offset), program;
    uint8_t offset_size;
    *out = (struct dwarf_line_table){.arena = out->arena, .spent = c->spent, .directory = STR_EMPTY};
    if (!dwarf_left(&r) || !enter_table(&r, &offset_size)) return false;
    *offset = (uint64_t)((const char *)r.end - c->image->section[DWARF_LINE].ptr);
    if (read_line_header(c, &u, &h, &g, &program)) take_lists(&h, &g, out);
    if (out->n_directories) out->directory = out->directories[0]; /* that of the compilation, from DWARF 5 on */
    return true;
}

bool dwarf_read_lines(struct dwarf_context *c, const struct dwarf_open_unit *u, const uint64_t *address, uint32_t n,
                      struct dwarf_place *place, struct dwarf_line_table *out) {
    struct growing_files g = {.arena = out->arena};
    struct line_header h;
    struct dwarf_reader program;
    struct line_state s = {.address = address, .place = place, .n = n, .left = UINT64_C(64) * n + 100000};
    s.greatest = u->head.address_size == 8 ? UINT64_MAX : UINT32_MAX;
    *out = (struct dwarf_line_table){.arena = out->arena, .spent = c->spent, .directory = STR_EMPTY};
    if (u->lines == UINT64_MAX) return true;
    out->directory = dwarf_counted_string(c, u, &u->directory);
    bool ok = read_line_header(c, u, &h, &g, &program) && run_program(&s, &h, &g, program);
    take_lists(&h, &g, out);
    return ok;
}

static bool is_absolute(str path) { /* as LLVM decides it, on any system */
    if (path.len && (path.ptr[0] == '/' || path.ptr[0] == '\\')) return true;
    return path.len > 2 && path.ptr[1] == ':' && (path.ptr[2] == '/' || path.ptr[2] == '\\');
}

/* Joins two parts with one slash; an empty part adds nothing. */
static str join_paths(struct arena *a, str left, str right) {
    if (!left.len || !right.len) return left.len ? left : right;
    bool slash = left.ptr[left.len - 1] == '/';
    while (slash && right.len && right.ptr[0] == '/') right = str_from_offset(right, 1);
    return str_format(a, "%.*s%s%.*s", STR_ARG(left), slash ? "" : "/", STR_ARG(right));
}

bool dwarf_file_path(struct arena *a, struct dwarf_line_table *t, uint64_t number, str *out) {
    uint64_t first = t->version >= 5 ? 0 : 1;
    if (number < first || number - first >= t->n_files) return false;
    struct dwarf_file_name *f = &t->file[number - first];
    if (!f->path.len) {
        str directory = STR_EMPTY;
        if (f->directory >= first && f->directory - first < t->n_directories)
            directory = t->directories[f->directory - first];
        if (!is_absolute(directory)) directory = join_paths(a, t->directory, directory);
        if (!dwarf_spend_text(t->spent, directory.len + f->name.len)) return false;
        f->path = str_copy(a, is_absolute(f->name) ? f->name : join_paths(a, directory, f->name));
    }
    *out = f->path;
    return true;
}
