using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

public sealed class ExperimentRunnerTests : IDisposable
{
    static readonly Cell[] Evasion = [.. new[] { 0, 0.1, 0.2 }.Select(strength => TestLaboratory.Small("pgd", "none", strength))];

    readonly TemporaryFolder _folder = new();
    readonly TestLaboratory _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    static int Trainings(TestLaboratory bench) => bench.Lines.Count(line => line.Contains("epoch 1 of", StringComparison.Ordinal));

    [Fact]
    public void One_model_serves_every_attack_and_every_wrapper_on_it()
    {
        foreach (var (attack, defense) in new[] { ("fgsm", "none"), ("pgd", "none"), ("noise", "median-filter"), ("fgsm", "median-filter") })
            _bench.Run([TestLaboratory.Small(attack, defense, 0), TestLaboratory.Small(attack, defense, 0.1)]);
        Assert.Equal(1, Trainings(_bench));

        _bench.Run([TestLaboratory.Small("fgsm", "adversarial-training", 0)]);
        Assert.Equal(2, Trainings(_bench));

        // The control of a poisoning is the same clean model.
        _bench.Run([TestLaboratory.Small("label-flip", "none", 0.1), TestLaboratory.Small("label-flip", "median-filter", 0.1)]);
        Assert.Equal(3, Trainings(_bench));
    }

    [Fact]
    public void A_model_on_disk_gives_the_same_result_as_one_just_trained()
    {
        var fresh = _bench.Run(Evasion).Select(TestLaboratory.Numbers);
        for (var run = 0; run < 2; run++)
        {
            using var bench = new TestLaboratory(models: new ModelStore(_folder.Path));
            Assert.Equal(fresh, bench.Run(Evasion).Select(TestLaboratory.Numbers));
            Assert.Equal(1 - run, Trainings(bench));
        }
    }

    [Fact]
    public void Running_out_of_memory_is_tried_once_more_in_smaller_batches_with_the_same_result()
    {
        var undisturbed = _bench.Run(Evasion).Select(TestLaboratory.Numbers).ToArray();
        var before = _bench.Lines.Count;
        _bench.OnLine = Once(line => line.Contains("250 of 500", StringComparison.Ordinal));

        var results = _bench.Run(Evasion);

        Assert.Equal(undisturbed, results.Select(TestLaboratory.Numbers));
        Assert.All(results, result => Assert.Equal(2, result.Attempts));
        Assert.Contains(_bench.Lines.Skip(before), line => line.Contains("125 of 500", StringComparison.Ordinal));
    }

    [Fact]
    public void Poisoned_cells_that_were_reported_before_memory_ran_out_stay_as_they_are()
    {
        Cell[] cells = [.. new[] { 0, 0.1, 0.2 }.Select(strength => TestLaboratory.Small("label-flip", "none", strength))];
        var undisturbed = _bench.Run(cells).Select(TestLaboratory.Numbers).ToArray();
        using var other = new TestLaboratory();
        var trained = 0;
        other.OnLine = Once(line => line.Contains("epoch 1", StringComparison.Ordinal) && ++trained == 3);

        var results = other.Run(cells);

        Assert.Equal(undisturbed, results.Select(TestLaboratory.Numbers));
        Assert.Equal([1, 1, 2], results.Select(result => result.Attempts));
    }

    [Fact]
    public void Running_out_of_memory_again_fails_the_cells()
    {
        _bench.OnLine = line =>
        {
            if (line.Contains("of 500", StringComparison.Ordinal)) throw new InsufficientMemoryException();
        };
        Assert.All(_bench.Run(Evasion), result =>
        {
            Assert.Equal(CellStatus.Failed, result.Status);
            Assert.Equal("Out of memory on cpu, also at 125 samples side by side.", result.Error);
            Assert.Equal(FailureKind.OutOfMemory, result.Failure);
            Assert.Equal(2, result.Attempts);
        });
    }

    [Fact]
    public void An_impossible_poison_fails_its_cells_but_not_the_control()
    {
        var attack = Choices.Of(Category.Attack, "label-flip", ("mode", "targeted"), ("source", 3), ("target", 77));
        var results = _bench.Run([.. new[] { 0, 0.1 }.Select(strength => TestLaboratory.Small("label-flip", "none", strength) with { Attack = attack })]);
        Assert.Equal([CellStatus.Done, CellStatus.Failed], results.Select(result => result.Status));
        Assert.Equal(FailureKind.Experiment, results[1].Failure);
        Assert.Contains("source 3 and target 77 must be two different classes of digits", results[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_ends_the_call_and_leaves_the_cells_open()
    {
        using var source = new CancellationTokenSource();
        _bench.OnLine = line =>
        {
            if (line.Contains("250 of 500", StringComparison.Ordinal)) source.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => _bench.Run(Evasion, source.Token));

        _bench.OnLine = _ => { };
        using var other = new TestLaboratory();
        Assert.Equal(other.Run(Evasion).Select(TestLaboratory.Numbers), _bench.Run(Evasion).Select(TestLaboratory.Numbers));
    }

    [Fact]
    public void Results_carry_their_provenance()
    {
        var result = _bench.Run([Evasion[1]])[0];
        Assert.Equal((LabVersion.Current, "cpu", "test"), (result.Provenance.Version, result.Provenance.Device, result.Provenance.Commit));
        Assert.Equal(1, result.Attempts);
    }

    static Action<string> Once(Func<string, bool> when)
    {
        var thrown = false;
        return line =>
        {
            if (thrown || !when(line)) return;
            thrown = true;
            throw new InsufficientMemoryException();
        };
    }
}
