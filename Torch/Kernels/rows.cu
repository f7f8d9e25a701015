// Everything that is done element by element or row by row. Rows and labels are numbered in float32, as everywhere on the seam.
typedef unsigned char u8;
typedef unsigned long long u64;

// Sums of slabs in their order: [replica][slabs][a + b] -> [replica][a] and [replica][b].
extern "C" __global__ void add_slabs(const float* __restrict__ slab, float* __restrict__ first, float* __restrict__ second, int slabs, int a, int b) {
  const int e = blockIdx.x * blockDim.x + threadIdx.x, replica = blockIdx.y;
  if (e >= a + b) return;
  slab += (long long)replica * slabs * (a + b) + e;
  float v = 0;
#pragma unroll 8
  for (int s = 0; s < slabs; s++) v += slab[(long long)s * (a + b)];
  if (e < a) first[(long long)replica * a + e] = v;
  else second[(long long)replica * b + e - a] = v;
}

// Row k count + i of y is row order[k][first + i] of x; order is [., length], rows have m elements. Grid: (count, replicas). A number that is no row gives NaN.
extern "C" __global__ void gather(const float* __restrict__ x, const float* __restrict__ order, float* __restrict__ y, int rows, int length, int first, int m) {
  const float number = order[(long long)blockIdx.y * length + first + blockIdx.x];
  const bool known = number >= 0 && number < rows;
  const float* from = x + (known ? (long long)number : 0) * m;
  float* to = y + ((long long)blockIdx.y * gridDim.x + blockIdx.x) * m;
  if (m % 4 == 0)
    for (int e = threadIdx.x; e < m / 4; e += blockDim.x) {
      const float none = __int_as_float(0x7fc00000);
      ((float4*)to)[e] = known ? ((const float4*)from)[e] : make_float4(none, none, none, none);
    }
  else
    for (int e = threadIdx.x; e < m; e += blockDim.x) to[e] = known ? from[e] : __int_as_float(0x7fc00000);
}

// Row order[i] of y becomes row i of x. Grid: rows of x. A number that is no row is passed over.
extern "C" __global__ void scatter(const float* __restrict__ x, const float* __restrict__ order, float* __restrict__ y, int rows, int m) {
  const float number = order[blockIdx.x];
  if (!(number >= 0 && number < rows)) return;
  for (int e = threadIdx.x; e < m; e += blockDim.x) y[(long long)number * m + e] = x[(long long)blockIdx.x * m + e];
}

// y = a (operation) b, element by element; operations as on the seam: add, subtract, multiply, divide, minimum, maximum, equal, greater. NaN goes through.
extern "C" __global__ void combine(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ y, int count, int operation) {
  const int e = blockIdx.x * blockDim.x + threadIdx.x;
  if (e >= count) return;
  const float v = a[e], w = b[e];
  float z = 0;
  switch (operation) {
    case 0: z = v + w; break;
    case 1: z = v - w; break;
    case 2: z = v * w; break;
    case 3: z = v / w; break;
    case 4: z = v < w || v != v ? v : w; break;
    case 5: z = v > w || v != v ? v : w; break;
    case 6: z = v == w; break;
    case 7: z = v > w; break;
  }
  y[e] = z;
}

// y = scale a + offset, then between low and high; NaN goes through.
extern "C" __global__ void affine(const float* __restrict__ a, float* __restrict__ y, int count, float scale, float offset, float low, float high) {
  const int e = blockIdx.x * blockDim.x + threadIdx.x;
  if (e >= count) return;
  const float v = a[e] * scale + offset;
  y[e] = v < low ? low : v > high ? high : v;
}

// Row i of y is that of a times factor[i]. Grid: rows.
extern "C" __global__ void scale_rows(const float* __restrict__ a, const float* __restrict__ factor, float* __restrict__ y, int m) {
  const long long base = (long long)blockIdx.x * m;
  for (int e = threadIdx.x; e < m; e += blockDim.x) y[base + e] = a[base + e] * factor[blockIdx.x];
}

