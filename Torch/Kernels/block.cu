// The fused block of 3x3 convolution with padding 1, bias, ReLU and 2x2 max pooling; or, with BACKWARD 1, its gradient by the input. The gradient is a
// convolution too, of the unpooled gradient with the turned weights, so one loop does both: dense, for skipping what did not win costs a look-up of the
// weight for every product.
//
// FROM, TO: channels read and written. H, W: of the block's input. IMAGES: of a tile. STAGED: channels in shared memory at a time. PITCH: floats of a row in
// it, even. THREADS, BLOCKS: of a block, and blocks of a multiprocessor. A window is 2 x 2 positions.
// A thread has one window of PER images and CHANNELS output channels. block_halves.cu does the same on tensor cores.
typedef unsigned char u8;

#define POOLED_H (H / 2)
#define POOLED_W (W / 2)
#if BACKWARD
#define WINDOWS_H ((H + 1) / 2)
#define WINDOWS_W ((W + 1) / 2)
#else
#define WINDOWS_H POOLED_H
#define WINDOWS_W POOLED_W
#endif
#define WINDOWS (WINDOWS_H * WINDOWS_W)
#define PADDED_H (2 * WINDOWS_H + 2)
#define PADDED_W (2 * WINDOWS_W + 2)
#define PLANE (PADDED_H * PITCH)
#define NONE 4

#define GROUPS (TO / CHANNELS)
#define WEIGHT_PITCH (TO % 4 ? TO : TO + 4)

// The replica's weights, [from][tap][to].
__device__ __forceinline__ void stage_weights(float* to, const float* __restrict__ weight) {
  for (int e = threadIdx.x; e < FROM * TO * 9; e += THREADS) {
    const float v = weight[e];
#if BACKWARD
    const int k = e / (TO * 9), o = e / 9 % TO, tap = 8 - e % 9;
#else
    const int k = e / 9 % FROM, o = e / (FROM * 9), tap = e % 9;
#endif
    to[(k * 9 + tap) * WEIGHT_PITCH + o] = v;
  }
}

// STAGED channels from first on of the images, padded; backward the gradient, each value in its winner's place.
__device__ __forceinline__ void stage_images(float* tile, const float* __restrict__ x, const u8* __restrict__ winners, long long image, int count, int first) {
#if BACKWARD
  for (int e = threadIdx.x; e < IMAGES * STAGED * POOLED_H * POOLED_W; e += THREADS) {
    const int p = e % (POOLED_H * POOLED_W), c = e / (POOLED_H * POOLED_W) % STAGED, i = e / (POOLED_H * POOLED_W * STAGED);
    float v = 0;
    int winner = NONE;
    if (i < count) {
      const long long at = ((image + i) * FROM + first + c) * (POOLED_H * POOLED_W) + p;
      v = x[at];
      winner = winners[at];
    }
    float* to = tile + (i * STAGED + c) * PLANE + (2 * (p / POOLED_W) + 1) * PITCH + 2 * (p % POOLED_W) + 1;
    to[0] = winner == 0 ? v : 0;
    to[1] = winner == 1 ? v : 0;
    to[PITCH] = winner == 2 ? v : 0;
    to[PITCH + 1] = winner == 3 ? v : 0;
  }
#else
  for (int e = threadIdx.x; e < IMAGES * STAGED * PADDED_H * PADDED_W; e += THREADS) {
    const int px = e % PADDED_W, py = e / PADDED_W % PADDED_H, c = e / (PADDED_W * PADDED_H) % STAGED, i = e / (PADDED_W * PADDED_H * STAGED);
    float v = 0;
    if (i < count && px > 0 && px <= W && py > 0 && py <= H) v = x[((image + i) * FROM + first + c) * (H * W) + (py - 1) * W + px - 1];
    tile[(i * STAGED + c) * PLANE + py * PITCH + px] = v;
  }
#endif
}

