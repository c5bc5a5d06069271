/* libFuzzer: any bytes up to a blank as a list of columns of top. Each column that is named is in the heading, in the
 * given order. */
#include "report/chosen.h"

#include <assert.h>

#include "testing/report_sketch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char profile[] = "main@m.c;f@f.c+g@g.c 3 k=v\nmain@m.c;g@f.c 1\nmain@m.c -2\n";
    struct arena a = {0};
    str rest = {(const char *)data, size}, columns, name, shown, heading;
    rest = str_slice(rest, 0, str_find_char(rest, 0));
    if (!str_next_word(&rest, &columns)) return 0;
    const char *options = str_format(&a, "columns=%.*s", STR_ARG(columns)).ptr;
    str text = str_from(sketch_report(&a, report_text, profile, options, NULL));
    if (str_has_prefix(text, STR("-columns: "))) {
        arena_release(&a);
        return 0;
    }
    bool is_last = false; /* of the lines above the heading */
    while (!is_last) {
        bool more = str_cut(&text, '\n', &shown);
        assert(more);
        is_last = str_has_suffix(shown, STR(" total")) || str_has_prefix(shown, STR("Showing top "));
    }
    str_cut(&text, '\n', &shown);
    rest = columns;
    while (rest.len && str_cut(&rest, ',', &name)) {
        if (!name.len) continue;
        bool in_heading = str_next_word(&shown, &heading);
        assert(in_heading && str_equal_fold(heading, name));
    }
    arena_release(&a);
    return 0;
}
