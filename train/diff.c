/* diff.c: texts as numbered words, and which of them two texts share.
 *
 * In: two texts.  Out: the partner in the second of each word of the first,
 * in order.  Runs of four words that stand exactly once on either side anchor
 * the comparison; the longest ascending chain of anchors is kept.  Between
 * anchors, words without a partner are left out and Myers' O(ND) algorithm
 * ("An O(ND) Difference Algorithm and Its Variations", 1986) in linear space
 * compares the rest, giving up exactness above a fixed cost.  Anchors keep
 * the common words of menus from matching words of the article, and make the
 * whole nearly linear; the cost limit guards the texts without any.
 */
#include "diff.h"

#include "utf8.h"

enum {
    ANCHOR_WORDS = 4,
    COST_MAX = 512, /* edits from either end before a split is guessed */
};
#define MANY (DC_NONE - 1)

/* -- Words -------------------------------------------------------------- */

static uint64_t hash_mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

/* Power of two that leaves a hash table of `count` entries half empty. */
static size_t table_size(size_t count) {
    size_t size = 16;
    while (size / 2 < count)
        size *= 2;
    return size;
}

/* A word as a number: its lower-cased characters, hashed.  64 bits make two
 * words of one page with one hash too rare to care about. */
static uint64_t word_hash(const char *word, size_t length) {
    const char *end = word + length;
    uint64_t hash = 0;
    while (word < end)
        hash = hash_mix(hash, dc_lower(dc_utf8_next(&word)));
    return hash;
}

bool dc_words_add(struct dc_arena *arena, struct dc_words *words,
                  const char *text, size_t length) {
    const char *end = text + length, *word;
    size_t word_length;
    while (dc_word_next(&text, end, &word, &word_length)) {
        words->hashes = dc_arena_grow(arena, words->hashes, words->count,
                                      &words->capacity, sizeof(uint64_t));
        if (!words->hashes)
            return false;
        words->hashes[words->count++] = word_hash(word, word_length);
    }
    return true;
}

uint32_t *dc_words_of_page(struct dc_arena *arena, struct dc_words *words,
                           const struct dc_page *page) {
    uint32_t *starts =
        dc_arena_alloc(arena, page->block_count + 1, sizeof *starts);
    if (!starts)
        return NULL;
    for (size_t b = 0; b < page->block_count; b++) {
        struct dc_text text = dc_block_text(page, b);
        starts[b] = (uint32_t)words->count;
        if (!dc_words_add(arena, words, text.bytes, text.length))
            return NULL;
    }
    starts[page->block_count] = (uint32_t)words->count;
    return starts;
}

struct vocabulary {
    uint64_t *keys;
    uint32_t *numbers; /* 0: free slot */
    size_t mask, count;
};

static void words_number(struct vocabulary *v, struct dc_words *words) {
    for (size_t i = 0; i < words->count; i++) {
        uint64_t key = words->hashes[i];
        size_t slot = (size_t)key & v->mask;
        while (v->numbers[slot] && v->keys[slot] != key)
            slot = (slot + 1) & v->mask;
        if (!v->numbers[slot]) {
            v->keys[slot] = key;
            v->numbers[slot] = (uint32_t)++v->count;
        }
        words->numbers[i] = v->numbers[slot] - 1;
    }
}

bool dc_words_number(struct dc_arena *arena, struct dc_words *left,
                     struct dc_words *right, size_t *vocabulary) {
    size_t size = table_size(left->count + right->count);
    struct vocabulary v = {.mask = size - 1};
    v.keys = dc_arena_alloc(arena, size, sizeof *v.keys);
    v.numbers = dc_arena_zero(arena, size, sizeof *v.numbers);
    left->numbers = dc_arena_alloc(arena, left->count, sizeof(uint32_t));
    right->numbers = dc_arena_alloc(arena, right->count, sizeof(uint32_t));
    if (arena->failed)
        return false;
    words_number(&v, left);
    words_number(&v, right);
    *vocabulary = v.count;
    return true;
}

/* -- Anchors ------------------------------------------------------------ */

struct diff {
    struct dc_arena *arena;
    const struct dc_words *left, *right;
    uint32_t *partners; /* left -> right, or DC_NONE */

