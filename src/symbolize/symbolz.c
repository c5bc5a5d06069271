/* Reads the lines that a server answers with: "0xADDRESS NAME". */
#include "symbolize/symbolz.h"

#include <string.h>

static bool is_space(char c) { return c && strchr(" \t\n\f\r", c); }

/* -1 if it is not a hex digit */
static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool symbolz_move(uint64_t address, uint64_t offset, uint64_t *out) {
    *out = address + offset;
    return (int64_t)offset < 0 ? *out < address : *out >= address;
}

/* Finds "0xADDRESS NAME" anywhere in a line; false if it is not there. */
static bool read_reply(str line, str *address, str *name) {
    for (size_t i = 0; i + 2 < line.len; i++) {
        if (line.ptr[i] != '0' || line.ptr[i + 1] != 'x') continue;
        size_t end = i + 2;
        while (end < line.len && hex_digit(line.ptr[end]) >= 0) end++;
        if (end == i + 2 || end == line.len || !is_space(line.ptr[end])) continue;
        *address = str_slice(line, i, end);
        while (end < line.len && is_space(line.ptr[end])) end++;
        *name = str_from_offset(line, end);
        if (str_has_suffix(*name, STR("\n"))) name->len--;
        return true;
    }
    return false;
}

static bool parse_address(str text, uint64_t *out, struct err *e) {
    *out = 0;
    for (size_t i = 2; i < text.len; i++) {
        if (*out >> 60)
            return err_set(e, "unexpected parse failure %.*s: strconv.ParseUint: parsing \"%.*s\": value out of range",
                           STR_ARG(text), STR_ARG(text));
        *out = *out << 4 | (uint64_t)hex_digit(text.ptr[i]);
    }
    return true;
}

bool symbolz_read(struct arena *a, str answer, uint64_t offset, struct symbolz_names *out, struct err *e) {
    VEC(struct symbolz_name) names = {0};
    while (answer.len) {
        size_t end = str_find_char(answer, '\n');
        if (end == answer.len) break;
        str line = str_slice(answer, 0, end + 1), text, name;
        answer = str_from_offset(answer, end + 1);
        uint64_t there, here;
        if (!read_reply(line, &text, &name)) continue;
        if (!parse_address(text, &there, e)) return false;
        if (!symbolz_move(there, 0 - offset, &here))
            return err_set(e, "cannot adjust symbolz address %llu by %lld, it would overflow",
                           (unsigned long long)there, (long long)(0 - offset));
        *VEC_PUSH(a, &names) = (struct symbolz_name){here, name};
    }
    *out = (struct symbolz_names){names.at, names.n};
    return true;
}
