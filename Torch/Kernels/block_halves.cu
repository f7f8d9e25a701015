// The fused block of block.cu on tensor cores. A float32 is taken as the sum of two halves, which hold 22 of its 24 bits: three products of halves stand for one,
// and the product of the low parts is left out. Halves reach from 2^-24 to 65504, so an image and a network's weights are multiplied by the power of two that
// brings their largest value to between 2^14 and 2^15: what is 2^17 times smaller than the largest still keeps all 22 bits.
//
// BACKWARD, FROM, TO, H, W, IMAGES, PITCH, THREADS, BLOCKS: see block.cu. FROM and TO are multiples of 16. STAGED: channels in shared memory at a time, a multiple
// of 16. TERMS: 3; or 1, which leaves out the low parts: as exact as TF32. AHEAD 1: the next images are read while these are worked on. A warp has 8 windows and
// all output channels. A product has weights on the left, so that a lane's fragments of either side are one read.
typedef unsigned char u8;

#define POOLED_H (H / 2)
#define POOLED_W (W / 2)
#if BACKWARD
#define WINDOWS_H ((H + 1) / 2)
#define WINDOWS_W ((W + 1) / 2)
#define PLACES (POOLED_H * POOLED_W)
#else
#define WINDOWS_H POOLED_H
#define WINDOWS_W POOLED_W
#define PLACES (H * W)
#endif
#define WINDOWS (WINDOWS_H * WINDOWS_W)
#define PADDED_H (2 * WINDOWS_H + 2)
#define PLANE (PADDED_H * PITCH * 4)
#define PLANES (STAGED / 16)
// A thread reads four channels of so many places of each plane.
#define ITEMS ((IMAGES * PLACES * 4 + THREADS - 1) / THREADS)
#define NONE 4

#ifndef ON_PROCESSOR
typedef unsigned Address;
__device__ __forceinline__ Address address(const void* shared) { return (unsigned)__cvta_generic_to_shared(shared); }
__device__ __forceinline__ uint4 quad(Address from) {
  uint4 v;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "r"(from));
  return v;
}

// sums [16 x 8] += a [16 x 16] b [16 x 8] of halves, spread over a warp.
__device__ __forceinline__ void multiply(float (&sums)[4], const uint4& a, unsigned b0, unsigned b1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a.x), "r"(a.y), "r"(a.z), "r"(a.w), "r"(b0), "r"(b1));
}

// Two values as halves, the first in the lower 16 bits, and what is left of them.
__device__ __forceinline__ void split(float v, float w, unsigned& high, unsigned& low) {
  float v0, w0;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(high) : "f"(w), "f"(v));
  asm("{ .reg .b16 l, h; mov.b32 {l, h}, %2; cvt.f32.f16 %0, l; cvt.f32.f16 %1, h; }" : "=f"(v0), "=f"(w0) : "r"(high));
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(low) : "f"(w - w0), "f"(v - v0));
}

// Raises what lies there to the largest of a warp's values.
__device__ __forceinline__ void raise(int* to, int v) {
  v = __reduce_max_sync(0xffffffff, v);
  if (threadIdx.x % 32 == 0) atomicMax(to, v);
}
#endif

// Of the largest magnitude, as bits: its exponent, and the powers of two that scale by it and back.
__device__ __forceinline__ int exponent(int largest) { return max(largest >> 23, 27); }
__device__ __forceinline__ float scale(int largest) { return __int_as_float((268 - exponent(largest)) << 23); }
__device__ __forceinline__ float unscale(int largest) { return __int_as_float((exponent(largest) - 14) << 23); }
__device__ __forceinline__ int magnitude(float v) { return __float_as_int(v) & 0x7fffffff; }

