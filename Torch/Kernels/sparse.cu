// Steps of attacks that change few values, or little in sum. A block of 128 threads does a row of m elements. Grid: rows.
#define THREADS 128

// The sum of a value of each thread, the same in all of them.
__device__ __forceinline__ double total(double v, double* memory) {
  __syncthreads();
  memory[threadIdx.x] = v;
  for (int half = THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) memory[threadIdx.x] += memory[threadIdx.x + half];
  }
  __syncthreads();
  return memory[0];
}

// The bits of a number's size, which are ordered as sizes are.
__device__ __forceinline__ int size_of(float v) { return __float_as_int(v) & 0x7fffffff; }

// y = x where it is among the so many largest entries of its row, by size, else 0; of equal ones the first are kept. signs: the sign of what is kept.
extern "C" __global__ void keep_largest(const float* __restrict__ x, const float* __restrict__ counts, float* __restrict__ y, int m, int signs) {
  SHARED(memory);
  x += (long long)blockIdx.x * m;
  y += (long long)blockIdx.x * m;
  const int count = counts[blockIdx.x] < m ? (int)counts[blockIdx.x] : m;
  // The least size that is kept, from its highest bit down.
  int least = 0;
  for (int bit = 30; bit >= 0; bit--) {
    const int tried = least | 1 << bit;
    int reach = 0;
    for (int e = threadIdx.x; e < m; e += THREADS) reach += size_of(x[e]) >= tried;
    if (total(reach, (double*)memory) >= max(count, 1)) least = tried;
  }
  int larger = 0;
  for (int e = threadIdx.x; e < m; e += THREADS) larger += size_of(x[e]) > least;
  const int equal = count - (int)total(larger, (double*)memory);
  // From here on a thread has a part of the row that hangs together, and counts those of least size before it.
  const int length = (m + THREADS - 1) / THREADS, first = min(m, (int)threadIdx.x * length), last = min(m, first + length);
  int own = 0;
  for (int e = first; e < last; e++) own += size_of(x[e]) == least;
  __syncthreads();
  memory[threadIdx.x] = own;
  __syncthreads();
  int left = equal;
  for (int t = 0; t < threadIdx.x; t++) left -= (int)memory[t];
  for (int e = first; e < last; e++) {
    const float v = x[e];
    const bool kept = count > 0 && (size_of(v) > least || (size_of(v) == least && left-- > 0));
    y[e] = !kept ? 0.f : !signs ? v : v > 0 ? 1.f : v < 0 ? -1.f : 0.f;
  }
}

// How far an element has gone from the centre, by size, and how far it may go in that direction; without a centre, any way.
__device__ __forceinline__ float gone(const float* x, const float* centre, int e, float& room) {
  const float c = centre ? centre[e] : 0, v = x[e] - c;
  room = centre ? v > 0 ? 1 - c : c : 3.4e38f;
  return v;
}

__device__ __forceinline__ double left_of(float v, float room, double shrink) {
  const double rest = (v < 0 ? -(double)v : (double)v) - shrink;
  return rest < 0 ? 0 : rest > room ? room : rest;
}

// y is the nearest to x whose way from the centre is no longer in L1 than the radius, and in [0, 1]: every entry goes less far by one amount, which is found by
// bisection, and is cut at the box (Croce and Hein 2021, proposition 2.1). Without a centre x is the way itself, and there is no box.
extern "C" __global__ void project_l1(
    const float* __restrict__ x, const float* __restrict__ centre, const float* __restrict__ radius, float* __restrict__ y, int m) {
  SHARED(memory);
  double* sums = (double*)memory;
  x += (long long)blockIdx.x * m;
  y += (long long)blockIdx.x * m;
  if (centre) centre += (long long)blockIdx.x * m;
  const double length = radius[blockIdx.x];
  float room;
  double within = 0, whole = 0;
  for (int e = threadIdx.x; e < m; e += THREADS) {
    const float v = gone(x, centre, e, room);
    within += left_of(v, room, 0);
    whole += v < 0 ? -v : v;
  }
  within = total(within, sums);
  whole = total(whole, sums);
  double low = 0, high = within <= length ? 0 : whole;
  for (int step = 0; step < 60 && low < high; step++) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (int e = threadIdx.x; e < m; e += THREADS) {
      const float v = gone(x, centre, e, room);
      sum += left_of(v, room, middle);
    }
    if (total(sum, sums) > length) low = middle;
    else high = middle;
  }
  for (int e = threadIdx.x; e < m; e += THREADS) {
    const float v = gone(x, centre, e, room), size = (float)left_of(v, room, high), z = (centre ? centre[e] : 0) + (v < 0 ? -size : size);
    y[e] = centre ? z < 0 ? 0.f : z > 1 ? 1.f : z : z;
  }
}