    /* one gap: the words with a partner, and where they stand */
    uint32_t *left_seen, *right_seen; /* number -> last gap that holds it */
    uint32_t gap;
    uint32_t *x_words, *x_at, *y_words, *y_at;

    /* Myers: furthest x on each diagonal, from the front and the back */
    int32_t *forward, *backward;
    struct range *stack;
    size_t stack_capacity;
};

/* A run of ANCHOR_WORDS words: where it stands, DC_NONE, or MANY. */
struct run {
    uint64_t key;
    uint32_t left, right;
};

static struct run *run_find(struct run *runs, size_t mask,
                            const uint32_t *words) {
    uint64_t key = 0;
    for (size_t i = 0; i < ANCHOR_WORDS; i++)
        key = hash_mix(key, words[i] + UINT64_C(1));
    size_t slot = (size_t)key & mask;
    while (runs[slot].right != DC_NONE && runs[slot].key != key)
        slot = (slot + 1) & mask;
    runs[slot].key = key;
    return &runs[slot];
}

/* For each position of the right side the place on the left where the run
 * that begins there stands, if it stands once on either side. */
static uint32_t *run_partners(struct diff *d, size_t starts) {
    size_t size = table_size(starts);
    struct run *runs = dc_arena_alloc(d->arena, size, sizeof *runs);
    uint32_t *partners = dc_arena_alloc(d->arena, starts, sizeof *partners);
    if (!runs || !partners)
        return NULL;
    for (size_t i = 0; i < size; i++)
        runs[i] = (struct run){0, DC_NONE, DC_NONE};
    for (size_t i = 0; i < starts; i++) {
        struct run *run = run_find(runs, size - 1, d->right->numbers + i);
        run->right = run->right == DC_NONE ? (uint32_t)i : MANY;
    }
    for (size_t i = 0; i + ANCHOR_WORDS <= d->left->count; i++) {
        struct run *run = run_find(runs, size - 1, d->left->numbers + i);
        run->left = run->left == DC_NONE ? (uint32_t)i : MANY;
    }
    for (size_t i = 0; i < starts; i++) {
        struct run *run = run_find(runs, size - 1, d->right->numbers + i);
        bool unique = run->right != MANY && run->left < MANY;
        partners[i] = unique ? run->left : DC_NONE;
    }
    return partners;
}

/* Keeps the longest ascending chain of partners, makes the rest DC_NONE
 * (patience sorting: tails[n] ends the best chain of n + 1 members). */
