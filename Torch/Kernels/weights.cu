// The gradient of the fused block by weight and bias: only winners are visited, 1 of 4 positions.
//
// C, O: channels of input and output. H, W: of the input. LANES: input channels of a thread, 4 or 1. PARTS: of the windows, summed in order at the end.
// PITCH: positions of a row in shared memory. STRIDE: floats of a position. UNROLL: windows of a thread in flight. THREADS = O C / LANES PARTS, BLOCKS of a multiprocessor.
typedef unsigned char u8;

#define POOLED_W (W / 2)
#define WINDOWS (H / 2 * POOLED_W)
#define CHANNEL_GROUPS (C / LANES)
#define PIXELS (((H + 2) * PITCH * STRIDE + 3) / 4 * 4)
#define NONE 4
constexpr int Unrolled = UNROLL;

// Sums over a slab of images, [replica][slab][O C 9 + O]. Lanes of a warp are output channels, which all look at one window: their winners lie in 4 places
// of the image at most. Each is read as [position][channel]. Grid: (slabs, replicas).
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) weights(
    const float* __restrict__ gradient, const u8* __restrict__ winners, const float* __restrict__ x, float* __restrict__ sums, int n, int slab) {
  SHARED(memory);
  float* pixels = memory;                       // [H + 2][PITCH][STRIDE]
  float2* won = (float2*)(memory + PIXELS);     // [WINDOWS][O + 1]: the gradient, and where its winner's patch begins
  const int replica = blockIdx.y, o = threadIdx.x % O, group = threadIdx.x / O % CHANNEL_GROUPS, part = threadIdx.x / (O * CHANNEL_GROUPS);
  float own[9][LANES], bias = 0;
#pragma unroll
  for (int e = 0; e < 9 * LANES; e++) own[e / LANES][e % LANES] = 0;
  for (int e = threadIdx.x; e < PIXELS; e += THREADS) pixels[e] = 0;
  const int last = min(n, (int)(blockIdx.x + 1) * slab);
  for (int i = blockIdx.x * slab; i < last; i++) {
    __syncthreads();
    const float* image = x + ((long long)replica * n + i) * (C * H * W);
    for (int e = threadIdx.x; e < CHANNEL_GROUPS * H * W; e += THREADS) {
      const int p = e % (H * W), c = e / (H * W) * LANES;
      float* to = pixels + ((p / W + 1) * PITCH + p % W + 1) * STRIDE + c;
#if LANES == 4
      *(float4*)to = make_float4(image[c * (H * W) + p], image[(c + 1) * (H * W) + p], image[(c + 2) * (H * W) + p], image[(c + 3) * (H * W) + p]);
#else
      to[0] = image[c * (H * W) + p];
#endif
    }
    const long long base = ((long long)replica * n + i) * (O * WINDOWS);
    for (int e = threadIdx.x; e < O * WINDOWS; e += THREADS) {
      const int window = e % WINDOWS, winner = winners[base + e];
      float2 v;
      v.x = winner < NONE ? gradient[base + e] : 0;
      v.y = __int_as_float(winner < NONE ? ((2 * (window / POOLED_W) + winner / 2) * PITCH + 2 * (window % POOLED_W) + winner % 2) * STRIDE : 0);
      won[window * (O + 1) + e / WINDOWS] = v;
    }
    __syncthreads();
#pragma unroll Unrolled
    for (int window = part; window < WINDOWS; window += PARTS) {
      const float2 v = won[window * (O + 1) + o];
      const float* at = pixels + __float_as_int(v.y) + group * LANES;
      bias += v.x;
#pragma unroll
      for (int t = 0; t < 9; t++) {
#if LANES == 4
        const float4 z = *(const float4*)(at + (t / 3 * PITCH + t % 3) * STRIDE);
        own[t][0] = fmaf(v.x, z.x, own[t][0]); own[t][1] = fmaf(v.x, z.y, own[t][1]);
        own[t][2] = fmaf(v.x, z.z, own[t][2]); own[t][3] = fmaf(v.x, z.w, own[t][3]);
#else
        own[t][0] = fmaf(v.x, at[(t / 3 * PITCH + t % 3) * STRIDE], own[t][0]);
#endif
      }
    }
  }
  sums += ((long long)replica * gridDim.x + blockIdx.x) * (O * C * 9 + O);
#if PARTS > 1
#pragma unroll
  for (int z = 0; z <= 9 * LANES; z++) {
    __syncthreads();
    memory[threadIdx.x] = z < 9 * LANES ? own[z / LANES % 9][z % LANES] : bias;
    __syncthreads();
    if (part == 0) {
      float v = 0;
      for (int s = 0; s < PARTS; s++) v += memory[threadIdx.x + s * (O * CHANNEL_GROUPS)];
      if (z < 9 * LANES) sums[(o * C + group * LANES + z % LANES) * 9 + z / LANES] = v;
      else if (group == 0) sums[O * C * 9 + o] = v;
    }
  }
#else
#pragma unroll
  for (int e = 0; e < 9 * LANES; e++) sums[(o * C + group * LANES + e % LANES) * 9 + e / LANES] = own[e / LANES][e % LANES];
  if (group == 0) sums[O * C * 9 + o] = bias;
#endif
}