// Sums over n rows: [replica][n][m] -> [replica][m]. 256 threads: 32 columns, eight parts of the rows, which are added in order. Grid: (columns / 32, replicas).
extern "C" __global__ void sum_columns(const float* __restrict__ a, float* __restrict__ y, int n, int m) {
  SHARED(memory);
  const int column = blockIdx.x * 32 + threadIdx.x % 32, part = threadIdx.x / 32;
  float v = 0;
  if (column < m) {
    a += (long long)blockIdx.y * n * m + column;
#pragma unroll 4
    for (int i = part; i < n; i += 8) v += a[(long long)i * m];
  }
  memory[threadIdx.x] = v;
  __syncthreads();
  if (part > 0 || column >= m) return;
  for (int s = 1; s < 8; s++) v += memory[s * 32 + threadIdx.x];
  y[(long long)blockIdx.y * m + column] = v;
}

// The gradient where y, which ReLU gave, is above 0, else 0; and its sums over n rows, added in the order of sum_columns, which has the same threads and grid.
extern "C" __global__ void relu_gradient_sums(
    const float* __restrict__ gradient, const float* __restrict__ y, float* __restrict__ result, float* __restrict__ sums, int n, int m) {
  SHARED(memory);
  const int column = blockIdx.x * 32 + threadIdx.x % 32, part = threadIdx.x / 32;
  float v = 0;
  if (column < m) {
    const long long first = (long long)blockIdx.y * n * m + column;
#pragma unroll 4
    for (int i = part; i < n; i += 8) {
      const long long e = first + (long long)i * m;
      const float g = y[e] > 0 ? gradient[e] : 0;
      result[e] = g;
      v += g;
    }
  }
  memory[threadIdx.x] = v;
  __syncthreads();
  if (part > 0 || column >= m) return;
  for (int s = 1; s < 8; s++) v += memory[s * 32 + threadIdx.x];
  sums[(long long)blockIdx.y * m + column] = v;
}

// y = max(y + bias, 0) in place, y [replica][n][m], bias [replica][m]; NaN stays. relu 0: no maximum.
extern "C" __global__ void add_bias(float* __restrict__ y, const float* __restrict__ bias, int n, int m, int relu) {
  const long long e = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (e >= (long long)n * m) return;
  float* at = y + (long long)blockIdx.y * n * m + e;
  const float v = *at + bias[blockIdx.y * m + e % m];
  *at = relu && v <= 0 ? 0 : v;
}

// The gradient where y, which ReLU gave, is above 0; else 0.
extern "C" __global__ void relu_gradient(const float* __restrict__ gradient, const float* __restrict__ y, float* __restrict__ result, int count) {
  const int e = blockIdx.x * blockDim.x + threadIdx.x;
  if (e < count) result[e] = y[e] > 0 ? gradient[e] : 0;
}

// Loss of each row times a weight: logits [n][k]; and its derivative by the logits, unless that is null.
extern "C" __global__ void cross_entropy(
    const float* __restrict__ logits, const float* __restrict__ labels, float* __restrict__ loss, float* __restrict__ derivative, float weight, int n, int k) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n) return;
  logits += (long long)row * k;
  float most = logits[0], sum = 0;
  for (int i = 1; i < k; i++) most = logits[i] > most ? logits[i] : most;
  for (int i = 0; i < k; i++) sum += expf(logits[i] - most);
  const int label = (int)labels[row];
  loss[row] = (logf(sum) + most - logits[label]) * weight;
  if (!derivative) return;
  derivative += (long long)row * k;
  for (int i = 0; i < k; i++) derivative[i] = (expf(logits[i] - most) / sum - (i == label ? 1.f : 0.f)) * weight;
}

// Its gradient: (softmax - one at the label) times the row's own.
extern "C" __global__ void cross_entropy_gradient(
    const float* __restrict__ gradient, const float* __restrict__ logits, const float* __restrict__ labels, float* __restrict__ result, int n, int k) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n) return;
  logits += (long long)row * k;
  result += (long long)row * k;
  float most = logits[0], sum = 0;
  for (int i = 1; i < k; i++) most = logits[i] > most ? logits[i] : most;
  for (int i = 0; i < k; i++) sum += expf(logits[i] - most);
  const int label = (int)labels[row];
  for (int i = 0; i < k; i++) result[i] = (expf(logits[i] - most) / sum - (i == label ? 1.f : 0.f)) * gradient[row];
}

