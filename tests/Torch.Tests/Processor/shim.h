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

static float a[32][32][4], b[32][32][2];
inline float tf32(float v) { return __int_as_float(__float_as_int(v) & 0xffffe000); }
}  // namespace shim

inline void __syncthreads() { shim::yield(); }

inline float4 quad(const float4* p) { return *p; }

// mma.m16n8k8. Of a: lane 4 (row % 8) + k % 4, register row / 8 + 2 (k / 4); of b: lane 4 column + k % 4, register k / 4; of sums: lane 4 (row % 8) + column / 2.
inline void multiply(float (&sums)[4], float a0, float a1, float a2, float a3, float b0, float b1) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const float left[4] = {a0, a1, a2, a3}, right[2] = {b0, b1};
  for (int i = 0; i < 4; i++) shim::a[warp][lane][i] = shim::tf32(left[i]);
  for (int i = 0; i < 2; i++) shim::b[warp][lane][i] = shim::tf32(right[i]);
  __syncthreads();
  for (int i = 0; i < 4; i++) {
    const int row = lane / 4 + i / 2 * 8, column = 2 * (lane % 4) + i % 2;
    float sum = 0;
    for (int k = 0; k < 8; k++) sum += shim::a[warp][row % 8 * 4 + k % 4][row / 8 + k / 4 * 2] * shim::b[warp][column * 4 + k % 4][k / 4];
    sums[i] += sum;
  }
  __syncthreads();
}
