using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Outliers;
using Grid.Lab.Defenses.TrainingSet;
using Grid.Lab.Tests.Attacks.Poisoning;

namespace Grid.Lab.Tests.Defenses;

public sealed class TrainingSetFilterTests : IDisposable
{
    static readonly Dictionary<string, Defense> Filters = new()
    {
        ["knn"] = new KnnFilter(fraction: 0.2),
        ["knn distance"] = new KnnFilter(score: KnnScore.Distance, fraction: 0.2),
        ["knn feature"] = new KnnFilter(space: OutlierSpace.Feature, fraction: 0.2),
        ["lof"] = new LofFilter(fraction: 0.2),
        ["forest"] = new IsolationForestFilter(fraction: 0.2),
        ["forest feature"] = new IsolationForestFilter(trees: 10, space: OutlierSpace.Feature, fraction: 0.2),
        ["random"] = new RandomFilter(0.2),
        ["oracle"] = new OracleFilter(0.2),
    };

    readonly CpuDevice _device = new();

    public static TheoryData<string> Names => [.. Filters.Keys];

    public void Dispose() => _device.Dispose();

    /// <summary>More samples than are compared side by side, so that several blocks meet.</summary>
    Poisoned Flipped(int samples = 900) => new LabelFlip().Poison(Victims.Of(_device, samples: samples), 0.2);

    Poisoned Noisy() => new DataInjection(Injection.Noise).Poison(Victims.Of(_device), 0.25);

    int[] Removed(Defense filter, Poisoned set, ulong seed = 0) =>
        [.. Enumerable.Range(0, set.Samples.Count).Except(filter.Keep(Victims.Suspect(_device, set, seed)))];

    [Theory, MemberData(nameof(Names))]
    public void The_same_share_is_removed_by_every_filter_and_each_time_the_same(string name)
    {
        var set = Flipped(400);
        var kept = Filters[name].Keep(Victims.Suspect(_device, set));
        Assert.Equal(kept.Order().Distinct(), kept);
        Assert.Equal(320, kept.Count);
        Assert.Equal(kept, Filters[name].Keep(Victims.Suspect(_device, set)));
        Assert.True(Filters[name].ChangesData);
    }

    [Theory, MemberData(nameof(Names))]
    public void Only_the_oracle_knows_what_is_poisoned(string name)
    {
        var set = Flipped(400);
        var same = Filters[name]
            .Keep(Victims.Suspect(_device, set))
            .SequenceEqual(Filters[name].Keep(Victims.Suspect(_device, set with { Indices = [1, 2, 3] })));
        Assert.Equal(name != "oracle", same);
    }

    [Fact]
    public void Neighbours_disagree_as_in_plain_loops()
    {
        var set = Flipped();
        var neighbours = Naive(set.Samples, 5);
        int Votes(int i, int label) => neighbours[i].Count(n => set.Samples.Labels[n.Index] == label);
        var wanted = Enumerable.Range(0, 900).Where(i => Enumerable.Range(0, 10).MaxBy(label => Votes(i, label)) != set.Samples.Labels[i]);
        Assert.Equal(wanted, Removed(new KnnFilter(fraction: null), set));
    }

