// The gradient of the fused block by weight and bias on tensor cores: products over the positions of an image, of the gradient, each value in its winner's place, with
// the image moved by a tap. Values are sums of two halves, as in block_halves.cu.
//
// C, O: channels of input and output, powers of two, C at least 16, O at least 32. H, W: of the input. PITCH: positions of a row in shared memory, a multiple of 16 and at
// least W + 2. UNROLL: rows at a time. PARTS: 1 or 2, of the rows, summed in order at the end. TERMS: see there. THREADS = 96 (O / 32) (C / 16) PARTS, BLOCKS of a multiprocessor.
typedef unsigned char u8;

#define POOLED_W (W / 2)
#define WINDOWS (H / 2 * POOLED_W)
#define ROWS (H / 2 * 2)
#define STEPS ((POOLED_W * 2 + 15) / 16)
// Quads of 16 bytes of a position: high parts before low ones. A row of positions more is read, and counts nothing.
#define SEEN (C / 4)
#define WON (O / 4)
#define PIXELS (((ROWS + 2) * PITCH + 8) * SEEN)
#define NONE 4
constexpr int Unrolled = UNROLL;

#ifndef ON_PROCESSOR
typedef unsigned Address;
__device__ __forceinline__ Address address(const void* shared) { return (unsigned)__cvta_generic_to_shared(shared); }
__device__ __forceinline__ void multiply(float (&sums)[4], const uint4& a, unsigned b0, unsigned b1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a.x), "r"(a.y), "r"(a.z), "r"(a.w), "r"(b0), "r"(b1));
}

__device__ __forceinline__ void split(float v, float w, unsigned& high, unsigned& low) {
  float v0, w0;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(high) : "f"(w), "f"(v));
  asm("{ .reg .b16 l, h; mov.b32 {l, h}, %2; cvt.f32.f16 %0, l; cvt.f32.f16 %1, h; }" : "=f"(v0), "=f"(w0) : "r"(high));
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(low) : "f"(w - w0), "f"(v - v0));
}

__device__ __forceinline__ void raise(int* to, int v) {
  v = __reduce_max_sync(0xffffffff, v);
  if (threadIdx.x % 32 == 0) atomicMax(to, v);
}

// Four matrices of 8 x 8 halves, turned: lanes 8 i to 8 i + 7 name the rows of matrix i, and a lane gets of it rows 2 (lane % 4) and the next, column lane / 4.
__device__ __forceinline__ void turned(uint4& to, Address row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(to.x), "=r"(to.y), "=r"(to.z), "=r"(to.w) : "r"(row));
}
#endif

__device__ __forceinline__ int exponent(int largest) { return max(largest >> 23, 27); }
__device__ __forceinline__ float power(int biased) { return biased > 0 ? __int_as_float(biased << 23) : 0; }
__device__ __forceinline__ int magnitude(float v) { return __float_as_int(v) & 0x7fffffff; }

// So many reads are on their way at a time.
#define AT_ONCE 8
#define SEEN_AT_ONCE 3
#define WON_AT_ONCE 3
template <int COUNT>
__device__ __forceinline__ int largest_of(const float* __restrict__ x) {
  int most = 0;
#pragma unroll 1
  for (int first = 0; first < COUNT / 4; first += AT_ONCE * THREADS) {
    float4 v[AT_ONCE];
#pragma unroll
    for (int z = 0; z < AT_ONCE; z++) {
      const int e = first + z * THREADS + threadIdx.x;
      v[z] = e < COUNT / 4 ? ((const float4*)x)[e] : make_float4(0, 0, 0, 0);
    }
#pragma unroll
    for (int z = 0; z < AT_ONCE; z++) most = max(most, max(max(magnitude(v[z].x), magnitude(v[z].y)), max(magnitude(v[z].z), magnitude(v[z].w))));
  }
  return most;
}

// Eight consecutive positions of one quad lie in different banks.
#define SWIRL(quads, p) ((quads) == 4 ? (p) >> 1 & 3 : (p) & 7)