// The logarithm of (1 - p) / p of the label's probability p, and its derivative: softmax over the other classes, and -1 at the label. k is 2 or more.
extern "C" __global__ void log_odds(
    const float* __restrict__ logits, const float* __restrict__ labels, float* __restrict__ value, float* __restrict__ derivative, int n, int k) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n) return;
  logits += (long long)row * k;
  derivative += (long long)row * k;
  const int label = (int)labels[row];
  float most = logits[label == 0 ? 1 : 0], sum = 0;
  for (int i = 0; i < k; i++)
    if (i != label && logits[i] > most) most = logits[i];
  for (int i = 0; i < k; i++)
    if (i != label) sum += expf(logits[i] - most);
  value[row] = logf(sum) + most - logits[label];
  for (int i = 0; i < k; i++) derivative[i] = i == label ? -1.f : expf(logits[i] - most) / sum;
}

// x moves by step (of its row) along the sign of the gradient and stays between low and high. NaN goes through. Grid: rows.
extern "C" __global__ void ascend(
    float* __restrict__ x, const float* __restrict__ gradient, const float* __restrict__ step, const float* __restrict__ low, const float* __restrict__ high, int m) {
  const long long base = (long long)blockIdx.x * m;
  const float length = step[blockIdx.x];
  for (int e = threadIdx.x; e < m; e += blockDim.x) {
    const float g = gradient[base + e];
    float v = x[base + e] + (g > 0 ? 1.f : g < 0 ? -1.f : g) * length;
    v = v < low[base + e] ? low[base + e] : v;
    x[base + e] = v > high[base + e] ? high[base + e] : v;
  }
}

// The sum of a value of each of 128 threads, the same in all of them.
__device__ __forceinline__ float block_sum(float v, float* memory) {
  __syncthreads();
  memory[threadIdx.x] = v;
  for (int half = 64; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) memory[threadIdx.x] += memory[threadIdx.x + half];
  }
  __syncthreads();
  return memory[0];
}

// The same in the Euclidean norm: along the normalised gradient, then into the ball about the centre, then into [0, 1]. 128 threads.
extern "C" __global__ void ascend_l2(
    float* __restrict__ x, const float* __restrict__ gradient, const float* __restrict__ step, const float* __restrict__ centre, const float* __restrict__ radius, int m) {
  SHARED(memory);
  const long long base = (long long)blockIdx.x * m;
  // The least normal float: a gradient of zeros moves nothing.
  const float least = 1.17549435e-38f;
  float squares = 0;
  for (int e = threadIdx.x; e < m; e += 128) squares += gradient[base + e] * gradient[base + e];
  const float length = sqrtf(block_sum(squares, memory)), along = step[blockIdx.x] / (length > least ? length : least);
  squares = 0;
  for (int e = threadIdx.x; e < m; e += 128) {
    const float v = x[base + e] + gradient[base + e] * along - centre[base + e];
    squares += v * v;
  }
  const float away = sqrtf(block_sum(squares, memory)), ratio = radius[blockIdx.x] / (away > least ? away : least), factor = ratio < 1 ? ratio : 1;
  for (int e = threadIdx.x; e < m; e += 128) {
    const float v = centre[base + e] + (x[base + e] + gradient[base + e] * along - centre[base + e]) * factor;
    x[base + e] = v < 0 ? 0 : v > 1 ? 1 : v;
  }
}

// Keeps what an attack has best so far. A row that climbs takes over image and loss where the loss is higher, or the answer wrong; after a wrong answer it
// climbs no more, unless every row is climbed to the end. Grid: rows.
extern "C" __global__ void keep_best(
    const float* __restrict__ x, const float* __restrict__ logits, const float* __restrict__ loss, const float* __restrict__ labels, float* __restrict__ best, float* __restrict__ best_loss,
    float* __restrict__ climbing, int k, int m, int to_the_end) {
  SHARED(memory);
  const int row = blockIdx.x;
  if (threadIdx.x == 0) {
    int answer = 0;
    const float* own = logits + (long long)row * k;
    for (int i = 1; i < k; i++)
      if (own[i] > own[answer]) answer = i;
    const bool right = to_the_end || answer == (int)labels[row], climbs = climbing[row] != 0, better = climbs && (!right || loss[row] > best_loss[row]);
    memory[0] = better;
    if (better) best_loss[row] = loss[row];
    if (!right) climbing[row] = 0;
  }
  __syncthreads();
  if (memory[0] == 0) return;
  for (int e = threadIdx.x; e < m; e += blockDim.x) best[(long long)row * m + e] = x[(long long)row * m + e];
}

