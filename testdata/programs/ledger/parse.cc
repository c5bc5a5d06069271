#include "parse.h"

namespace ledger::parse {

namespace {

// Cuts the text before the next separator off the front of `rest`.
std::string_view cut(std::string_view &rest) {
    std::size_t end = rest.find(';');
    std::string_view head = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return head;
}

inline std::int64_t number(std::string_view digits) {
    std::int64_t value = 0;
    for (char c : digits) {
        if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
    }
    return value;
}

inline unsigned mix(unsigned sum, unsigned char c) { return (sum * 31 + c) % 65521; }

}  // namespace

Entry line(std::string_view text) {
    Entry e;
    e.account = cut(text);
    e.text = cut(text);
    e.amount.units = number(cut(text));
    return e;
}

unsigned checksum(std::string_view text) {
    unsigned sum = 1;
    for (int round = 0; round < 8; round++) {
        for (char c : text) sum = mix(sum, static_cast<unsigned char>(c));
    }
    return sum;
}

}  // namespace ledger::parse