static bool chain_longest(struct dc_arena *arena, uint32_t *partners,
                          size_t count) {
    uint32_t *tails = dc_arena_alloc(arena, count, sizeof *tails);
    uint32_t *before = dc_arena_alloc(arena, count, sizeof *before);
    size_t length = 0;
    if (!tails || !before)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (partners[i] == DC_NONE)
            continue;
        size_t low = 0, high = length;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (partners[tails[middle]] < partners[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low ? tails[low - 1] : DC_NONE;
        tails[low] = (uint32_t)i;
        if (low == length)
            length++;
    }
    uint32_t next = length ? tails[length - 1] : DC_NONE;
    for (size_t i = count; i-- > 0;) {
        if (i == next)
            next = before[i];
        else
            partners[i] = DC_NONE;
    }
    return true;
}

/* -- Myers between anchors ---------------------------------------------- */

struct range {
    int32_t x0, x1, y0, y1;
};

/* The search of one split: diagonals x - y reached from either end. */
struct search {
    struct range range;
    int32_t *forward, *backward; /* indexable by any diagonal +-1 */
    int32_t first, last;         /* diagonals of the range */
    int32_t f_first, f_last, b_first, b_last;
    int32_t x, y; /* where the two met */
};

/* One more edit from the front; true when it met the search from behind. */
static bool search_forward(const struct diff *d, struct search *s, bool odd) {
    if (s->f_first > s->first)
        s->forward[--s->f_first - 1] = -1;
    else
        s->f_first++;
    if (s->f_last < s->last)
        s->forward[++s->f_last + 1] = -1;
    else
        s->f_last--;
    for (int32_t k = s->f_last; k >= s->f_first; k -= 2) {
        int32_t below = s->forward[k - 1], above = s->forward[k + 1];
        int32_t x = below < above ? above : below + 1, y = x - k;
        while (x < s->range.x1 && y < s->range.y1 &&
               d->x_words[x] == d->y_words[y])
            x++, y++;
        s->forward[k] = x;
        if (odd && k >= s->b_first && k <= s->b_last && s->backward[k] <= x) {
            s->x = x, s->y = y;
            return true;
        }
    }
    return false;
}

/* The same from the back. */
static bool search_backward(const struct diff *d, struct search *s, bool odd) {
    if (s->b_first > s->first)
        s->backward[--s->b_first - 1] = INT32_MAX;
    else
        s->b_first++;
    if (s->b_last < s->last)
        s->backward[++s->b_last + 1] = INT32_MAX;
    else
        s->b_last--;
    for (int32_t k = s->b_last; k >= s->b_first; k -= 2) {
        int32_t below = s->backward[k - 1], above = s->backward[k + 1];
        int32_t x = below < above ? below : above - 1, y = x - k;
        while (x > s->range.x0 && y > s->range.y0 &&
               d->x_words[x - 1] == d->y_words[y - 1])
            x--, y--;
        s->backward[k] = x;
        if (!odd && k >= s->f_first && k <= s->f_last && x <= s->forward[k]) {
            s->x = x, s->y = y;
            return true;
        }
    }
    return false;
}

/* Too costly: split where the front search got furthest. */
static void search_settle(struct search *s) {
    int32_t best = -1;
    for (int32_t k = s->f_last; k >= s->f_first; k -= 2) {
        int32_t x = s->forward[k] < s->range.x1 ? s->forward[k] : s->range.x1;
        int32_t y = x - k;
        if (y > s->range.y1) {
            y = s->range.y1;
            x = y + k;
        }
        if (x + y > best) {
            best = x + y;
            s->x = x, s->y = y;
        }
    }
}

/* A point on a shortest (or, when that costs too much, a good) edit path
 * through a range whose corners do not match. */
static void search_split(const struct diff *d, struct search *s) {
    int32_t front = s->range.x0 - s->range.y0;
    int32_t back = s->range.x1 - s->range.y1;
    bool odd = ((front - back) & 1) != 0;
    s->first = s->range.x0 - s->range.y1;
    s->last = s->range.x1 - s->range.y0;
    s->f_first = s->f_last = front;
    s->b_first = s->b_last = back;
    s->forward[front] = s->range.x0;
    s->backward[back] = s->range.x1;
    for (int cost = 0; cost < COST_MAX; cost++)
        if (search_forward(d, s, odd) || search_backward(d, s, odd))
            return;
    search_settle(s);
}

static void match(const struct diff *d, int32_t x, int32_t y) {
    d->partners[d->x_at[x]] = d->y_at[y];
}

/* Matches what the ends of a range have in common. */
static void range_trim(const struct diff *d, struct range *r) {
    while (r->x0 < r->x1 && r->y0 < r->y1 &&
           d->x_words[r->x0] == d->y_words[r->y0])
        match(d, r->x0++, r->y0++);
    while (r->x0 < r->x1 && r->y0 < r->y1 &&
           d->x_words[r->x1 - 1] == d->y_words[r->y1 - 1])
        match(d, --r->x1, --r->y1);
}

/* Divides and conquers with a stack of its own: the depth is the input's. */
static bool diff_ranges(struct diff *d, int32_t x_count, int32_t y_count) {
    size_t depth = 1;
    struct search s = {.forward = d->forward + y_count + 1,
                       .backward = d->backward + y_count + 1};
    d->stack[0] = (struct range){0, x_count, 0, y_count};
    while (depth) {
        struct range r = d->stack[--depth];
        range_trim(d, &r);
        if (r.x0 == r.x1 || r.y0 == r.y1)
            continue;
        s.range = r;
        search_split(d, &s);
        d->stack = dc_arena_grow(d->arena, d->stack, depth + 1,
                                 &d->stack_capacity, sizeof *d->stack);
        if (!d->stack)
            return false;
        d->stack[depth++] = (struct range){s.x, r.x1, s.y, r.y1};
        d->stack[depth++] = (struct range){r.x0, s.x, r.y0, s.y};
    }
    return true;
}

/* Compares left[x0, x1) with right[y0, y1), without the words that stand on
 * one side only. */
static bool diff_gap(struct diff *d, size_t x0, size_t x1, size_t y0,
                     size_t y1) {
    int32_t x_count = 0, y_count = 0;
    if (x0 >= x1 || y0 >= y1)
        return true;
    d->gap++;
    for (size_t y = y0; y < y1; y++)
        d->right_seen[d->right->numbers[y]] = d->gap;
    for (size_t x = x0; x < x1; x++) {
        d->left_seen[d->left->numbers[x]] = d->gap;
        if (d->right_seen[d->left->numbers[x]] == d->gap) {
            d->x_words[x_count] = d->left->numbers[x];
            d->x_at[x_count++] = (uint32_t)x;
        }
    }
    for (size_t y = y0; y < y1; y++) {
        if (d->left_seen[d->right->numbers[y]] == d->gap) {
            d->y_words[y_count] = d->right->numbers[y];
            d->y_at[y_count++] = (uint32_t)y;
        }
    }
    return diff_ranges(d, x_count, y_count);
}

/* Allocates what gaps need, once, for the largest possible gap. */
static bool diff_prepare(struct diff *d, size_t vocabulary) {
    struct dc_arena *arena = d->arena;
    size_t diagonals = d->left->count + d->right->count + 3;
    d->left_seen = dc_arena_zero(arena, vocabulary, sizeof(uint32_t));
    d->right_seen = dc_arena_zero(arena, vocabulary, sizeof(uint32_t));
    d->x_words = dc_arena_alloc(arena, d->left->count, sizeof(uint32_t));
    d->x_at = dc_arena_alloc(arena, d->left->count, sizeof(uint32_t));
    d->y_words = dc_arena_alloc(arena, d->right->count, sizeof(uint32_t));
    d->y_at = dc_arena_alloc(arena, d->right->count, sizeof(uint32_t));
    d->forward = dc_arena_alloc(arena, diagonals, sizeof(int32_t));
    d->backward = dc_arena_alloc(arena, diagonals, sizeof(int32_t));
    d->stack_capacity = 64;
    d->stack = dc_arena_alloc(arena, d->stack_capacity, sizeof *d->stack);
    return !arena->failed;
}

static bool same(const struct diff *d, size_t x, size_t y) {
    return d->left->numbers[x] == d->right->numbers[y];
}

/* Matches each anchor's run, and on either side of it what goes on matching
 * without a gap: of text that is repeated that keeps one copy whole instead
 * of halves of two.  Compares what lies between.  Runs may overlap: what the
 * one before already matched is not again. */
static bool diff_between(struct diff *d, const uint32_t *anchors,
                         size_t count) {
    size_t x = 0, y = 0; /* everything before is done */
    for (size_t i = 0; i < count; i++) {
        size_t left = anchors[i], right = i;
        if (left == DC_NONE)
            continue;
        while (left < x || right < y)
            left++, right++;
        if (left >= (size_t)anchors[i] + ANCHOR_WORDS)
            continue;
        while (left > x && right > y && same(d, left - 1, right - 1))
            left--, right--;
        if (!diff_gap(d, x, left, y, right))
            return false;
        while (left < d->left->count && right < d->right->count &&
               same(d, left, right))
            d->partners[left++] = (uint32_t)right++;
        x = left;
        y = right;
    }
    return diff_gap(d, x, d->left->count, y, d->right->count);
}

bool dc_diff(struct dc_arena *arena, const struct dc_words *left,
             const struct dc_words *right, size_t vocabulary,
             uint32_t *partners) {
    struct diff d = {
        .arena = arena, .left = left, .right = right, .partners = partners};
    size_t starts =
        right->count < ANCHOR_WORDS ? 0 : right->count - ANCHOR_WORDS + 1;
    for (size_t i = 0; i < left->count; i++)
        partners[i] = DC_NONE;
    if (!diff_prepare(&d, vocabulary))
        return false;
    uint32_t *anchors = run_partners(&d, starts);
    return anchors && chain_longest(arena, anchors, starts) &&
           diff_between(&d, anchors, starts);
}
