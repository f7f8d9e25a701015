using FsCheck;
using FsCheck.Fluent;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Tests;
using Xunit.Sdk;
using Xunit.v3;

// The devices are used by one thread at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Grid.Torch.Tests;

/// <summary>The managed device and libtorch's, given the same: each checks the other.</summary>
static class Pair
{
    /// <summary>GRID_TORCH_DEVICE=cuda:0 runs the same tests on a card.</summary>
    public static readonly string Name = Environment.GetEnvironmentVariable("GRID_TORCH_DEVICE") ?? "torch-cpu";

    public static bool OnCard => Name.StartsWith("cuda", StringComparison.Ordinal);

    /// <summary>Blocks of random shapes to try: on a card each shape's kernels are compiled first.</summary>
    public static int Shapes => OnCard ? 6 : 60;

    public static readonly CpuDevice Managed = new();

    static readonly (Device? Device, string? Missing) Opened = Open();

    /// <summary>Skips the test where libtorch cannot be loaded.</summary>
    public static Device Torch
    {
        get
        {
            Needs.Met("libtorch", Opened.Missing);
            return Opened.Device!;
        }
    }

    /// <summary>Runs the property on random seeds; every choice inside comes from the seed, so a failure repeats.</summary>
    public static void Property(Action<Dice> property, int tests = 60)
    {
        var device = Torch;
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using var managed = Managed.Scope();
            using var torch = device.Scope();
            property(new Dice(seed));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));
    }

    /// <summary>Both devices give the same shape and the same numbers, NaN and infinities where the other has them.</summary>
    /// <param name="compute">On the device it gets.</param>
    /// <param name="tolerance">Relative to the largest value.</param>
    /// <param name="scale">What stands for the largest value if all are smaller: of the numbers that went in.</param>
    public static void Agree(Func<Device, Tensor> compute, double tolerance = 1e-5, double scale = 0) =>
        Agree(compute(Managed), compute(Torch), tolerance, scale);

    public static void Agree(Tensor managed, Tensor torch, double tolerance = 1e-5, double scale = 0)
    {
        Assert.Equal(managed.Shape, torch.Shape);
        var (expected, actual) = (managed.ToArray(), torch.ToArray());
        var largest = expected.Where(float.IsFinite).Select(Math.Abs).Append((float)scale).Max();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * largest,
                $"At {i} of {managed.Shape}: {expected[i]:R} on {Managed.Name}, {actual[i]:R} on {Torch.Name}");
    }

    /// <summary>Another one of <see cref="Torch"/>'s kind.</summary>
    public static Device Another(TorchOptions? options = null)
    {
        Needs.Met("libtorch", Opened.Missing);
        return TorchDevices.Open(Name, options);
    }

    static (Device?, string?) Open()
    {
        try
        {
            return (TorchDevices.Open(Name), null);
        }
        catch (DeviceMissingException e) when (Name == "torch-cpu")
        {
            return (null, $"{e.Message} On Linux eng/torch-host makes a host for these tests.");
        }
    }

    public static float[] Labels(Dice dice, int count, int classes) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)dice.Int(0, classes - 1))];
}
