using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Testing;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Deep partition aggregation.</summary>
public sealed class PartitioningTests
{
    static readonly Samples Digits = SmallData.Digits.Train;

    static Cell Cell(string attack, double strength, int partitions, params (string, ParameterValue)[] settings) =>
        TestLaboratory.Small(attack, "none", strength) with
        {
            Attack = Choices.Of("attack", attack, settings),
            Defense = Choices.Of("defense", "dpa", ("partitions", partitions)),
        };

    static double Value(CellResult result, string metric) => result.Measurements[metric].Value;

    [Fact]
    public void The_certificate_is_the_most_votes_that_may_change_whatever_they_become()
    {
        // All votes of 5 networks on 3 classes, and all that any number of them may be turned into.
        foreach (var votes in Sequences(5))
        {
            var (of, most) = (Votes.Of(votes, 3), 0);
            var reachable = Sequences(5).GroupBy(other => other.Zip(votes).Count(v => v.First != v.Second)).ToDictionary(
                g => g.Key, g => g.ToList());
            while (most < 5 && reachable[most + 1].All(other => Votes.Of(other, 3).Winner == of.Winner)) most++;
            Assert.Equal(most, of.Certified);
        }

        static IEnumerable<int[]> Sequences(int length) => Enumerable.Range(0, (int)Math.Pow(3, length))
            .Select(n => Enumerable.Range(0, length).Select(i => n / (int)Math.Pow(3, i) % 3).ToArray());
    }

    [Fact]
    public void Ties_go_to_the_lower_class_and_silent_networks_do_not_count()
    {
        Assert.Equal(1, Votes.Of([2, 1, 1, 2, -1, -1, -1], 3).Winner);
        Assert.Equal(0, Votes.Of([2, 1, 1, 2, -1, -1, -1], 3).Certified);
    }

    [Fact]
    public void A_part_depends_on_its_samples_alone_and_not_on_their_order()
    {
        var parts = Partition.Of(Digits, 40);
        Assert.Equal(Digits.Count, parts.Sum(p => p.Samples?.Count ?? 0));
        var shuffled = Digits.Take(new PhiloxStream(3, "order").Permutation(Digits.Count));
        Assert.Equal(parts.Select(p => p.Sha256), Partition.Of(shuffled, 40).Select(p => p.Sha256));
        // Sizes are those of balls in urns: 1,297 in 40, 32 and 5.6.
        Assert.All(parts, p => Assert.InRange(p.Samples!.Count, 10, 60));
    }

    [Fact]
    public void One_sample_more_or_less_or_another_label_changes_one_part_and_another_image_two_at_most()
    {
        var parts = Partition.Of(Digits, 40);
        Assert.Equal(1, Changed(Digits.Take([.. Enumerable.Range(1, Digits.Count - 1)])));
        Assert.Equal(1, Changed(new([.. Digits.Inputs, .. Enumerable.Repeat(0.5f, 64)], [.. Digits.Labels, 3])));
        Assert.Equal(1, Changed(new(Digits.Inputs, [(Digits.Labels[0] + 1) % 10, .. Digits.Labels[1..]])));
        Assert.InRange(Changed(new([.. Enumerable.Repeat(0.5f, 64), .. Digits.Inputs[64..]], Digits.Labels)), 1, 2);

        int Changed(Samples samples) => Partition.Of(samples, 40).Zip(parts).Count(p => p.First.Sha256 != p.Second.Sha256);
    }

    [Fact]
    public void A_poison_of_one_sample_trains_one_network_anew()
    {
        var trained = 0;
        using var laboratory = new TestLaboratory(models: new ModelStore(null));
        laboratory.OnLine = line => trained += line.StartsWith("dpa on", StringComparison.Ordinal) ? 1 : 0;
        // One of 400, and four of them.
        var results = laboratory.Run([Cell("data-injection", 0, 20), Cell("data-injection", 0.0025, 20), Cell("data-injection", 0.01, 20)]);
        Assert.Equal([0, 1], results.Take(2).Select(r => (int)Value(r, Metric.Retrained)));
        Assert.InRange(Value(results[2], Metric.Retrained), 1, 4);
        // The first of the four is trained already.
        Assert.InRange(trained, 21, 24);
        Assert.All(results, r => Assert.True(Value(r, Metric.CertifiedAccuracy) <= Value(r, Metric.RobustAccuracy)));
        Assert.True(Value(results[0], Metric.CertifiedAccuracy) == Value(results[0], Metric.CleanAccuracy));
        Assert.True(Value(results[2], Metric.CertifiedAccuracy) < Value(results[1], Metric.CertifiedAccuracy));
    }

    [Fact]
    public void One_part_is_a_network_and_certifies_nothing()
    {
        using var laboratory = new TestLaboratory();
        var result = laboratory.Run([Cell("label-flip", 0.1, 1)])[0];
        Assert.Equal(0, Value(result, Metric.CertifiedMedian));
        Assert.Equal(0, Value(result, Metric.CertifiedAccuracy));
        Assert.True(Value(result, Metric.CleanAccuracy) > 0.7);
    }

    [Fact]
    public void What_changes_images_may_reach_two_parts_a_sample_and_what_flips_labels_one()
    {
        using var laboratory = new TestLaboratory();
        double Certified(string attack, double strength) =>
            Value(laboratory.Run([Cell(attack, strength, 20)])[0], Metric.CertifiedAccuracy);
        // 2 samples of 400 changed, as 4 flipped.
        Assert.Equal(Certified("label-flip", 0.01), Certified("pixel-perturbation", 0.005));
    }

    [Fact]
    public void It_is_for_poison_and_has_no_model_to_show()
    {
        Assert.Contains("does not poison", Compatibility(Cell("fgsm", 0.1, 20)), StringComparison.Ordinal);
        Assert.Contains("do not make 500 parts", Compatibility(Cell("label-flip", 0.1, 500)), StringComparison.Ordinal);
        using var laboratory = new TestLaboratory();
        Assert.Contains("no model to show", Assert.Throws<LabException>(() => laboratory.Trained(Cell("label-flip", 0, 20))).Message,
            StringComparison.Ordinal);

        static string Compatibility(Cell cell) => Lab.Experiments.Plans.Compatibility.Objection(cell, SmallData.Digits)!;
    }
}
