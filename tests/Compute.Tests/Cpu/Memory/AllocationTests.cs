using Grid.Compute.Cpu;
using Grid.Compute.Random;

namespace Grid.Compute.Tests.Cpu.Memory;

/// <summary>What runs millions of times leaves nothing to collect.</summary>
public sealed class AllocationTests
{
    static long Taken(Action work)
    {
        // The first call may load types.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Drawing_numbers_allocates_nothing()
    {
        var (stream, row) = (new PhiloxStream(1, "allocation"), new float[10_000]);
        Assert.Equal(0, Taken(() => stream.FillNormal(row, 0, 1)));
        Assert.Equal(0, Taken(() => stream.Fill(row, -1, 1)));
        Assert.Equal(0, Taken(() => stream.Shuffle(row.AsSpan())));
        Assert.Equal(0, Taken(() => stream.NextDouble()));
    }

    [Fact]
    public void Copying_between_tensors_allocates_nothing()
    {
        var device = new CpuDevice();
        using var scope = device.Scope();
        var (from, to, host) = (device.Full([100, 10], 1), device.Zeros([100, 10]), new float[1000]);
        Assert.Equal(0, Taken(() => device.CopyInto(to, from)));
        Assert.Equal(0, Taken(() => device.Download(to, host)));
    }
}
