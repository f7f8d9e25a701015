using FsCheck;
using FsCheck.Fluent;
using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

static class Check
{
    /// <summary>The kernels this machine can run, on one thread.</summary>
    public static IEnumerable<CpuDevice> Devices() => KernelSet.Available.Select(kernels => new CpuDevice(kernels));

    /// <summary>Runs the property on random seeds; every choice inside comes from the seed, so a failure repeats.</summary>
    public static void Property(Action<Dice> property, int tests = 60) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Dice(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    /// <summary>Equal up to the tolerance, relative above 1 and absolute below.</summary>
    public static void Close(double[] expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Shape.Count);
        var values = actual.ToArray();
        for (var i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"At {i} of {actual.Shape} on {actual.Device.InstructionSet}: expected {expected[i]:R}, got {values[i]:R}");
    }

    public static double[] Wide(float[] values) => Array.ConvertAll(values, v => (double)v);

    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"At {i} of {expected.Length}: {expected[i]:R} is not {actual[i]:R}");
    }
}

/// <summary>A small generator of test inputs (xorshift64*).</summary>
sealed class Dice(int seed)
{
    ulong _state = ((ulong)seed + 1) * 0x9E3779B97F4A7C15;

    ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>Between low and high, both included.</summary>
    public int Int(int low, int high) => low + (int)(Next() >> 33) % (high - low + 1);

    public bool Coin() => Next() >> 63 == 1;

    public T Of<T>(params T[] choices) => choices[Int(0, choices.Length - 1)];

    public float Float(float low, float high) => low + (high - low) * ((Next() >> 40) / (float)(1 << 24));

    public float[] Floats(int count, float low = -1, float high = 1)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = Float(low, high);
        return values;
    }

    public float[] Floats(Shape shape) => Floats(shape.Count);
}