// Philox 4x32-10 (Salmon et al. 2011): one block of the stream of each row, keyed by seed, purpose and index; uniform in [low, low + 2^24 scale) with the
// very bits of PhiloxStream.Fill. keys: seed and index of each row. Grid: (rows, blocks of 4 elements).
extern "C" __global__ void uniform(float* __restrict__ y, const u64* __restrict__ keys, unsigned purpose, float scale, float low, int m) {
  const int b = blockIdx.y * blockDim.x + threadIdx.x;
  if (4 * b >= m) return;
  const u64 seed = keys[2 * blockIdx.x], index = keys[2 * blockIdx.x + 1];
  unsigned k0 = (unsigned)seed, k1 = (unsigned)(seed >> 32), c0 = b, c1 = purpose, c2 = (unsigned)index, c3 = (unsigned)(index >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const u64 p0 = (u64)0xD2511F53u * c0, p1 = (u64)0xCD9E8D57u * c2;
    c0 = (unsigned)(p1 >> 32) ^ c1 ^ k0;
    c1 = (unsigned)p1;
    c2 = (unsigned)(p0 >> 32) ^ c3 ^ k1;
    c3 = (unsigned)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const unsigned words[4] = {c0, c1, c2, c3};
  for (int i = 0; i < 4 && 4 * b + i < m; i++) y[(long long)blockIdx.x * m + 4 * b + i] = fmaf((float)(words[i] >> 8), scale, low);
}

// What an optimizer changes: a parameter with its gradient and moments, the first block that works on it, of 1,024 elements each, and how many elements are one
// network's.
struct Parameter {
  float* value;
  const float* gradient;
  float* first;
  float* second;
  long long count, block, own;
};

#define AT_ONCE 40
struct Parameters {
  Parameter all[AT_ONCE];
};

__device__ __forceinline__ const Parameter& own(const Parameters& parameters, int count) {
  int at = 0;
  while (at + 1 < count && (long long)blockIdx.x >= parameters.all[at + 1].block) at++;
  return parameters.all[at];
}

// Adam (Kingma and Ba 2015, algorithm 1) with both bias corrections drawn out: rate / (1 - beta1^t) and 1 / sqrt(1 - beta2^t). Networks may have rates of
// their own. 256 threads.
extern "C" __global__ void adam(
    const __grid_constant__ Parameters parameters, int count, float rate, float unbias, float beta1, float rest1, float beta2, float rest2, float epsilon,
    const float* __restrict__ rates) {
  const Parameter& p = own(parameters, count);
  const long long first = (blockIdx.x - p.block) * 1024;
  for (long long i = first + threadIdx.x; i < first + 1024 && i < p.count; i += 256) {
    const float g = p.gradient[i], m = beta1 * p.first[i] + rest1 * g, v = beta2 * p.second[i] + rest2 * g * g;
    p.first[i] = m;
    p.second[i] = v;
    p.value[i] -= (rates ? rates[i / p.own] : rate) * m / (sqrtf(v) * unbias + epsilon);
  }
}

// velocity = momentum velocity + gradient, value -= rate velocity; without velocities plain descent. 256 threads.
extern "C" __global__ void descend(const __grid_constant__ Parameters parameters, int count, float rate, float momentum, const float* __restrict__ rates) {
  const Parameter& p = own(parameters, count);
  const long long first = (blockIdx.x - p.block) * 1024;
  for (long long i = first + threadIdx.x; i < first + 1024 && i < p.count; i += 256) {
    float v = p.gradient[i];
    if (p.first) p.first[i] = v = momentum * p.first[i] + v;
    p.value[i] -= (rates ? rates[i / p.own] : rate) * v;
  }
}