// The replica's weights in the order of their fragments: of a lane outputs o and o + 8 and 4 input channels, all high parts before the low ones.
__device__ __forceinline__ void stage_weights(uint4* to, const float* __restrict__ weight, int* largest) {
  int most = 0;
#pragma unroll 8
  for (int e = threadIdx.x; e < FROM * TO * 9; e += THREADS) most = max(most, magnitude(weight[e]));
  raise(largest, most);
  __syncthreads();
  const float by = scale(*largest);
#pragma unroll 2
  for (int e = threadIdx.x; e < FROM / 16 * 9 * (TO / 16) * 32; e += THREADS) {
    const int lane = e % 32, o = e / 32 % (TO / 16) * 16 + lane / 4, tap = e / (32 * (TO / 16)) % 9, k = e / (32 * (TO / 16) * 9) * 16 + lane % 4 * 4;
    float v[8];
#pragma unroll
    for (int i = 0; i < 8; i++)
#if BACKWARD
      v[i] = weight[((k + i % 4) * TO + o + i / 4 * 8) * 9 + 8 - tap] * by;
#else
      v[i] = weight[((o + i / 4 * 8) * FROM + k + i % 4) * 9 + tap] * by;
#endif
    uint4 high, low;
    split(v[0], v[1], high.x, low.x);
    split(v[4], v[5], high.y, low.y);
    split(v[2], v[3], high.z, low.z);
    split(v[6], v[7], high.w, low.w);
    to[e / 32 * 64 + lane] = high;
    to[e / 32 * 64 + 32 + lane] = low;
  }
}

// What a thread has read and not yet laid out.
struct Read {
  float values[PLANES][ITEMS][4];
#if BACKWARD
  unsigned winners[PLANES][ITEMS];
#endif
};

__device__ __forceinline__ void read(Read& to, const float* __restrict__ x, const u8* __restrict__ winners, long long image, int count, int first) {
#pragma unroll
  for (int plane = 0; plane < PLANES; plane++)
#pragma unroll
    for (int z = 0; z < ITEMS; z++) {
      const int place = threadIdx.x / 4 + z * (THREADS / 4);
      const bool there = place < count * PLACES;
      const long long from = ((image + place / PLACES) * FROM + first + plane * 16 + threadIdx.x % 4 * 4) * PLACES + place % PLACES;
#pragma unroll
      for (int c = 0; c < 4; c++) to.values[plane][z][c] = there ? x[from + c * PLACES] : 0;
#if BACKWARD
      to.winners[plane][z] = there ? winners[from] | winners[from + PLACES] << 8 | winners[from + 2 * PLACES] << 16 | winners[from + 3 * PLACES] << 24 : 0x04040404;
#endif
    }
}

__device__ __forceinline__ void raise_all(int* most, const Read& of) {
  int largest = 0;
#pragma unroll
  for (int z = 0; z < ITEMS; z++) {
#pragma unroll
    for (int e = 0; e < PLANES * 4; e++) largest = max(largest, magnitude(of.values[e / 4][z][e % 4]));
#if IMAGES > 1
    const int place = threadIdx.x / 4 + z * (THREADS / 4);
    if (place < IMAGES * PLACES) atomicMax(most + place / PLACES, largest);
    largest = 0;
#endif
  }
#if IMAGES == 1
  raise(most, largest);
#endif
}

// Lays out what was read: [image][16 channels][position][4 channels]; backward each value in its winner's place. Two positions share a line of all banks,
// neighbouring windows different halves of it.
__device__ __forceinline__ void lay(uint4* tile, const Read& of, const int* most) {
#pragma unroll
  for (int z = 0; z < ITEMS; z++) {
    const int all = threadIdx.x / 4 + z * (THREADS / 4), image = all / PLACES, place = all % PLACES;
    if (all >= IMAGES * PLACES) continue;
    const float by = scale(most[image]);
#pragma unroll
    for (int plane = 0; plane < PLANES; plane++) {
      const float(&v)[4] = of.values[plane][z];
      uint4 parts;
      split(v[0] * by, v[1] * by, parts.x, parts.z);
      split(v[2] * by, v[3] * by, parts.y, parts.w);
      uint4* to = tile + (image * PLANES + plane) * PLANE + threadIdx.x % 4;
#if BACKWARD
      const int y = 2 * (place / POOLED_W) + 1, x = 2 * (place % POOLED_W) + 1;
#pragma unroll
      for (int s = 0; s < 4; s++) {
        // Bytes that are s become ones.
        const unsigned other = of.winners[plane][z] ^ s * 0x01010101u, same = (~(other + 0x07070707u) >> 3 & 0x01010101u) * 0xffu;
        const unsigned first = __byte_perm(same, 0, 0x1100), second = __byte_perm(same, 0, 0x3322);
        uint4 won;
        won.x = parts.x & first; won.y = parts.y & second; won.z = parts.z & first; won.w = parts.w & second;
        const int down = y + s / 2, across = x + s % 2;
        to[(down * PITCH + (across & ~1)) * 4 + ((across ^ (across >> 1) ^ (down >> 1)) & 1) * 4] = won;
      }
#else
      const int down = place / W + 1, across = place % W + 1;
      to[(down * PITCH + (across & ~1)) * 4 + ((across ^ (across >> 1) ^ (down >> 1)) & 1) * 4] = parts;
#endif
    }
  }
}

