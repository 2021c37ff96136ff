// A stacked LSTM and its head over characters; build.py compiles this file to kernel.wasm.
//
// B songs, T characters, V = 128 codes, L layers, H hidden units (filled up to a multiple of 4 with
// units that stay 0). A song's sums are taken in the same order alone and among others, and
// WebAssembly fixes the result of every operation to the bit: a seed gives the same song whatever
// is written beside it, on every processor.

#include <stdint.h>
#include <wasm_simd128.h>

#define VOCAB 128
#define PANEL 24  // outputs whose weights lie side by side: as many sums as registers will hold
#define GROUP 4   // songs that share a weight once it is loaded

typedef uint32_t size;
typedef v128_t f4;  // four float32

// Fields and order are those of TASK in __init__.py. `wide` is 4 H, filled up to whole panels.
typedef struct {
  size songs, chars, layers, hidden;
  uint32_t drawing;           // 1 draws the codes, 0 reads those that stand in `codes`
  const float *first;         // (V, wide): layer 0's gates for each code, its bias included
  const float *weights;       // the other matrices, each behind its bias, in panels
  const uint32_t *may;        // (V,): all bits set for a code that may be drawn, none for the others
  float *h;                   // (groups, L * H, GROUP): moved on in place
  float *c;                   // (B, L * H): likewise
  uint8_t *codes;             // (T, B)
  const double *chances;      // (T, B): uniform in [0, 1)
  const float *temperatures;  // (B,): 0 takes the likeliest
  float *logits;              // (T, B, V): the scores before each code was read or drawn
  float *gates;               // (B, wide): room to work in
} Task;

#define each(k, count) for (size k = 0; k < (count); k++)
#define load(p) wasm_v128_load(p)
#define store(p, x) wasm_v128_store(p, x)
#define all(x) wasm_f32x4_splat(x)
#define add(a, b) wasm_f32x4_add(a, b)
#define sub(a, b) wasm_f32x4_sub(a, b)
#define mul(a, b) wasm_f32x4_mul(a, b)
#define divide(a, b) wasm_f32x4_div(a, b)
#define fma(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)  // a * b + c, rounded once

// The number of outputs once the last panel is full.
static size full(size outputs) { return (outputs + PANEL - 1) / PANEL * PANEL; }

// ---- e^x, sigmoid, tanh

// 2^n e^r with |r| <= ln(2) / 2; right to one part in five million for -87 <= x <= 87.
static inline f4 exponential(f4 x) {
  const f4 magic = all(12582912.0f);  // 1.5 * 2^23: adding it leaves n in the lowest bits
  x = wasm_f32x4_pmax(all(-87.0f), wasm_f32x4_pmin(all(87.0f), x));
  const f4 shifted = fma(x, all(1.44269504f), magic);
  const f4 n = sub(shifted, magic);
  const f4 r = fma(n, all(-1.42860677e-6f), fma(n, all(-0.693145752f), x));  // ln(2) in two parts
  f4 sum = all(1.0f / 5040);
  sum = fma(sum, r, all(1.0f / 720));
  sum = fma(sum, r, all(1.0f / 120));
  sum = fma(sum, r, all(1.0f / 24));
  sum = fma(sum, r, all(1.0f / 6));
  sum = fma(sum, r, all(0.5f));
  sum = fma(sum, r, all(1.0f));
  sum = fma(sum, r, all(1.0f));
  return wasm_i32x4_add(sum, wasm_i32x4_shl(shifted, 23));
}

static inline f4 sigmoid(f4 x) {
  return divide(all(1.0f), add(all(1.0f), exponential(sub(all(0.0f), x))));
}

static inline f4 hyperbolic_tangent(f4 x) { return fma(all(2.0f), sigmoid(add(x, x)), all(-1.0f)); }

// ---- gates = start + inputs @ weights, a panel of outputs at a time

// For one song. weights (count, PANEL), inputs (count, GROUP), start and out (PANEL,).
static inline void one(const float *weights, size count, const float *inputs, const float *start,
                       float *out) {
  f4 sum[6];
#pragma unroll
  each(k, 6) sum[k] = load(start + 4 * k);
  for (const float *end = inputs + count * GROUP; inputs != end; inputs += GROUP) {
    const f4 input = load(inputs);  // the same four times
#pragma unroll
    each(k, 6) sum[k] = fma(load(weights + 4 * k), input, sum[k]);
    weights += PANEL;
  }
#pragma unroll
  each(k, 6) store(out + 4 * k, sum[k]);
}

// For four songs and a third of a panel: out (GROUP, wide). With more sums than these eight
// Wasmtime runs out of registers, and keeps some in memory.
static inline void four(const float *weights, size count, const float *inputs,
                        const float *const *start, float *out, size wide) {
  f4 sum[GROUP][2];
#pragma unroll
  each(s, GROUP) {
#pragma unroll
    each(k, 2) sum[s][k] = load(start[s] + 4 * k);
  }
  for (const float *end = inputs + count * GROUP; inputs != end; inputs += GROUP) {
    const f4 a = load(weights), b = load(weights + 4);
#pragma unroll
    each(s, GROUP) {
      const f4 input = wasm_v128_load32_splat(inputs + s);  // the song's, four times
      sum[s][0] = fma(a, input, sum[s][0]);
      sum[s][1] = fma(b, input, sum[s][1]);
    }
    weights += PANEL;
  }
#pragma unroll
  each(s, GROUP) {
#pragma unroll
    each(k, 2) store(out + s * wide + 4 * k, sum[s][k]);
  }
}

