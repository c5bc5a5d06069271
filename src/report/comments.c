/* comments: the comments of the profile, one per line. */
#include "report/report.h"

bool report_comments(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    for (uint32_t i = 0; i < in->view->n_comments; i++) {
        sink_str(out, profile_str(in->view, in->view->comment[i]));
        sink_char(out, '\n');
    }
    return true;
}