// Grid: (groups of IMAGES images side by side, replicas). x [r, n, FROM, ...]; forward winners are written, backward read.
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) block(
    const float* __restrict__ x, const float* __restrict__ weight, const float* __restrict__ bias, float* __restrict__ y, u8* __restrict__ winners, int n) {
  SHARED(memory);
  uint4* tile = (uint4*)memory;
  uint4* weights = tile + IMAGES * PLANES * PLANE;                       // [16 channels][tap][16 outputs][high, low][lane]
  int* largest = (int*)(weights + FROM / 16 * 9 * (TO / 16) * 64);       // of the weights, and of each image, twice in turn
  const int replica = blockIdx.y, groups = (n + IMAGES - 1) / IMAGES, lane = threadIdx.x % 32;
  for (int e = threadIdx.x; e < IMAGES * PLANES * PLANE; e += THREADS) tile[e] = uint4{0, 0, 0, 0};
  for (int e = threadIdx.x; e < 1 + 2 * IMAGES; e += THREADS) largest[e] = 0;
  __syncthreads();
  stage_weights(weights, weight + (long long)replica * FROM * TO * 9, largest);
  const float back = unscale(largest[0]);
#if !BACKWARD
  bias += replica * TO;
#endif
  // The window whose pixels a lane reads.
  const int own = min((int)threadIdx.x / 32 * 8 + lane / 4, IMAGES * WINDOWS - 1), down = own % WINDOWS / WINDOWS_W, across = own % WINDOWS % WINDOWS_W;
  const Address pixels = address(tile + own / WINDOWS * PLANES * PLANE + (down * 2 * PITCH + across * 2) * 4 + lane % 4);
  const Address even = pixels + (down + across) % 2 * 64, odd = pixels + (1 - (down + across) % 2) * 64;
  int* most = largest + 1;
  int* next = most + IMAGES;
  Read taken;
#if AHEAD
  read(taken, x, winners, (long long)replica * n + blockIdx.x * IMAGES, min(IMAGES, n - (int)blockIdx.x * IMAGES), 0);
#endif
  for (int g = blockIdx.x; g < groups; g += gridDim.x) {
    const int count = min(IMAGES, n - g * IMAGES);
    const long long image = (long long)replica * n + g * IMAGES;
#if !AHEAD
    read(taken, x, winners, image, count, 0);
#endif
    raise_all(most, taken);
#if FROM > STAGED
#pragma unroll 1
    for (int first = STAGED; first < FROM; first += STAGED) {
      read(taken, x, winners, image, count, first);
      raise_all(most, taken);
    }
#endif
    float sums[4][TO / 16][4];
#pragma unroll
    for (int e = 0; e < TO; e++) sums[e / (TO / 4)][e / 4 % (TO / 16)][e % 4] = 0;
#pragma unroll 1
    for (int first = 0; first < FROM; first += STAGED) {
      __syncthreads();
#if FROM > STAGED
      read(taken, x, winners, image, count, first);
#endif
      lay(tile, taken, most);
      if (first == 0)
        for (int e = threadIdx.x; e < IMAGES; e += THREADS) next[e] = 0;
#if AHEAD
      const int following = g + gridDim.x;
      if (following < groups) read(taken, x, winners, (long long)replica * n + following * IMAGES, min(IMAGES, n - following * IMAGES), 0);
#endif
      __syncthreads();
      Address w = address(weights + first / 16 * 9 * (TO / 16) * 64 + lane);
#pragma unroll 1
      for (int k = 0; k < PLANES; k++, w += 9 * (TO / 16) * 1024) {
        uint4 p[3][4];
#define TAKE(row) \
  _Pragma("unroll") for (int j = 0; j < 4; j++) p[(row) % 3][j] = quad((((j ^ (j >> 1) ^ ((row) >> 1)) & 1) ? odd : even) + k * (PLANE * 16) + ((row) * PITCH + (j & ~1)) * 64);
        TAKE(0)
        TAKE(1)
#pragma unroll
        for (int row = 0; row < 3; row++) {
          if (row > 0) { TAKE(row + 1) }
#pragma unroll
          for (int column = 0; column < 3; column++) {
            uint4 high[TO / 16], low[TO / 16];
#pragma unroll
            for (int z = 0; z < TO / 16; z++) {
              high[z] = quad(w + ((row * 3 + column) * (TO / 16) + z) * 1024);
#if TERMS == 3
              low[z] = quad(w + ((row * 3 + column) * (TO / 16) + z) * 1024 + 512);
#endif
            }
            // A sum is waited for by the next product of it: the others come between.
#pragma unroll
            for (int term = 3 - TERMS; term < 3; term++)
#pragma unroll
              for (int s = 0; s < 4; s++)
#pragma unroll
                for (int z = 0; z < TO / 16; z++) {
                  const uint4& seen = p[(row + s / 2) % 3][column + s % 2];
                  if (term == 0) multiply(sums[s][z], low[z], seen.x, seen.y);
                  if (term == 1) multiply(sums[s][z], high[z], seen.z, seen.w);
                  if (term == 2) multiply(sums[s][z], high[z], seen.x, seen.y);
                }
          }
        }
      }
    }
    // A lane ends with all four positions of two windows.
#pragma unroll
    for (int two = 0; two < 2; two++) {
      const int index = (int)threadIdx.x / 32 * 8 + lane % 4 * 2 + two, window = index % WINDOWS;
      if (index >= count * WINDOWS) continue;
      const float forth = back * unscale(most[index / WINDOWS]);
      const long long to = (image + index / WINDOWS) * TO + lane / 4;
#pragma unroll
      for (int e = 0; e < TO / 8; e++) {
        float values[4];
#pragma unroll
        for (int s = 0; s < 4; s++) values[s] = sums[s][e / 2][e % 2 * 2 + two] * forth;
#if BACKWARD
        const int top = window / WINDOWS_W * 2, left = window % WINDOWS_W * 2;
        float* at = y + (to + e * 8) * (H * W) + top * W + left;
#pragma unroll
        for (int s = 0; s < 4; s += 2) {
          if (top + s / 2 >= H) continue;
#if W % 2 == 0
          *(float2*)(at + s / 2 * W) = make_float2(values[s], values[s + 1]);
#else
          at[s / 2 * W] = values[s];
          if (left + 1 < W) at[s / 2 * W + 1] = values[s + 1];
#endif
        }
#else
        // The first of equals wins, as on the processor; NaN stays NaN.
        float best = values[0];
        int winner = 0;
#pragma unroll
        for (int s = 1; s < 4; s++)
          if (values[s] > best || values[s] != values[s]) { best = values[s]; winner = s; }
        best += bias[lane / 4 + e * 8];
        y[(to + e * 8) * WINDOWS + window] = best <= 0 ? 0 : best;
        winners[(to + e * 8) * WINDOWS + window] = best <= 0 ? NONE : winner;
#endif
      }
    }
    int* const used = most;
    most = next;
    next = used;
  }
}
