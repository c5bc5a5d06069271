// One line of text, `ACCOUNT;TEXT;AMOUNT`, into an entry.
#pragma once
#include <string>
#include <string_view>

#include "book.h"

namespace ledger::parse {

Entry line(std::string_view text);
// A checksum over the text, the way banks once did it on paper.
unsigned checksum(std::string_view text);

}  // namespace ledger::parse
