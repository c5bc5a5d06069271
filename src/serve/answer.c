/* Answers to requests. */
#include "serve/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/emit.h"
#include "base/sha256.h"
#include "bytes/gzip.h"

#define TEXT_TYPE "text/plain; charset=utf-8"

enum { NOTES_MOST = 1024 }; /* bytes of warnings in a header; the library drops answers with long headers */

void answer_header(const struct http_call *call, struct http_answer *answer, const char *name, const char *value) {
    *VEC_PUSH(call->arena, &answer->headers) = (struct http_header){name, value};
}

static void begin(const struct http_call *call, struct http_answer *answer, unsigned status, const char *type) {
    static const struct http_header always[] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    *answer = (struct http_answer){.status = status, .body = STR_EMPTY};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) *VEC_PUSH(call->arena, &answer->headers) = always[i];
    if (type) answer_header(call, answer, "Content-Type", type);
}

void answer_text(const struct http_call *call, struct http_answer *answer, unsigned status, str text) {
    begin(call, answer, status, TEXT_TYPE);
    answer_header(call, answer, "Cache-Control", "no-store");
    if (text.len) answer->body = str_join(call->arena, (str[]){text, STR("\n")}, 2, STR_EMPTY);
}

void answer_json_error(const struct http_call *call, struct http_answer *answer, unsigned status, str text) {
    struct sink out;
    sink_to_memory(&out);
    sink_text(&out, "{\"error\":");
    emit_script_string(&out, text);
    sink_text(&out, "}\n");
    begin(call, answer, status, "application/json; charset=utf-8");
    answer_header(call, answer, "Cache-Control", "no-store");
    answer->body = str_copy(call->arena, sink_bytes(&out));
    sink_drop(&out);
}

/* Text for a header; characters that headers cannot contain become %XX. */
static const char *header_value(struct arena *a, str text) {
    struct sink out;
    sink_to_memory(&out);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c > 0x20 && c < 0x7f)
            sink_char(&out, (char)c);
        else
            sink_printf(&out, "%%%02X", c);
    }
    const char *value = str_c(a, sink_bytes(&out));
    sink_drop(&out);
    return value;
}

void answer_redirect(const struct http_call *call, struct http_answer *answer, str location) {
    begin(call, answer, 307, TEXT_TYPE);
    answer_header(call, answer, "Cache-Control", "no-store");
    answer_header(call, answer, "Location", header_value(call->arena, location));
}

/* Returns true if this Accept-Encoding allows gzip. */
static bool accepts_gzip(str accept) {
    bool any = false;
    for (str item; str_cut(&accept, ',', &item);) {
        size_t semicolon = str_find_char(item, ';');
        str name = str_trim(str_slice(item, 0, semicolon)), q = str_trim(str_from_offset(item, semicolon + 1));
        bool refused = str_has_prefix(q, STR("q=0"));
        for (size_t i = 3; refused && i < q.len; i++) refused = q.ptr[i] == '0' || q.ptr[i] == '.';
        if (str_equal_fold(name, STR("gzip")) || str_equal_fold(name, STR("x-gzip"))) return !refused;
        if (str_equal(name, STR("*"))) any = !refused;
    }
    return any;
}

/* Returns true if this If-None-Match names the tag, or its form for gzip. */
static bool matches_etag(str header, str etag) {
    for (str item; str_cut(&header, ',', &item);) {
        item = str_trim(item);
        if (str_equal(item, STR("*"))) return true;
        if (str_has_prefix(item, STR("W/"))) item = str_from_offset(item, 2);
        if (item.len < 2 || item.ptr[0] != '"' || item.ptr[item.len - 1] != '"') continue;
        item = str_slice(item, 1, item.len - 1);
        if (str_equal(item, etag)) return true;
        if (str_has_suffix(item, STR("-gzip")) && str_equal(str_slice(item, 0, item.len - 5), etag)) return true;
    }
    return false;
}

/* Answers with a body in the form that the client accepts, or with 304 if the client has it. One of `body` and `packed`
 * may be empty. */
static void send_body(const struct http_call *call, struct http_answer *answer, const char *type, str body, str packed,
                      const char *etag, bool forever) {
    bool known = matches_etag(call->if_none_match, str_from(etag));
    bool gzip = packed.len && accepts_gzip(call->accept_encoding);
    begin(call, answer, known ? 304 : 200, known ? NULL : type);
    answer_header(call, answer, "Cache-Control", forever ? "max-age=31536000, immutable" : "no-cache");
    answer_header(call, answer, "Vary", "Accept-Encoding");
    answer_header(call, answer, "ETag", str_format(call->arena, "\"%s%s\"", etag, gzip ? "-gzip" : "").ptr);
    if (gzip && !known) answer_header(call, answer, "Content-Encoding", "gzip");
    if (known) return;
    answer->body = gzip ? packed : body;
    struct err e = {0};
    if (!gzip && packed.len && !inflate_gzip(call->arena, packed, &answer->body, &e)) answer->body = STR_EMPTY;
    err_clear(&e);
}

void answer_bytes(const struct http_call *call, struct http_answer *answer, const char *type, str body) {
    uint8_t digest[SHA256_BYTES];
    char etag[RESULT_ETAG];
    sha256(body, digest);
    for (int i = 0; i < 16; i++) snprintf(etag + 2 * i, 3, "%02x", digest[i]);
    send_body(call, answer, type, body, STR_EMPTY, etag, false);
}

void answer_file(const struct http_call *call, struct http_answer *answer, const struct answer_file *file,
                 bool forever) {
    send_body(call, answer, file->type, file->body, file->packed, file->etag, forever);
}

/* The first warnings, cut between characters. */
static str shorten(str notes) {
    size_t n = notes.len < NOTES_MOST ? notes.len : NOTES_MOST;
    while (n && n < notes.len && ((unsigned char)notes.ptr[n] & 0xc0) == 0x80) n--;
    return str_slice(notes, 0, n);
}

void answer_stream(const struct http_call *call, struct http_answer *answer, const char *type) {
    begin(call, answer, 200, type);
    answer_header(call, answer, "Cache-Control", "no-cache");
}

struct held_result {
    struct results *results;
    const struct result *result;
};

static void release(void *context) {
    struct held_result *held = context;
    results_release(held->results, held->result);
}

void answer_result(const struct http_call *call, struct http_answer *answer, struct results *results,
                   const struct result *r, bool json) {
    if (r->status == 200) {
        send_body(call, answer, r->type, r->body, r->packed, r->etag, false);
        if (r->notes.len) answer_header(call, answer, "X-Cprof-Notes", header_value(call->arena, shorten(r->notes)));
    } else if (json) {
        answer_json_error(call, answer, r->status, r->body);
    } else {
        answer_text(call, answer, r->status, r->body);
    }
    struct held_result *held = ARENA_NEW(call->arena, struct held_result);
    *held = (struct held_result){results, r};
    answer->release = release;
    answer->context = held;
}
