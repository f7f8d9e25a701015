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
