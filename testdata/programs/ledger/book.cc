#include "book.h"

#include <algorithm>

namespace ledger {

void Book::post(const Entry &entry) {
    balance_[entry.account] += entry.amount;
    month_.push_back(entry);
}

// The leak: a closed month is archived for an audit that never comes.
void Book::close_month() {
    std::sort(month_.begin(), month_.end(), [](const Entry &a, const Entry &b) { return a.amount < b.amount; });
    archive_.push_back(std::make_unique<std::vector<Entry>>(month_));
    month_.clear();
}

Mills Book::interest(int per_mille) const {
    return fold<Mills>(month_, [per_mille](const Entry &e) {
        Mills m = to_mills(e.amount);
        for (int day = 0; day < 30; day++) m.units += m.units * per_mille / 365000;
        return m;
    });
}

}  // namespace ledger