// The four sums of a window of one channel: pooled, or written where they lie.
__device__ __forceinline__ void finish(long long image, int window, int channel, float v0, float v1, float v2, float v3, float bias, float* __restrict__ y, u8* __restrict__ winners) {
#if BACKWARD
  const float values[4] = {v0, v1, v2, v3};
#pragma unroll
  for (int s = 0; s < 4; s++) {
    const int py = window / WINDOWS_W * 2 + s / 2, px = window % WINDOWS_W * 2 + s % 2;
    if (py < H && px < W) y[(image * TO + channel) * (H * W) + py * W + px] = values[s];
  }
#else
  // The first of equals wins, as on the processor; NaN stays NaN.
  float most = v0;
  int winner = 0;
  if (v1 > most || v1 != v1) { most = v1; winner = 1; }
  if (v2 > most || v2 != v2) { most = v2; winner = 2; }
  if (v3 > most || v3 != v3) { most = v3; winner = 3; }
  most += bias;
  const long long at = (image * TO + channel) * WINDOWS + window;
  y[at] = most <= 0 ? 0 : most;
  winners[at] = most <= 0 ? NONE : winner;
#endif
}

// Grid: (groups of IMAGES images side by side, replicas). x [r, n, FROM, ...]; forward winners are written, backward read.
extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) block(
    const float* __restrict__ x, const float* __restrict__ weight, const float* __restrict__ bias, float* __restrict__ y, u8* __restrict__ winners, int n) {
  SHARED(memory);
  float* tile = memory;
  float* weights = memory + IMAGES * STAGED * PLANE;
  const int replica = blockIdx.y, groups = (n + IMAGES - 1) / IMAGES;
  stage_weights(weights, weight + (long long)replica * FROM * TO * 9);
#if BACKWARD
  for (int e = threadIdx.x; e < IMAGES * STAGED * PLANE; e += THREADS) tile[e] = 0;
#else
  bias += replica * TO;
#endif
  const int group = threadIdx.x % GROUPS, window = threadIdx.x / GROUPS % WINDOWS, set = threadIdx.x / GROUPS / WINDOWS;
  const bool live = set < IMAGES / PER;
  const int corner = window / WINDOWS_W * 2 * PITCH + window % WINDOWS_W * 2;
  for (int g = blockIdx.x; g < groups; g += gridDim.x) {
    const int count = min(IMAGES, n - g * IMAGES);
    const long long image = (long long)replica * n + g * IMAGES;
    float sums[PER][4][CHANNELS];
#pragma unroll
    for (int e = 0; e < PER * 4 * CHANNELS; e++) sums[e / (4 * CHANNELS)][e / CHANNELS % 4][e % CHANNELS] = 0;
#pragma unroll 1
    for (int first = 0; first < FROM; first += STAGED) {
      __syncthreads();
      stage_images(tile, x, winners, image, count, first);
      __syncthreads();
      if (live) {
#pragma unroll 1
        for (int k = 0; k < STAGED; k++) {
          float p[PER][4][4];
#pragma unroll
          for (int j = 0; j < PER; j++)
#pragma unroll
            for (int row = 0; row < 4; row++) {
              const float2* at = (const float2*)(tile + ((set * PER + j) * STAGED + k) * PLANE + corner + row * PITCH);
              const float2 left = at[0], right = at[1];
              p[j][row][0] = left.x; p[j][row][1] = left.y; p[j][row][2] = right.x; p[j][row][3] = right.y;
            }
#pragma unroll
          for (int t = 0; t < 9; t++) {
            const float* from = weights + ((first + k) * 9 + t) * WEIGHT_PITCH + group * CHANNELS;
            float w[CHANNELS];
#if CHANNELS % 4 == 0
#pragma unroll
            for (int o = 0; o < CHANNELS; o += 4) {
              const float4 v = *(const float4*)(from + o);
              w[o] = v.x; w[o + 1] = v.y; w[o + 2] = v.z; w[o + 3] = v.w;
            }
#else
#pragma unroll
            for (int o = 0; o < CHANNELS; o++) w[o] = from[o];
#endif
#pragma unroll
            for (int j = 0; j < PER; j++)
#pragma unroll
              for (int s = 0; s < 4; s++)
#pragma unroll
                for (int o = 0; o < CHANNELS; o++) sums[j][s][o] = fmaf(p[j][s / 2 + t / 3][s % 2 + t % 3], w[o], sums[j][s][o]);
          }
        }
      }
    }
#if BACKWARD
#define BIAS(channel) 0
#else
#define BIAS(channel) bias[channel]
#endif
    if (live) {
#pragma unroll
      for (int j = 0; j < PER; j++)
        if (set * PER + j < count) {
#pragma unroll
          for (int o = 0; o < CHANNELS; o++)
            finish(image + set * PER + j, window, group * CHANNELS + o, sums[j][0][o], sums[j][1][o], sums[j][2][o], sums[j][3][o], BIAS(group * CHANNELS + o), y, winners);
        }
    }
  }
}
