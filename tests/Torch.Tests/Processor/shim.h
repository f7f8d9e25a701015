// Runs a kernel's text on the processor. The threads of a block are fibers, a barrier is a yield to the next, blocks come one after the other. Shared memory
// begins as NaN, and what lies behind it must stay as it is.
#pragma once
#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <tuple>
#include <vector>

using std::max;
using std::min;
#define ON_PROCESSOR
#define __global__
#define __device__
#define __forceinline__ inline
#define __grid_constant__
#define __launch_bounds__(...)
#define SHARED(name) float* name = shim::shared

struct float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline float __int_as_float(int i) {
  float f;
  memcpy(&f, &i, 4);
  return f;
}
inline int __float_as_int(float f) {
  int i;
  memcpy(&i, &f, 4);
  return i;
}

// In shared memory.
typedef const char* Address;

struct Place {
  unsigned x, y;
};
static Place threadIdx, blockIdx, blockDim, gridDim;

namespace shim {
const int Guard = 1024;  // floats behind shared memory
static float* shared;
static ucontext_t home;
static std::vector<ucontext_t> fibers;
static std::vector<char> done;
static int current;
static std::function<void()> body;

static void enter() {
  body();
  done[current] = 1;
  swapcontext(&fibers[current], &home);
}

static void yield() { swapcontext(&fibers[current], &home); }

static void block(int threads, bool backwards, std::vector<std::vector<char>>& stacks) {
  for (int i = 0; i < threads; i++) {
    getcontext(&fibers[i]);
    fibers[i].uc_stack.ss_sp = stacks[i].data();
    fibers[i].uc_stack.ss_size = stacks[i].size();
    fibers[i].uc_link = &home;
    makecontext(&fibers[i], enter, 0);
    done[i] = 0;
  }
  for (bool any = true; any;) {
    any = false;
    for (int k = 0; k < threads; k++) {
      const int i = backwards ? threads - 1 - k : k;
      if (done[i]) continue;
      any = true;
      current = i;
      threadIdx = {(unsigned)i, 0};
      swapcontext(&home, &fibers[i]);
    }
  }
}

// What is wrong, or null.
static const char* run(int x, int y, int threads, int bytes, bool backwards, std::function<void()> kernel) {
  body = kernel;
  std::vector<std::vector<char>> stacks(threads, std::vector<char>(1 << 16));
  fibers.resize(threads);
  done.resize(threads);
  const int own = (bytes + 15) / 16 * 4;
  shared = (float*)aligned_alloc(16, (own + Guard) * sizeof(float));
  gridDim = {(unsigned)x, (unsigned)y};
  blockDim = {(unsigned)threads, 1};
  const char* wrong = nullptr;
  for (int j = 0; j < y && !wrong; j++)
    for (int i = 0; i < x && !wrong; i++) {
      blockIdx = {(unsigned)i, (unsigned)j};
      for (int e = 0; e < own + Guard; e++) shared[e] = NAN;
      block(threads, backwards, stacks);
      for (int e = bytes / 4; e < own + Guard; e++)
        if (!std::isnan(shared[e])) wrong = "shared memory was written beyond its end";
    }
  free(shared);
  return wrong;
}

template <class T>
T take(const char*& at, const char* start) {
  at = start + (at - start + alignof(T) - 1) / alignof(T) * alignof(T);
  T value;
  memcpy(&value, at, sizeof(T));
  at += sizeof(T);
  return value;
}

template <class... A>
const char* launch(void (*kernel)(A...), int x, int y, int threads, int bytes, bool backwards, const char* arguments) {
  const char* at = arguments;
  std::tuple<std::decay_t<A>...> values{take<std::decay_t<A>>(at, arguments)...};
  return run(x, y, threads, bytes, backwards, [&] { std::apply(kernel, values); });
}

static unsigned a[32][32][4], b[32][32][2];
static Address rows[32][32];

inline float half(unsigned both, int which) {
  const unsigned short bits = both >> 16 * which;
  _Float16 h;
  memcpy(&h, &bits, 2);
  return h;
}
inline unsigned halves(float v, float w) {
  const _Float16 both[2] = {(_Float16)v, (_Float16)w};
  unsigned bits;
  memcpy(&bits, both, 4);
  return bits;
}
}  // namespace shim

inline void __syncthreads() { shim::yield(); }

inline Address address(const void* shared) { return (Address)shared; }
inline uint4 quad(Address from) { return *(const uint4*)from; }

inline void atomicMax(int* to, int v) { *to = max(*to, v); }

inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const uint64_t bytes = (uint64_t)y << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) result |= (unsigned)(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
  return result;
}

inline void raise(int* to, int v) { *to = max(*to, v); }

inline void split(float v, float w, unsigned& high, unsigned& low) {
  high = shim::halves(v, w);
  low = shim::halves(v - shim::half(high, 0), w - shim::half(high, 1));
}

// mma.m16n8k16. Of a: lane 4 (row % 8) + k % 8 / 2, register row / 8 + 2 (k / 8), half k % 2; of b: lane 4 column + k % 8 / 2, register k / 8; of sums: lane
// 4 (row % 8) + column / 2.
inline void multiply(float (&sums)[4], const uint4& a, unsigned b0, unsigned b1) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const unsigned left[4] = {a.x, a.y, a.z, a.w}, right[2] = {b0, b1};
  for (int i = 0; i < 4; i++) shim::a[warp][lane][i] = left[i];
  for (int i = 0; i < 2; i++) shim::b[warp][lane][i] = right[i];
  __syncthreads();
  for (int i = 0; i < 4; i++) {
    const int row = lane / 4 + i / 2 * 8, column = 2 * (lane % 4) + i % 2;
    float sum = 0;
    for (int k = 0; k < 16; k++)
      sum += shim::half(shim::a[warp][row % 8 * 4 + k % 8 / 2][row / 8 + k / 8 * 2], k % 2) * shim::half(shim::b[warp][column * 4 + k % 8 / 2][k / 8], k % 2);
    sums[i] += sum;
  }
  __syncthreads();
}

// ldmatrix.x4.trans.
inline void turned(uint4& to, Address row) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  shim::rows[warp][lane] = row;
  __syncthreads();
  for (int i = 0; i < 4; i++) {
    unsigned short both[2];
    for (int k = 0; k < 2; k++) both[k] = ((const unsigned short*)shim::rows[warp][8 * i + lane % 4 * 2 + k])[lane / 4];
    memcpy((char*)&to + 4 * i, both, 4);
  }
  __syncthreads();
}
