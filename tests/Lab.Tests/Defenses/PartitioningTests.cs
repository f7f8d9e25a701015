using Grid.Compute.Cpu;
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
        int[][] votes = [[0], [1], [2]];
        foreach (var (verdict, withstood) in Withstood(votes, 5, Votes.Plurality)) Assert.Equal(withstood, verdict.Certified);
    }

    [Fact]
    public void A_run_off_withstands_what_its_certificate_says_and_mostly_no_more()
    {
        // All rankings of 3 classes by 4 networks, one of which may say nothing.
        int[][] rankings = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], []];
        var all = Withstood(rankings, 4, Votes.RunOff);
        Assert.All(all, v => Assert.True(v.Elected.Certified <= v.Withstood));
        Assert.True(all.Count(v => v.Elected.Certified == v.Withstood) > 0.9 * all.Count);
        Assert.Contains(all, v => v.Elected.Certified == 1);
    }

    /// <summary>What each way to vote ends with, and how many votes may become any others without changing the winner.</summary>
    static List<(Elected Elected, int Withstood)> Withstood(
        int[][] votes, int networks, Func<IReadOnlyList<int[]>, int, Elected> elect)
    {
        int[][] ways = [.. Enumerable.Range(0, (int)Math.Pow(votes.Length, networks)).Select(n =>
            Enumerable.Range(0, networks).Select(i => n / (int)Math.Pow(votes.Length, i) % votes.Length).ToArray())];
        var verdicts = Array.ConvertAll(ways, way => elect([.. way.Select(v => votes[v])], 3));
        return [.. ways.Select((way, i) => (verdicts[i], Enumerable.Range(0, ways.Length)
            .Where(other => verdicts[other].Winner != verdicts[i].Winner).Min(other => Changed(way, ways[other])) - 1))];

        static int Changed(int[] a, int[] b)
        {
            var changed = 0;
            for (var i = 0; i < a.Length; i++)
                if (a[i] != b[i]) changed++;
            return changed;
        }
    }

    [Fact]
    public void A_run_off_takes_the_class_that_more_networks_prefer_and_certifies_more_where_the_others_do()
    {
        // Four put 0 first, three 1, and the two who want 2 would rather have 1 than 0.
        int[][] rankings = [[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2], [1, 0, 2], [1, 0, 2], [1, 0, 2], [2, 1, 0], [2, 1, 0]];
        Assert.Equal(0, Votes.Plurality(rankings, 3).Winner);
        Assert.Equal(1, Votes.RunOff(rankings, 3).Winner);
        // Whoever loses the first round backs the winner.
        int[][] split =
        [
            .. Enumerable.Repeat<int[]>([0, 1, 2], 5), .. Enumerable.Repeat<int[]>([1, 0, 2], 4), .. Enumerable.Repeat<int[]>([2, 0, 1], 3),
        ];
        Assert.Equal(new(0, 0), Votes.Plurality(split, 3));
        Assert.Equal(new(0, 1), Votes.RunOff(split, 3));
    }

    [Fact]
    public void Ties_go_to_the_lower_class_and_silent_networks_do_not_count()
    {
        int[][] votes = [[2], [1], [1], [2], [], [], []];
        Assert.Equal(new(1, 0), Votes.Plurality(votes, 3));
        Assert.Equal(1, Votes.RunOff([[2, 1, 0], [1, 2, 0], [1, 2, 0], [2, 1, 0], [], []], 3).Winner);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_run_off_shares_its_networks_with_a_plurality_and_certifies_at_least_as_often(bool runOffFirst)
    {
        var trained = 0;
        using var laboratory = new TestLaboratory(models: new ModelStore(null));
        laboratory.OnLine = line => trained += line.StartsWith("dpa on", StringComparison.Ordinal) ? 1 : 0;
        var cell = Cell("label-flip", 0.01, 20);
        Cell[] elections = [cell with { Defense = Choices.Of("defense", "dpa", ("partitions", 20), ("election", "run-off")) }, cell];
        if (!runOffFirst) Array.Reverse(elections);
        var first = laboratory.Run([elections[0]])[0];
        var before = trained;
        var second = laboratory.Run([elections[1]])[0];
        var (runOff, plurality) = runOffFirst ? (first, second) : (second, first);
        Assert.Null(runOff.Error);
        Assert.True(before > 0);
        Assert.Equal(before, trained);
        Assert.True(Value(runOff, Metric.CertifiedAccuracy) >= Value(plurality, Metric.CertifiedAccuracy) - 0.02,
            $"{Value(runOff, Metric.CertifiedAccuracy)} by run-off, {Value(plurality, Metric.CertifiedAccuracy)} by plurality");
        Assert.True(Value(runOff, Metric.CertifiedAccuracy) <= Value(runOff, Metric.RobustAccuracy));
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
    public void Answers_that_are_kept_are_taken_for_no_other_cell()
    {
        var cell = Cell("label-flip", 0.01, 20);
        Cell[] all =
        [
            cell with { Evaluation = cell.Evaluation with { Settings = cell.Evaluation.Settings.SetItem("samples", 50) } },
            cell with { Evaluation = cell.Evaluation with { Settings = cell.Evaluation.Settings.SetItem("samples", 80) } },
            cell with { Seed = 1 },
            cell with { Training = cell.Training with { Settings = cell.Training.Settings.SetItem("epochs", 2) } },
            cell with { Defense = Choices.Of("defense", "dpa", ("partitions", 20), ("election", "run-off")) },
            cell,
        ];
        using var one = new TestLaboratory(models: new ModelStore(null));
        foreach (var each in all)
        {
            using var alone = new TestLaboratory();
            Assert.Equal(TestLaboratory.Numbers(alone.Run([each])[0]), TestLaboratory.Numbers(one.Run([each])[0]));
        }
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

    [Theory, InlineData(1), InlineData(8)]
    public void Networks_that_take_no_replica_axis_vote_too(int replicas)
    {
        using var laboratory = new TestLaboratory(new CpuDevice { Replicas = replicas });
        var cell = TestLaboratory.Cell("digits", ("resnet20", []), ("label-flip", []), ("dpa", [("partitions", 4)]), 0.1, samples: 20,
            training: [("epochs", 1), ("samples", 40), ("batch", 40)]);
        var result = laboratory.Run([cell])[0];
        Assert.Null(result.Error);
        Assert.Equal(4, laboratory.Lines.Count(l => l.Contains(" of 4 networks", StringComparison.Ordinal)));
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
