/* Runs of varints, eight bytes at a time where the processor can shuffle bytes. */
#include "formats/pprof/varints.h"

#include <string.h>

#include "formats/wire.h"

enum { LONGEST = 4 }; /* bytes of a number that is taken */

void varints_take_straight(struct varints *v) {
    while (v->p < v->end) {
        struct wire w = {v->p, v->end - v->p > LONGEST ? v->p + LONGEST : v->end};
        uint64_t number;
        if (!wire_varint(&w, &number)) return;
        v->p = w.p;
        *v->out++ = (uint32_t)number - 1;
        if (v->most < (uint32_t)number - 1) v->most = (uint32_t)number - 1;
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#include <pthread.h>

enum { BLOCK = 8, WINDOW = 64, LANES = 4, SHAPES = 1 << BLOCK };
_Static_assert((int)WINDOW == VARINTS_READ_AHEAD && (int)LANES == VARINTS_PADDING, "a window is read whole");

/* By the top bits of a block's bytes: how to move the bytes of up to four numbers into a lane each; the bytes and the
 * numbers that this takes, 0 if the first number is longer than four bytes or ends in a later block. */
static uint8_t lane_bytes[SHAPES][LANES * LONGEST], n_taken[SHAPES], n_numbers[SHAPES];

static void make_shape(unsigned tops) {
    enum { NONE = 0x80 }; /* makes a byte 0 */
    uint8_t *byte = lane_bytes[tops], n = 0;
    memset(byte, NONE, LANES * LONGEST);
    for (unsigned from = 0, i = 0; i < BLOCK && n < LANES; i++) {
        if (tops >> i & 1) continue;
        if (i - from >= LONGEST) break;
        for (unsigned k = from; k <= i; k++) byte[n * LONGEST + k - from] = (uint8_t)k;
        n++;
        n_taken[tops] = (uint8_t)(from = i + 1);
    }
    n_numbers[tops] = n;
    /* further lanes repeat the first number, so that they cannot be the largest */
    for (unsigned lane = n; lane < LANES; lane++) memcpy(byte + lane * LONGEST, byte, LONGEST);
}

static void make_shapes(void) {
    for (unsigned tops = 0; tops < SHAPES; tops++) make_shape(tops);
}

/* The top bits of WINDOW bytes. */
static inline uint64_t top_bits(const uint8_t *p) {
    uint64_t tops = 0;
    for (int i = 0; i < 4; i++)
        tops |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)p + i)) << (16 * i);
    return tops;
}

/* Each block begins where the one before it ended. This is known early because the top bits of a whole window are
 * there: taking them for each block would make it wait twice as long for the one before. */
__attribute__((target("sse4.1"))) static void take_blocks(struct varints *v) {
    const uint8_t *p = v->p, *end = v->end;
    uint32_t *out = v->out;
    __m128i most = _mm_set1_epi32((int)v->most);
    bool stuck = false;
    while (p < end && !stuck) {
        uint64_t tops = top_bits(p);
        const uint8_t *last = p + WINDOW - BLOCK; /* where a block can begin */
        /* bytes after the end complete no number */
        if (end - p < WINDOW) {
            tops |= UINT64_MAX << (end - p);
            last = end - 1;
        }
        while (p <= last) {
            unsigned shape = tops & (SHAPES - 1), taken = n_taken[shape];
            if (!taken) {
                stuck = true;
                break;
            }
            __m128i x = _mm_shuffle_epi8(_mm_loadl_epi64((const __m128i *)p),
                                         _mm_loadu_si128((const __m128i *)lane_bytes[shape]));
            __m128i low = _mm_or_si128(_mm_and_si128(x, _mm_set1_epi32(0x7f)),
                                       _mm_and_si128(_mm_srli_epi32(x, 1), _mm_set1_epi32(0x3f80)));
            __m128i high = _mm_or_si128(_mm_and_si128(_mm_srli_epi32(x, 2), _mm_set1_epi32(0x1fc000)),
                                        _mm_and_si128(_mm_srli_epi32(x, 3), _mm_set1_epi32(0xfe00000)));
            x = _mm_add_epi32(_mm_or_si128(low, high), _mm_set1_epi32(-1));
            most = _mm_max_epu32(most, x);
            _mm_storeu_si128((__m128i *)out, x);
            out += n_numbers[shape];
            p += taken;
            tops = tops >> taken | UINT64_MAX << (64 - taken);
        }
    }
    most = _mm_max_epu32(most, _mm_shuffle_epi32(most, _MM_SHUFFLE(1, 0, 3, 2)));
    most = _mm_max_epu32(most, _mm_shuffle_epi32(most, _MM_SHUFFLE(2, 3, 0, 1)));
    *v = (struct varints){p, end, out, (uint32_t)_mm_cvtsi128_si32(most)};
}

void varints_take(struct varints *v) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!__builtin_cpu_supports("sse4.1")) {
        varints_take_straight(v);
        return;
    }
    pthread_once(&once, make_shapes);
    take_blocks(v);
}

#else

void varints_take(struct varints *v) { varints_take_straight(v); }

#endif
