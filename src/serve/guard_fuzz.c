/* libFuzzer: any bytes as a Host header, and as Host, Origin, Sec-Fetch-Site and token of a request that writes, one a
 * line. Allowed hosts are compared with a second, simple check. */
#include "serve/guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "serve/listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns true if a browser can only mean this machine by this host, or a name that was given. */
static bool is_own(const char *host) {
    char name[300];
    if (strlen(host) >= sizeof name) return false;
    strcpy(name, host);
    char *port = strrchr(name, ':'), *bracket = strrchr(name, ']');
    if (port && (!bracket || port > bracket)) {
        if (port[1 + strspn(port + 1, "0123456789")]) return false;
        *port = 0;
    }
    if (name[0] == '[') return strspn(name + 1, "0:1") >= strlen(name + 1) - 1 || strchr(name, '.');
    size_t n = strlen(name);
    if (n && name[n - 1] == '.') name[--n] = 0;
    if (strcasecmp(name, "b.example") == 0 || strcasecmp(name, "localhost") == 0) return true;
    if (n > 10 && strcasecmp(name + n - 10, ".localhost") == 0) return true;
    return strncmp(name, "127.", 4) == 0 && strspn(name, "0123456789.") == n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct guard guard = {true, STR("localhost"), STR("b.example"), STR("token")};
    struct arena a = {0};
    struct listen_address at;
    str text = {(const char *)data, size}, part[4] = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    if (guard_allows_host(&guard, text) && (memchr(data, 0, size) || !is_own(str_c(&a, text)))) __builtin_trap();
    listen_parse(text, &at, NULL);
    for (int i = 0; i < 4 && str_cut(&text, '\n', &part[i]); i++) continue;
    const struct guard_proof proof = {.host = part[0], .origin = part[1], .fetch_site = part[2], .token = part[3]};
    bool allowed = !guard_refuses_write(&guard, &proof);
    str origin = proof.origin,
        end = str_from_offset(origin, origin.len < proof.host.len ? 0 : origin.len - proof.host.len);
    bool same = !origin.len || str_equal_fold(end, proof.host);
    if (allowed && !(str_equal(proof.token, guard.token) && same)) __builtin_trap();
    arena_release(&a);
    return 0;
}
