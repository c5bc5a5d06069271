// The book: accounts, and the entries posted to them.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "money.h"

namespace ledger {

struct Entry {
    std::string account;
    std::string text;
    Cents amount;
};

class Book {
public:
    void post(const Entry &entry);
    // Drops the entries of the month and keeps the balances.
    void close_month();
    Mills interest(int per_mille) const;
    std::size_t months() const { return archive_.size(); }

private:
    std::vector<Entry> month_;
    std::unordered_map<std::string, Cents> balance_;
    std::vector<std::unique_ptr<std::vector<Entry>>> archive_;
};

}  // namespace ledger
