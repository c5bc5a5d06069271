/* Writes answers while they are sent. */
#include "serve/stream.h"

#include "base/cancel.h"
#include "base/tuning.h"
#include "out/message.h"
#include "report/web.h"
#include "serve/answer.h"
#include "serve/api.h"
#include "session/run.h"

enum { NO_BODY = 204 }; /* the status of a result that is never kept */

struct stream {
    struct serve_state *state;
    struct serve_data *data;
    struct api_request request;
    struct arena *arena; /* of the call, which ends when all was sent */
    struct run_view view;
    struct stackset *stacks;
    struct sink piece; /* bytes from `sent` on are to be sent */
    size_t sent;
};

/* A result_maker: does what takes long, and leaves the writing to the thread that sends. */
static void make(const void *context, struct arena *a, struct sink *out, struct result *r) {
    struct stream *x = (struct stream *)(uintptr_t)context;
    struct notes notes = {.arena = x->arena};
    struct err e = {0};
    (void)out;
    r->status = NO_BODY;
    if (!run_prepare(x->request.session, &x->request.command, x->arena, &notes, &x->view, &e) ||
        !(x->stacks = web_stacks_make(&x->view.in, &e))) {
        r->status = 400;
        r->body = str_copy(a, str_from(err_text(&e)));
        if (!cancel_wanted()) message_warn(r->body);
    }
    err_clear(&e);
    if (!cancel_wanted()) message_notes(&notes);
}

static size_t read_stream(void *context, char *to, size_t most) {
    struct stream *x = context;
    if (x->sent == x->piece.len) {
        x->piece.len = x->sent = 0;
        while (x->piece.len < most && web_stacks_next(x->stacks, &x->piece)) continue;
    }
    size_t left = x->piece.len - x->sent, n = left < most ? left : most;
    if (n) memcpy(to, x->piece.buf + x->sent, n);
    x->sent += n;
    return n;
}

static void end_stream(void *context) {
    struct stream *x = context;
    sink_drop(&x->piece);
    state_give(x->state, x->data);
}

bool stream_stacks(struct serve_state *s, const struct http_call *call, const struct query *q,
                   struct http_answer *answer) {
    struct serve_data *data = state_take(s);
    if (data->session.profile->n_samples < TUNING_STREAM_SAMPLES) {
        state_give(s, data);
        return false;
    }
    struct stream *x = ARENA_NEW(call->arena, struct stream);
    *x = (struct stream){.state = s,
                         .data = data,
                         .request = {.session = &data->session, .generation = data->generation, .state = s, .query = q},
                         .arena = call->arena};
    sink_to_memory(&x->piece);
    unsigned status = 503;
    struct err e = {0};
    const struct result *made = NULL;
    if (api_prepare(&x->request, STR("stacks"), &status, &e)) {
        made = results_get(s->results, str_format(call->arena, "stream %p", (void *)x), call->gone, make, x);
        if (!made) {
            status = 503;
            err_set(&e, "the request was given up");
        }
    }
    if (made && made->status == NO_BODY) {
        results_release(s->results, made);
        answer_stream(call, answer, "application/json; charset=utf-8");
        answer->read = read_stream;
        answer->release = end_stream;
        answer->context = x;
        return true;
    }
    if (made)
        answer_result(call, answer, s->results, made, true);
    else
        answer_json_error(call, answer, status, str_copy(call->arena, str_from(err_text(&e))));
    err_clear(&e);
    end_stream(x);
    return true;
}