// Sums over a slab of images, [replica][slab][O C 9 + O]. A warp has one column of taps, 32 outputs, 16 inputs and a part of the rows. Grid: (slabs, replicas).
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) weights(
    const float* __restrict__ gradient, const u8* __restrict__ winners, const float* __restrict__ x, float* __restrict__ sums, int n, int slab) {
  SHARED(memory);
  uint4* pixels = (uint4*)memory;                       // [ROWS + 2][PITCH][SEEN]
  uint4* won = pixels + PIXELS;                         // [ROWS][PITCH][WON]
  int* largest = (int*)(won + ROWS * PITCH * WON);      // of image and gradient, twice in turn
  const int replica = blockIdx.y, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int across = warp % 3, outputs = warp / 3 % (O / 32) * 32, inputs = warp / 3 / (O / 32) % (C / 16) * 16, part = warp / 3 / (O / 32) / (C / 16);
  for (int e = threadIdx.x; e < PIXELS + ROWS * PITCH * WON; e += THREADS) pixels[e] = uint4{0, 0, 0, 0};
  if (threadIdx.x < 4) largest[threadIdx.x] = 0;
  float own[3][2][2][4], bias[8];
#pragma unroll
  for (int e = 0; e < 48; e++) own[e / 16][e / 8 % 2][e / 4 % 2][e % 4] = 0;
#pragma unroll
  for (int e = 0; e < 8; e++) bias[e] = 0;
  // All own sums are in units of the largest product so far.
  int unit = 0, turn = 0;
  const int last = min(n, (int)(blockIdx.x + 1) * slab);
  for (int i = blockIdx.x * slab; i < last; i++, turn ^= 2) {
    const float* image = x + ((long long)replica * n + i) * (C * H * W);
    const float* falls = gradient + ((long long)replica * n + i) * (O * WINDOWS);
    const u8* winner = winners + ((long long)replica * n + i) * (O * WINDOWS);
    __syncthreads();
    raise(largest + turn, largest_of<C * H * W>(image));
    raise(largest + turn + 1, largest_of<O * WINDOWS>(falls));
    __syncthreads();
    const int seen = exponent(largest[turn]), together = max(unit, seen + exponent(largest[turn + 1]));
    const float shrink = power(127 + unit - together), by = power(268 - seen), along = power(268 + seen - together);
    unit = together;
    if (threadIdx.x < 2) largest[(turn ^ 2) + threadIdx.x] = 0;
#pragma unroll 1
    for (int first = threadIdx.x; first < C / 8 * H * W; first += SEEN_AT_ONCE * THREADS) {
      float v[SEEN_AT_ONCE][8];
#pragma unroll
      for (int z = 0; z < SEEN_AT_ONCE; z++) {
        const int e = first + z * THREADS;
#pragma unroll
        for (int c = 0; c < 8; c++) v[z][c] = e < C / 8 * H * W ? image[(e % (C / 8) * 8 + c) * (H * W) + e / (C / 8)] * by : 0;
      }
#pragma unroll
      for (int z = 0; z < SEEN_AT_ONCE; z++) {
        const int e = first + z * THREADS, eight = e % (C / 8), p = e / (C / 8), to = (p / W + 1) * PITCH + p % W + 1;
        if (e >= C / 8 * H * W) break;
        uint4 high, low;
        split(v[z][0], v[z][1], high.x, low.x); split(v[z][2], v[z][3], high.y, low.y); split(v[z][4], v[z][5], high.z, low.z); split(v[z][6], v[z][7], high.w, low.w);
        pixels[to * SEEN + (eight ^ SWIRL(SEEN, to))] = high;
        pixels[to * SEEN + (eight + C / 8 ^ SWIRL(SEEN, to))] = low;
      }
    }
    // A thread has the same eight outputs in every turn.
#pragma unroll 1
    for (int first = threadIdx.x / (O / 8); first < WINDOWS; first += WON_AT_ONCE * (THREADS / (O / 8))) {
      const int eight = threadIdx.x % (O / 8);
      float v[WON_AT_ONCE][8];
      unsigned place[WON_AT_ONCE][2];
#pragma unroll
      for (int z = 0; z < WON_AT_ONCE; z++) {
        const int e = first + z * (THREADS / (O / 8));
#pragma unroll
        for (int o = 0; o < 8; o++) v[z][o] = e < WINDOWS ? falls[(eight * 8 + o) * WINDOWS + e] : 0;
#pragma unroll
        for (int h = 0; h < 2; h++) {
          const u8* at = winner + (eight * 8 + h * 4) * WINDOWS + e;
          place[z][h] = e < WINDOWS ? at[0] | at[WINDOWS] << 8 | at[2 * WINDOWS] << 16 | at[3 * WINDOWS] << 24 : 0x04040404;
        }
      }
#pragma unroll
      for (int z = 0; z < WON_AT_ONCE; z++) {
        const int e = first + z * (THREADS / (O / 8));
        if (e >= WINDOWS) break;
#pragma unroll
        for (int o = 0; o < 8; o++) {
          if (!(place[z][o / 4] >> o % 4 * 8 & NONE)) bias[o] += v[z][o];
          v[z][o] *= along;
        }
        uint4 high, low;
        split(v[z][0], v[z][1], high.x, low.x); split(v[z][2], v[z][3], high.y, low.y); split(v[z][4], v[z][5], high.z, low.z); split(v[z][6], v[z][7], high.w, low.w);
#pragma unroll
        for (int s = 0; s < 4; s++) {
          const int to = (2 * (e / POOLED_W) + s / 2) * PITCH + 2 * (e % POOLED_W) + s % 2;
          unsigned mask[4];
#pragma unroll
          for (int h = 0; h < 2; h++) {
            // Bytes that are s become ones.
            const unsigned other = place[z][h] ^ s * 0x01010101u, same = (~(other + 0x07070707u) >> 3 & 0x01010101u) * 0xffu;
            mask[2 * h] = __byte_perm(same, 0, 0x1100);
            mask[2 * h + 1] = __byte_perm(same, 0, 0x3322);
          }
          uint4 v;
          v.x = high.x & mask[0]; v.y = high.y & mask[1]; v.z = high.z & mask[2]; v.w = high.w & mask[3];
          won[to * WON + (eight ^ SWIRL(WON, to))] = v;
          v.x = low.x & mask[0]; v.y = low.y & mask[1]; v.z = low.z & mask[2]; v.w = low.w & mask[3];
          won[to * WON + (eight + O / 8 ^ SWIRL(WON, to))] = v;
        }
      }
    }
    if (shrink != 1) {
#pragma unroll
      for (int e = 0; e < 48; e++) own[e / 16][e / 8 % 2][e / 4 % 2][e % 4] *= shrink;
    }
    __syncthreads();
#pragma unroll 1
    for (int step = 0; step < STEPS; step++) {
      // Of three rows of the image, of which the next row of the gradient sees two again: high and low parts of two times eight channels.
      uint4 b[3][2], a[2][2];
      const int p = step * 16 + across + (lane / 8 % 2) * 8 + lane % 8, quad = inputs / 8 + lane / 16;
      const int q = step * 16 + lane / 16 * 8 + lane % 8, eight = outputs / 8 + lane / 8 % 2;
#define SEE(to, row) \
  _Pragma("unroll") for (int h = 0; h < 2; h++) turned(b[to][h], address(pixels + ((row) * PITCH + p) * SEEN + (quad + h * (C / 8) ^ SWIRL(SEEN, (row) * PITCH + p))));
      const int from = ROWS / PARTS * part;
      SEE(0, from)
      SEE(1, from + 1)
#pragma unroll Unrolled
      for (int row = from; row < from + ROWS / PARTS; row++) {
        SEE(2, row + 2)
#pragma unroll
        for (int m = 0; m < 2; m++)
#pragma unroll
          for (int h = 0; h < 2; h++) turned(a[m][h], address(won + (row * PITCH + q) * WON + (eight + 2 * m + h * (O / 8) ^ SWIRL(WON, row * PITCH + q))));
#pragma unroll
        for (int term = 3 - TERMS; term < 3; term++)
#pragma unroll
          for (int down = 0; down < 3; down++)
#pragma unroll
            for (int z = 0; z < 2; z++)
#pragma unroll
              for (int m = 0; m < 2; m++) {
                const uint4& r = b[down][term == 1];
                multiply(own[down][z][m], a[m][term == 0], z ? r.z : r.x, z ? r.w : r.y);
              }
#pragma unroll
        for (int e = 0; e < 4; e++) b[e / 2][e % 2] = b[e / 2 + 1][e % 2];
      }
    }
  }
  const int half = (unit - 282) / 2;
  const float back = power(127 + half), forth = power(127 + unit - 282 - half);
  sums += ((long long)replica * gridDim.x + blockIdx.x) * (O * C * 9 + O);
  float* parts = memory;
#pragma unroll
  for (int s = 1; s < PARTS; s++) {
    __syncthreads();
    if (part == s)
#pragma unroll
      for (int e = 0; e < 48; e++) parts[e * (THREADS / PARTS) + threadIdx.x % (THREADS / PARTS)] = own[e / 16][e / 8 % 2][e / 4 % 2][e % 4];
    __syncthreads();
    if (part == 0)
#pragma unroll
      for (int e = 0; e < 48; e++) own[e / 16][e / 8 % 2][e / 4 % 2][e % 4] += parts[e * (THREADS / PARTS) + threadIdx.x];
  }
  if (part == 0)
#pragma unroll
    for (int e = 0; e < 48; e++) {
      const int down = e / 16, c = inputs + e / 8 % 2 * 8 + lane % 4 * 2 + e % 2, o = outputs + e / 4 % 2 * 16 + e % 4 / 2 * 8 + lane / 4;
      sums[(o * C + c) * 9 + down * 3 + across] = own[down][e / 8 % 2][e / 4 % 2][e % 4] * back * forth;
    }
  __syncthreads();
#pragma unroll
  for (int o = 0; o < 8; o++) parts[threadIdx.x * 8 + o] = bias[o];
  __syncthreads();
  for (int o = threadIdx.x; o < O; o += THREADS) {
    float v = 0;
    for (int s = o / 8; s < THREADS / (O / 8) * (O / 8); s += O / 8) v += parts[s * 8 + o % 8];
    sums[O * C * 9 + o] = v;
  }
}