// For every song, into task->gates. A song starts from the row of `start` (rows, wide) that its
// code names, or from the only one where `codes` is null.
static void dense(const Task *task, const float *weights, size count, const float *inputs,
                  const float *start, const uint8_t *codes, size wide) {
  const size stride = task->layers * task->hidden * GROUP;  // from a group's inputs to the next's
  for (size o = 0; o < wide; o += PANEL, weights += count * PANEL) {
    const float *group = inputs;
    size s = 0;
    for (; s + GROUP <= task->songs; s += GROUP, group += stride)
      for (size third = 0; third < PANEL; third += PANEL / 3) {
        const float *rows[GROUP];
        each(k, GROUP) rows[k] = start + o + third + (codes ? codes[s + k] * wide : 0);
        four(weights + third, count, group, rows, task->gates + s * wide + o + third, wide);
      }
    for (; s < task->songs; s++, group += stride)
      one(weights, count, group, start + o + (codes ? codes[s] * wide : 0),
          task->gates + s * wide + o);
  }
}

// ---- a step

// c = f * c + i * g, h = o * tanh(c) for four units of a song; returns h.
static inline f4 cell(const float *gates, size hidden, float *c) {
  const f4 i = sigmoid(load(gates)), f = sigmoid(load(gates + hidden));
  const f4 g = hyperbolic_tangent(load(gates + 2 * hidden)), o = sigmoid(load(gates + 3 * hidden));
  const f4 kept = fma(f, load(c), mul(i, g));
  store(c, kept);
  return mul(o, hyperbolic_tangent(kept));
}

// Four units of four songs, turned so that the songs' values of a unit lie side by side.
static inline void interleave(f4 a, f4 b, f4 c, f4 d, float *out) {
  const f4 ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
  const f4 AB = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7), CD = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  store(out, wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5));
  store(out + GROUP, wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
  store(out + 2 * GROUP, wasm_i32x4_shuffle(AB, CD, 0, 1, 4, 5));
  store(out + 3 * GROUP, wasm_i32x4_shuffle(AB, CD, 2, 3, 6, 7));
}

// Every song's cells of a layer, from task->gates into h and c.
static void cells(const Task *task, size layer, size wide) {
  const size hidden = task->hidden, stride = task->layers * hidden;
  float *h = task->h + layer * hidden * GROUP;
  for (size s = 0; s < task->songs; h += stride * GROUP) {
    const size songs = s + GROUP <= task->songs ? GROUP : 1;
    const float *gates = task->gates + s * wide;
    float *c = task->c + s * stride + layer * hidden;
    for (size unit = 0; unit < hidden; unit += 4) {
      f4 x[GROUP];
      x[0] = cell(gates + unit, hidden, c + unit);
      if (songs == GROUP) {
        x[1] = cell(gates + wide + unit, hidden, c + stride + unit);
        x[2] = cell(gates + 2 * wide + unit, hidden, c + 2 * stride + unit);
        x[3] = cell(gates + 3 * wide + unit, hidden, c + 3 * stride + unit);
      } else {
        x[1] = x[2] = x[3] = x[0];
      }
      interleave(x[0], x[1], x[2], x[3], h + unit * GROUP);
    }
    s += songs;
  }
}

// Lets every song read a code.
static void read(const Task *task, const uint8_t *codes) {
  const size hidden = task->hidden, wide = full(4 * hidden);
  const float *weights = task->weights;
  dense(task, weights, hidden, task->h, task->first, codes, wide);
  cells(task, 0, wide);
  weights += wide * hidden;
  for (size layer = 1; layer < task->layers; layer++) {
    const float *inputs = task->h + (layer - 1) * hidden * GROUP;  // the layer below's h, its own
    dense(task, weights + wide, 2 * hidden, inputs, weights, 0, wide);
    cells(task, layer, wide);
    weights += wide + wide * 2 * hidden;
  }
}

// Scores of the next code, (B, V).
static void score(const Task *task, const float *head, float *logits) {
  const size hidden = task->hidden, wide = full(VOCAB);
  const float *top = task->h + (task->layers - 1) * hidden * GROUP;
  dense(task, head + wide, hidden, top, head, 0, wide);
  each(s, task->songs)
    for (size v = 0; v < VOCAB; v += 4)
      store(logits + s * VOCAB + v, load(task->gates + s * wide + v));
}

// A code by its scores, (V,): each with its share of the sum of e^(score / temperature).
static uint8_t draw(const Task *task, const float *logits, double chance, float temperature) {
  float best = -1e30f;
  uint8_t likeliest = 0;
  each(v, VOCAB) if (task->may[v] && logits[v] > best) best = logits[likeliest = v];
  if (temperature == 0) return likeliest;
  double below[VOCAB], total = 0;
  for (size v = 0; v < VOCAB; v += 4) {
    const f4 x = divide(sub(load(logits + v), all(best)), all(temperature));
    float share[4];
    store(share, wasm_v128_and(exponential(x), load(task->may + v)));
    each(k, 4) below[v + k] = total += share[k];
  }
  size code = 0;
  while (code < VOCAB - 1 && below[code] <= chance * total) code++;
  return code;
}

__attribute__((export_name("run"))) void run(const Task *task) {
  const size songs = task->songs, hidden = task->hidden, wide = full(4 * hidden);
  const float *head =
      task->weights + wide * hidden + (task->layers - 1) * (wide + wide * 2 * hidden);
  each(t, task->chars) {
    uint8_t *codes = task->codes + t * songs;
    float *logits = task->logits + t * songs * VOCAB;
    score(task, head, logits);
    if (task->drawing)
      each(s, songs) codes[s] = draw(task, logits + s * VOCAB, task->chances[t * songs + s],
                                     task->temperatures[s]);
    read(task, codes);
  }
}