    [Fact]
    public void Distant_samples_are_those_of_plain_loops()
    {
        var set = Flipped();
        var neighbours = Naive(set.Samples, 3);
        var removed = Removed(new KnnFilter(k: 3, score: KnnScore.Distance), set);
        // Pixels are sixteenths, so that several samples may be equally distant where the line is drawn.
        var farthest = Enumerable.Range(0, 900).Select(i => neighbours[i][2].Distance).OrderDescending().Take(90);
        Assert.Equal(farthest, removed.Select(i => neighbours[i][2].Distance).OrderDescending(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Local_outlier_factors_are_those_of_plain_loops()
    {
        var set = Flipped();
        var near = Naive(set.Samples, 20);
        double Density(int i) => 1 / near[i].Average(n => Math.Max(near[n.Index][19].Distance, n.Distance));
        double Factor(int i) => near[i].Average(n => Density(n.Index)) / Density(i);
        var factors = Enumerable.Range(0, 900).Select(Factor).ToArray();
        Assert.Equal(Enumerable.Range(0, 900).Where(i => factors[i] > 1.5), Removed(new LofFilter(fraction: null), set));
        Assert.Equal(Enumerable.Range(0, 900).OrderByDescending(i => factors[i]).Take(90).Order(), Removed(new LofFilter(), set));
    }

    [Fact]
    public void Copies_of_a_sample_do_not_break_the_local_outlier_factor()
    {
        var samples = Victims.Digits.First(30).Train;
        var heap = new Poisoned(samples.Take([.. Enumerable.Repeat(0, 40), .. Enumerable.Range(1, 29)]), []);
        var removed = Removed(new LofFilter(fraction: 0.3), heap);
        Assert.Equal(21, removed.Length);
        Assert.DoesNotContain(removed, i => i < 40);
    }

    [Fact]
    public void A_forest_isolates_noise_and_takes_flips_for_anything_else()
    {
        var noise = Noisy();
        Assert.Equal(noise.Indices, Removed(Filters["forest"], noise));
        var flips = Flipped();
        // 180 of 900 are flipped and 180 removed: 36 at chance, standard deviation 4.8.
        Assert.InRange(Removed(Filters["forest"], flips).Intersect(flips.Indices).Count(), 15, 57);
    }

    [Fact]
    public void A_forest_of_one_line_scores_the_far_point_highest()
    {
        float[] line = [.. Enumerable.Range(0, 99).Select(i => i / 1000f), 1f];
        var data = new Dataset("line", new(1, 1, 1), 2, new(line, new int[100]), new([0f], [0]), "");
        var suspect = new FilterInput(data, new(data.Train, []), 0, _device, () => throw new InvalidOperationException(), default);
        Assert.DoesNotContain(99, new IsolationForestFilter(fraction: 0.01).Keep(suspect));
    }

    [Fact]
    public void A_set_without_differences_is_filtered_without_complaint()
    {
        var data = new Dataset("same", new(1, 1, 1), 2, new(new float[100], new int[100]), new([0f], [0]), "");
        var suspect = new FilterInput(data, new(data.Train, []), 0, _device, () => throw new InvalidOperationException(), default);
        Assert.All(
            new Defense[] { new IsolationForestFilter(), new LofFilter(), new KnnFilter(), new KnnFilter(score: KnnScore.Distance),
                new RandomFilter(), new OracleFilter() },
            filter => Assert.Equal(90, filter.Keep(suspect).Count));
    }

    [Fact]
    public void The_oracle_removes_poison_first_and_without_a_fraction_nothing_else()
    {
        var set = Flipped(400);
        Assert.Equal(set.Indices, Removed(new OracleFilter(fraction: null), set));
        Assert.Subset(set.Indices.ToHashSet(), Removed(new OracleFilter(0.1), set).ToHashSet());
        var more = Removed(new OracleFilter(0.5), set);
        Assert.Equal(200, more.Length);
        Assert.Subset(more.ToHashSet(), set.Indices.ToHashSet());
        Assert.Empty(Removed(new OracleFilter(fraction: null), new(set.Samples, [])));
    }

    [Fact]
    public void Random_removal_depends_on_the_seed_and_finds_poison_by_chance()
    {
        var set = Flipped();
        Assert.NotEqual(Removed(Filters["random"], set, 1), Removed(Filters["random"], set, 2));
        Assert.InRange(Removed(Filters["random"], set).Intersect(set.Indices).Count(), 15, 57);
    }

    [Fact]
    public void A_filter_always_leaves_a_sample_or_says_why_not()
    {
        var set = Flipped(400);
        Assert.Single(new RandomFilter(0.9999).Keep(Victims.Suspect(_device, set)));
        // Two samples of two classes: each one's neighbour disagrees.
        var samples = Victims.Digits.Train.Take([0, 1]);
        Assert.NotEqual(samples.Labels[0], samples.Labels[1]);
        var error = Assert.Throws<LabException>(() => new KnnFilter(k: 1, fraction: null).Keep(Victims.Suspect(_device, new(samples, []))));
        Assert.Contains("removes every training sample", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_neighbours_than_samples_are_refused()
    {
        Assert.Contains("5 neighbours are more than the 4 other", new KnnFilter().Objection(Victims.Digits, 5), StringComparison.Ordinal);
        Assert.Null(new KnnFilter().Objection(Victims.Digits, 6));
        Assert.NotNull(new LofFilter().Objection(Victims.Digits, 20));
        Assert.Throws<LabException>(() => new KnnFilter(k: 400).Keep(Victims.Suspect(_device, Flipped(400))));
        Assert.Throws<ArgumentException>(() => new KnnFilter(score: KnnScore.Distance, fraction: null));
    }

    [Fact]
    public void Cancellation_ends_a_filter()
    {
        var suspect = Victims.Suspect(_device, Flipped(400), ct: new CancellationToken(canceled: true));
        foreach (var name in new[] { "knn", "knn feature", "lof", "forest" })
            Assert.Throws<OperationCanceledException>(() => Filters[name].Keep(suspect));
    }

    static (int Index, double Distance)[][] Naive(Samples samples, int k)
    {
        var rows = Enumerable.Range(0, samples.Count).Select(samples.Row).ToArray();
        return Array.ConvertAll(rows, row => rows
            .Select((other, j) => (Index: j, Distance: ReferenceEquals(row, other) ? double.PositiveInfinity : Distance(row, other)))
            .OrderBy(n => n.Distance).ThenBy(n => n.Index).Take(k).ToArray());

        static double Distance(float[] a, float[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
            return Math.Sqrt(sum);
        }
    }
}
