using BenchmarkDotNet.Attributes;
using Grid.Compute.Random;

namespace Grid.Kernels;

/// <summary>A million standard normals: one stream after the other, and 64 streams side by side as the FRIENDS trials take them.</summary>
public class Draws
{
    const int Count = 1 << 20;

    readonly float[] _values = new float[Count];

    [Benchmark]
    public void OneStream() => new PhiloxStream(1, "benchmark").FillNormal(_values, 0, 1);

    [Benchmark]
    public void SideBySide()
    {
        const int lanes = 64, chunk = 64 * lanes;
        var key = new PhiloxKey(1, Philox.Hash("benchmark"), 0);
        for (var i = 0; i < Count; i += chunk) key.FillNormalLanes(_values.AsSpan(0, chunk), lanes, (uint)(i / (4 * lanes)));
    }
}
