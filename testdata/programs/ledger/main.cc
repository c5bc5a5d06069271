// Ledger posts made-up months of entries. It exists to be profiled by gperftools: run it with CPUPROFILE=FILE for
// a CPU profile, or with HEAPPROFILE=PREFIX for two heap profiles, after the second month and after the last one.
#include <gperftools/heap-profiler.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "book.h"
#include "parse.h"

namespace {

std::string make_line(unsigned n) {
    return "account-" + std::to_string(n % 97) + ";invoice number " + std::to_string(n) + ";" + std::to_string(n * 7919 % 100000);
}

unsigned run_month(ledger::Book &book, unsigned month, unsigned entries) {
    unsigned sum = 0;
    for (unsigned i = 0; i < entries; i++) {
        std::string text = make_line(month * entries + i);
        sum += ledger::parse::checksum(text);
        book.post(ledger::parse::line(text));
    }
    sum += static_cast<unsigned>(book.interest(3).units);
    book.close_month();
    return sum;
}

void dump_heap(const char *reason) {
    if (IsHeapProfilerRunning()) HeapProfilerDump(reason);
}

}  // namespace

int main(int argc, char **argv) {
    unsigned months = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 12;
    unsigned entries = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 20000;
    ledger::Book book;
    unsigned sum = 0;
    for (unsigned m = 0; m < months; m++) {
        sum += run_month(book, m, entries);
        if (m == 1) dump_heap("second month");
    }
    dump_heap("last month");
    std::printf("%zu months, checksum %u\n", book.months(), sum);
    return 0;
}
