// Fixed-point money, and the arithmetic on columns of it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ledger {

template <int Decimals>
struct Money {
    std::int64_t units = 0;

    Money &operator+=(Money other) {
        units += other.units;
        return *this;
    }
    bool operator<(Money other) const { return units < other.units; }
};

using Cents = Money<2>;
using Mills = Money<3>;

inline Mills to_mills(Cents c) { return {c.units * 10}; }

// What f makes of every element, added up.
template <typename Sum, typename T, typename F>
[[gnu::noinline]] Sum fold(const std::vector<T> &all, F f) {
    Sum sum;
    for (const T &one : all) sum += f(one);
    return sum;
}

}  // namespace ledger
