using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Grid.Compute.Cpu.Elementwise;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu.Layers;

/// <summary>Batch normalisation, with ReLU behind it if asked, and its vector-Jacobian products; a block is one channel, whose planes lie a
/// whole image apart.</summary>
unsafe struct BatchNormalization : IBlocks
{
    public bool Backward, Relu;
    public int Images, Channels, Plane;
    public float Epsilon;

    /// <summary>Y is the output, or going back the gradient by x; Output is the output then, where ReLU was behind it.</summary>
    public float* X, Scale, Offset, Statistics, Y, Gradient, Output, ByScale, ByOffset;

    public readonly void Run(int worker, int channel)
    {
        if (Backward) Differentiate(channel);
        else Normalize(channel);
    }

    readonly nint Start(int image, int channel) => ((nint)image * Channels + channel) * Plane;

    readonly void Normalize(int channel)
    {
        var (count, sum, squares) = ((double)Images * Plane, 0.0, 0.0);
        for (var i = 0; i < Images; i++) sum += Sum(X + Start(i, channel), Plane);
        var mean = (float)(sum / count);
        for (var i = 0; i < Images; i++) squares += Squares(X + Start(i, channel), mean, Plane);
        var variance = (float)(squares / count);
        (Statistics[channel], Statistics[Channels + channel]) = (mean, variance);
        var scale = Scale[channel] / MathF.Sqrt(variance + Epsilon);
        for (var i = 0; i < Images; i++)
        {
            var y = Y + Start(i, channel);
            Map(X + Start(i, channel), y, -mean, scale, Offset[channel], Plane);
            if (Relu) Rectified(y, Plane);
        }
    }

    /// <summary>Goes back. With x' = (x - mean) / std: dx = scale / std (g - mean(g) - x' mean(g x')).</summary>
    readonly void Differentiate(int channel)
    {
        var (count, mean) = ((double)Images * Plane, Statistics[channel]);
        var inverse = 1 / MathF.Sqrt(Statistics[Channels + channel] + Epsilon);
        var (sum, product) = (0.0, 0.0);
        for (var i = 0; i < Images; i++)
        {
            var gradient = Gradient + Start(i, channel);
            if (Relu)
            {
                WherePositive(gradient, Output + Start(i, channel), Y + Start(i, channel), Plane);
                gradient = Y + Start(i, channel);
            }

            sum += Sum(gradient, Plane);
            product += Products(gradient, X + Start(i, channel), mean, Plane);
        }

        (ByOffset[channel], ByScale[channel]) = ((float)sum, (float)(product * inverse));
        var slope = (float)(-product * inverse * inverse / count);
        var scale = Scale[channel] * inverse;
        var passed = Relu ? Y : Gradient;
        for (var i = 0; i < Images; i++)
            Back(passed + Start(i, channel), X + Start(i, channel), Y + Start(i, channel), mean, slope,
                (float)(-sum / count), scale, Plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Sum(float* x, int count)
    {
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i + 16 <= count; i += 16) sum += Vector512.Load(x + i);
        var total = Vector512.Sum(sum);
        for (; i < count; i++) total += x[i];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Squares(float* x, float mean, int count)
    {
        var (sum, shift) = (Vector512<float>.Zero, Vector512.Create(mean));
        var i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var d = Vector512.Load(x + i) - shift;
            sum += d * d;
        }

        var total = Vector512.Sum(sum);
        for (; i < count; i++) total += (x[i] - mean) * (x[i] - mean);
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Products(float* g, float* x, float mean, int count)
    {
        var (sum, shift) = (Vector512<float>.Zero, Vector512.Create(mean));
        var i = 0;
        for (; i + 16 <= count; i += 16) sum += Vector512.Load(g + i) * (Vector512.Load(x + i) - shift);
        var total = Vector512.Sum(sum);
        for (; i < count; i++) total += g[i] * (x[i] - mean);
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Map(float* x, float* y, float shift, float scale, float offset, int count)
    {
        var (a, b, c) = (Vector512.Create(shift), Vector512.Create(scale), Vector512.Create(offset));
        var i = 0;
        for (; i + 16 <= count; i += 16) ((Vector512.Load(x + i) + a) * b + c).Store(y + i);
        for (; i < count; i++) y[i] = (x[i] + shift) * scale + offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Back(float* g, float* x, float* y, float mean, float slope, float offset, float scale, int count)
    {
        var (m, s, o, f) = (Vector512.Create(mean), Vector512.Create(slope), Vector512.Create(offset), Vector512.Create(scale));
        var i = 0;
        for (; i + 16 <= count; i += 16) ((Vector512.Load(g + i) + s * (Vector512.Load(x + i) - m) + o) * f).Store(y + i);
        for (; i < count; i++) y[i] = (g[i] + slope * (x[i] - mean) + offset) * scale;
    }

    /// <summary>In place, while the plane is in the first cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rectified(float* y, int count)
    {
        var (map, i) = (default(Rectify), 0);
        for (; i + 16 <= count; i += 16) map.Apply(Vector512.Load(y + i)).Store(y + i);
        for (; i < count; i++) y[i] = y[i] <= 0 ? 0 : y[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WherePositive(float* g, float* output, float* y, int count)
    {
        var (map, i) = (default(WherePositive), 0);
        for (; i + 16 <= count; i += 16) map.Apply(Vector512.Load(g + i), Vector512.Load(output + i)).Store(y + i);
        for (; i < count; i++) y[i] = g[i] * (output[i] > 0 ? 1 : 0);
    }
}
