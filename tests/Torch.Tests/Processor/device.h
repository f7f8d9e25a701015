// What NVRTC declares by itself, for clang, which compiles the kernels' text to PTX: what stands in inline assembly and only a card runs is at least seen.
#pragma once
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __align__(n) __attribute__((aligned(n)))
#define __grid_constant__
#include <__clang_cuda_builtin_vars.h>
struct float2 {
  float x, y;
};
struct __align__(16) float4 {
  float x, y, z, w;
};
struct __align__(16) uint4 {
  unsigned x, y, z, w;
};
static __device__ inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static __device__ inline float2 make_float2(float x, float y) { return {x, y}; }
static __device__ inline float __int_as_float(int i) { return __builtin_bit_cast(float, i); }
static __device__ inline int __float_as_int(float f) { return __builtin_bit_cast(int, f); }
static __device__ inline int max(int a, int b) { return a > b ? a : b; }
static __device__ inline int min(int a, int b) { return a < b ? a : b; }
static __device__ inline float max(float a, float b) { return a > b ? a : b; }
extern "C" __device__ float expf(float), logf(float), sqrtf(float), fmaf(float, float, float);
extern "C" __device__ unsigned long __cvta_generic_to_shared(const void*);
extern "C" __device__ int __reduce_max_sync(unsigned, int);
extern "C" __device__ int atomicMax(int*, int);
extern "C" __device__ unsigned __byte_perm(unsigned, unsigned, unsigned);
