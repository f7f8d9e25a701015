using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Training;

public sealed class TrainTogetherTests : IDisposable
{
    static readonly (Samples Train, ulong Seed)[] Replicas =
        [.. Enumerable.Range(0, 5).Select(i => (Small.Digits.Train.Take([.. Enumerable.Range(100 * i, 200)]), (ulong)(7 * i)))];

    // 200 samples leave a last batch of 8.
    readonly TrainingRecipe _recipe = Small.Recipe(epochs: 2, batch: 32);

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    IReadOnlyList<NamedTensor>[] Together(Model model, int atOnce, Action<string>? report = null) =>
        Trainer.TrainTogether(model, Small.Digits, Replicas, _recipe, _device, report ?? (_ => { }), CancellationToken.None, atOnce);

    void AreThoseTrainedAlone(IReadOnlyList<NamedTensor>[] networks, Model model)
    {
        foreach (var (trained, replica) in networks.Zip(Replicas))
        {
            using var alone = Trainer.Train(model, Small.Digits, replica.Train, _recipe, new None(), replica.Seed, _device, _ => { }, CancellationToken.None);
            Assert.Equal(alone.Download().Select(t => t.Name), trained.Select(t => t.Name));
            Assert.Equal(alone.Download().SelectMany(t => t.Shape), trained.SelectMany(t => t.Shape));
            Assert.Equal(alone.Bytes(), trained.SelectMany(t => t.Values).Bytes());
        }
    }

    public static TheoryData<Model> Models => [new Softmax(), new Mlp(hidden: 20), new Cnn()];

    [Theory, MemberData(nameof(Models))]
    public void Networks_trained_as_one_are_bit_for_bit_those_trained_alone(Model model) => AreThoseTrainedAlone(Together(model, atOnce: 5), model);

    [Fact]
    public void What_does_not_fit_into_memory_is_trained_in_halves()
    {
        var sizes = new List<string>();
        var networks = Together(new Softmax(), atOnce: 5, line =>
        {
            sizes.Add(line[(line.LastIndexOf("networks", StringComparison.Ordinal) + 9)..]);
            if (line.Contains("1 to 5", StringComparison.Ordinal) || line.Contains("1 to 3", StringComparison.Ordinal)) throw new InsufficientMemoryException();
        });
        Assert.Equal(["1 to 5 of 5", "1 to 3 of 5", "1 to 2 of 5", "3 to 4 of 5", "5 to 5 of 5"], sizes.Distinct());
        AreThoseTrainedAlone(networks, new Softmax());
    }

    [Fact]
    public void One_that_does_not_fit_alone_is_the_callers_affair() =>
        Assert.Throws<InsufficientMemoryException>(() => Together(new Softmax(), atOnce: 5, _ => throw new InsufficientMemoryException()));

    [Fact]
    public void Training_sets_of_different_sizes_are_refused()
    {
        (Samples, ulong)[] unequal = [Replicas[0], (Small.Digits.Train.Take([1, 2, 3]), 1)];
        Assert.Throws<ArgumentException>(() => Trainer.TrainTogether(new Softmax(), Small.Digits, unequal, _recipe, _device, _ => { }, CancellationToken.None));
    }
}
