/* Distances by bit vectors: a column of the table of distances is 64 differences in two words. Hyyrö, "A bit-vector
 * algorithm for computing Levenshtein and Damerau edit distances", 2003, figure 6. */
#include "base/nearest.h"

static unsigned char lower(char c) { return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c; }

void nearest_start(struct nearest *n, str word) {
    *n = (struct nearest){.word = word, .best = {NULL, 0}};
    n->most = word.len < 2 ? 0 : word.len < 6 ? 1 : word.len < 9 ? 2 : 3;
    for (size_t i = 0; i < word.len && i < NEAREST_MOST; i++) n->places[lower(word.ptr[i])] |= (uint64_t)1 << i;
}

/* With `parts`, a match may start anywhere in the text, and the smallest distance of all its ends counts. */
static unsigned distance(const struct nearest *n, str text, bool parts) {
    if (!n->word.len) return parts ? 0 : (unsigned)text.len;
    if (n->word.len > NEAREST_MOST) return UINT32_MAX;
    uint64_t more = ~(uint64_t)0, less = 0, diagonal = 0, before = 0, last = (uint64_t)1 << (n->word.len - 1);
    unsigned now = (unsigned)n->word.len, smallest = now;
    for (size_t i = 0; i < text.len; i++) {
        uint64_t here = n->places[lower(text.ptr[i])];
        uint64_t swapped = ((~diagonal & here) << 1) & before;
        diagonal = (((here & more) + more) ^ more) | here | less | swapped;
        uint64_t right_more = less | ~(diagonal | more), right_less = diagonal & more;
        if (right_more & last) now++;
        if (right_less & last) now--;
        right_more = right_more << 1 | !parts;
        right_less <<= 1;
        more = right_less | ~(diagonal | right_more);
        less = right_more & diagonal;
        before = here;
        if (now < smallest) smallest = now;
    }
    return parts ? smallest : now;
}

unsigned nearest_whole(const struct nearest *n, str text) { return distance(n, text, false); }
unsigned nearest_part(const struct nearest *n, str text) { return distance(n, text, true); }

void nearest_offer(struct nearest *n, str text) {
    if (text.len > NEAREST_MOST + n->most) return;
    unsigned d = nearest_whole(n, text);
    if (d > n->most || (n->best.ptr && d >= n->distance)) return;
    n->best = text;
    n->distance = d;
}
