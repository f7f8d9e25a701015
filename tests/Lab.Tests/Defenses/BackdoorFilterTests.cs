using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Outliers;
using Grid.Lab.Defenses.TrainingSet;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Filters that look for the trace of a backdoor within each class, on features where it is planted.</summary>
public sealed class BackdoorFilterTests : IDisposable
{
    const int Count = 200;
    const int Size = 64;

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    /// <summary>Gaussian points of one class, the first tenth of them shifted by so many standard deviations along one direction.</summary>
    static Samples Planted(double shift, ulong seed = 0)
    {
        var (values, direction) = (new float[Count * Size], new float[Size]);
        new PhiloxStream(seed, "points").FillNormal(values, 0, 1);
        new PhiloxStream(seed, "direction").FillNormal(direction, 0, 1);
        var length = Math.Sqrt(direction.Sum(d => (double)d * d));
        for (var i = 0; i < Count / 10 * Size; i++) values[i] += (float)(shift * direction[i % Size] / length);
        return new(values, new int[Count]);
    }

    /// <summary>What the last layer of a softmax regression sees is the points themselves.</summary>
    int[] Removed(Defense filter, Samples samples)
    {
        var data = new Dataset("planted", new(1, 1, Size), 2, samples, samples, "");
        var suspect = new FilterInput(
            data, new(samples, []), 0, _device,
            () => new Network(new Softmax(), data.Shape, 2, _device, [new float[2 * Size], new float[2]]), default);
        return [.. Enumerable.Range(0, samples.Count).Except(filter.Keep(suspect))];
    }

    [Fact]
    public void Spectral_signatures_find_a_planted_shift()
    {
        for (var seed = 0UL; seed < 5; seed++)
        {
            var removed = Removed(new SpectralSignatures(), Planted(5, seed));
            Assert.Equal(30, removed.Length);
            Assert.True(removed.Count(i => i < 20) >= 19, $"{removed.Count(i => i < 20)} of 20 found");
        }
    }

    [Fact]
    public void Without_a_shift_they_find_what_chance_finds()
    {
        var found = Enumerable.Range(0, 10).Sum(seed => Removed(new SpectralSignatures(), Planted(0, (ulong)seed)).Count(i => i < 20));
        // 300 removed, a tenth of which is expected: standard error 4.8.
        Assert.InRange(found, 20, 40);
    }

    [Fact]
    public void An_equal_share_goes_from_every_class_whatever_its_scale()
    {
        var planted = Planted(5);
        var other = new PhiloxStream(7, "other");
        var values = new float[Count * Size];
        other.FillNormal(values, 0, 100);
        var both = new Samples([.. planted.Inputs, .. values], [.. planted.Labels, .. Enumerable.Repeat(1, Count)]);
        var removed = Removed(new SpectralSignatures(), both);
        Assert.Equal(30, removed.Count(i => i < Count));
        Assert.Equal(30, removed.Count(i => i >= Count));
    }

    /// <summary>Far from the origin everything lies far along the direction, and the smaller group need not lie furthest.</summary>
    [Fact]
    public void From_the_origin_they_miss_what_they_find_from_the_mean()
    {
        var planted = Planted(5);
        var axes = new PrincipalAxes(new(planted.Inputs, Size), [.. Enumerable.Range(0, Count)], 1, 0, default);
        var mean = Enumerable.Range(0, Count).Select(i => axes.Along(0, i)).Average();
        Assert.Equal(0, mean, 1e-4);
        // The direction of the shift itself, away from the shifted points.
        var direction = Enumerable.Range(0, Size).Select(k => Enumerable.Range(0, 20).Average(i => planted.Inputs[i * Size + k])).ToArray();
        var length = Math.Sqrt(direction.Sum(d => d * d));
        var far = new Samples([.. planted.Inputs.Select((v, i) => v - (float)(30 * direction[i % Size] / length))], planted.Labels);
        Assert.True(Removed(new SpectralSignatures(), far).Count(i => i < 20) >= 19);
        Assert.True(Removed(new SpectralSignatures(uncentred: true), far).Count(i => i < 20) <= 2);
    }

    [Fact]
    public void The_first_axis_is_that_of_the_largest_variance()
    {
        float[] points = [.. Enumerable.Range(0, 50).SelectMany(i => new[] { i % 2 == 0 ? 3f : -3, i % 3 - 1f, 0.5f })];
        var axes = new PrincipalAxes(new(points, 3), [.. Enumerable.Range(0, 50)], 2, 0, default);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(3, Math.Abs(axes.Along(0, i)), 0.2));
        Assert.InRange(Enumerable.Range(0, 50).Max(i => Math.Abs(axes.Along(1, i))), 0.9, 1.2);
    }

    [Fact]
    public void Clustering_removes_a_small_cluster_and_nothing_of_two_halves()
    {
        Assert.Equal(Enumerable.Range(0, 20), Removed(new ActivationClustering(), Planted(12)));
        var halves = Planted(0);
        for (var i = 0; i < Count / 2; i++) halves.Inputs[i * Size] += 12;
        Assert.Empty(Removed(new ActivationClustering(), halves));
    }

    [Fact]
    public void Points_that_are_all_alike_are_left_alone()
    {
        var same = new Samples(new float[Count * Size], new int[Count]);
        Assert.Empty(Removed(new ActivationClustering(share: 0), same));
        Assert.Equal(30, Removed(new SpectralSignatures(), same).Length);
    }
}
