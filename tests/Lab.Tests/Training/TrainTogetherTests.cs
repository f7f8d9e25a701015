using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Smoothing;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Training;

public sealed class TrainTogetherTests : IDisposable
{
    static readonly (Samples Train, ulong Seed)[] Replicas =
        [.. Enumerable.Range(0, 5).Select(i => (SmallData.Digits.Train.Take([.. Enumerable.Range(100 * i, 200)]), (ulong)(7 * i)))];

    // 200 samples leave a last batch of 8.
    readonly TrainingRecipe _recipe = SmallData.Recipe(epochs: 2, batch: 32);

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    IReadOnlyList<NamedTensor>?[] Together(Model model, int? atOnce, Action<string>? report = null, CpuDevice? device = null) =>
        Trainer.TrainTogether(model, SmallData.Digits, Replicas, _recipe, device ?? _device, report ?? (_ => { }),
            CancellationToken.None, atOnce);

    void AreThoseTrainedAlone(IReadOnlyList<NamedTensor>?[] networks, Model model)
    {
        foreach (var (trained, replica) in networks.Zip(Replicas))
        {
            using var alone = Trainer.Train(model, SmallData.Digits, replica.Train, _recipe, new None(), replica.Seed, _device, _ => { },
                CancellationToken.None);
            Assert.NotNull(trained);
            Assert.Equal(alone.Download().Select(t => t.Name), trained.Select(t => t.Name));
            Assert.Equal(alone.Download().SelectMany(t => t.Shape), trained.SelectMany(t => t.Shape));
            Assert.Equal(alone.Bytes(), trained.SelectMany(t => t.Values).Bytes());
        }
    }

    public static TheoryData<Model> Models => [new Softmax(), new Mlp(hidden: 20), new Cnn()];

    [Theory, MemberData(nameof(Models))]
    public void Networks_trained_as_one_are_bit_for_bit_those_trained_alone(Model model) =>
        AreThoseTrainedAlone(Together(model, atOnce: 5), model);

    public static TheoryData<Defense> Defenses =>
    [
        new PgdTraining(epsilon: 0.2, steps: 3), new FgsmTraining(epsilon: 0.2), new AdversarialTraining(new Pgd(steps: 2), epsilon: 0.1),
        new Trades(steps: 2), new Mart(steps: 2), new FastTraining(guard: 5), new Awp(new Trades(steps: 2), gamma: 0.05),
        new SmoothAdv(steps: 1), new RandomizedSmoothing(0.25, trainNoise: true), new Ibp(epsilon: 0.1),
    ];

    [Theory, MemberData(nameof(Defenses))]
    public void Networks_that_train_on_attacks_do_so_as_one_bit_for_bit_as_alone(Defense defense)
    {
        Assert.True(defense.TrainsTogether);
        var together = Trainer.TrainTogether(new Cnn(), SmallData.Digits, Replicas[..3], _recipe, _device, _ => { },
            CancellationToken.None, atOnce: 3, defense);
        foreach (var (trained, replica) in together.Zip(Replicas))
        {
            using var alone = Trainer.Train(new Cnn(), SmallData.Digits, replica.Train, _recipe, defense, replica.Seed, _device, _ => { },
                CancellationToken.None);
            Assert.Equal(alone.Bytes(), trained!.SelectMany(t => t.Values).Bytes());
        }
    }

    /// <summary>Pairs of losses that differ in what a network may have of its own.</summary>
    public static TheoryData<Defense, Defense> Unlike => new()
    {
        { new PgdTraining(epsilon: 0.2, steps: 3), new PgdTraining(epsilon: 0.05, ratio: 0.5, steps: 3, warmUp: 0.8) },
        { new FgsmTraining(epsilon: 0.2), new FgsmTraining(epsilon: 0.1, ratio: 1) },
        { new AdversarialTraining(new Pgd(steps: 2), epsilon: 0.1), new AdversarialTraining(new Pgd(steps: 2), epsilon: 0.3, ratio: 1) },
        { new Trades(beta: 1, steps: 2), new Trades(beta: 6, epsilon: 0.1, steps: 2, warmUp: 0) },
        { new Trades(beta: 0, steps: 2), new Trades(beta: 6, steps: 2) },
        { new Mart(steps: 2), new Mart(beta: 1, epsilon: 0.1, steps: 2, warmUp: 0) },
        { new FastTraining(guard: 5), new FastTraining(epsilon: 0.1, alpha: 0.5, guard: 5) },
        { new Awp(new Trades(steps: 2), gamma: 0.05), new Awp(new Trades(beta: 3, epsilon: 0.1, steps: 2), gamma: 0) },
        { new SmoothAdv(steps: 1), new SmoothAdv(epsilon: 0.1, steps: 1) },
        { new Ibp(epsilon: 0.1), new Ibp(epsilon: 0.05, kappa: 0.9) },
    };

    [Theory, MemberData(nameof(Unlike))]
    public void Networks_whose_defenses_differ_in_numbers_train_as_one_bit_for_bit_as_alone(Defense one, Defense other) =>
        Agree([(_recipe, one), (_recipe, other), (_recipe, one)], new Cnn());

    [Fact]
    public void Every_number_that_a_network_may_have_of_its_own_was_tried() => Assert.Equal(
        typeof(Defense).Assembly.GetTypes()
            .Where(t => typeof(Defense).IsAssignableFrom(t)
                && t.GetConstructors().Any(c => c.GetParameters().Any(p => p.IsDefined(typeof(PerNetworkAttribute), false))))
            .Select(t => t.Name)
            .Order(),
        Unlike.Select(row => row.Data.Item1.GetType().Name).Distinct().Order());

    public static TheoryData<Optimizer, Optimizer> Rates => new()
    {
        { new Adam(lr: 0.01), new Adam(lr: 0.001) }, { new Sgd(lr: 0.1), new Sgd(lr: 0.01) },
        { new Sgd(lr: 0.1, momentum: 0.9), new Sgd(lr: 0.03, momentum: 0.9) },
    };

    [Theory, MemberData(nameof(Rates))]
    public void Networks_with_learning_rates_of_their_own_train_as_one_bit_for_bit_as_alone(Optimizer one, Optimizer other) => Agree(
        [.. new[] { (one, 0.1), (other, 0.5), (one, 0.9) }.Select(
            r => (new TrainingRecipe(r.Item1, new StepDecay(times: 2, r.Item2), epochs: 2, batch: 32), (ITrainingLoss)new None()))],
        new Mlp(hidden: 20));

    void Agree((TrainingRecipe Recipe, ITrainingLoss Loss)[] each, Model model)
    {
        var replicas = Replicas[..each.Length];
        var together = Trainer.TrainTogether(model, SmallData.Digits, replicas, _recipe, _device, _ => { }, CancellationToken.None,
            atOnce: each.Length, each: each);
        foreach (var (trained, (replica, own)) in together.Zip(replicas.Zip(each)))
        {
            using var alone = Trainer.Train(model, SmallData.Digits, replica.Train, own.Recipe, own.Loss, replica.Seed, _device, _ => { },
                CancellationToken.None);
            Assert.Equal(alone.Bytes(), trained!.SelectMany(t => t.Values).Bytes());
        }
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_trained_in_halves()
    {
        var sizes = new List<string>();
        var networks = Together(new Softmax(), atOnce: 5, line =>
        {
            sizes.Add(line[(line.LastIndexOf("networks", StringComparison.Ordinal) + 9)..]);
            if (line.Contains("1 to 5", StringComparison.Ordinal) || line.Contains("1 to 3", StringComparison.Ordinal))
                throw new InsufficientMemoryException();
        });
        Assert.Equal(["1 to 5 of 5", "1 to 3 of 5", "1 to 2 of 5", "3 to 4 of 5", "5 to 5 of 5"], sizes.Distinct());
        AreThoseTrainedAlone(networks, new Softmax());
    }

    [Theory, InlineData(2, "1 to 2 of 5", "3 to 4 of 5", "5 to 5 of 5"), InlineData(5, "1 to 5 of 5"),
        InlineData(0, "1 to 1 of 5", "2 to 2 of 5", "3 to 3 of 5", "4 to 4 of 5", "5 to 5 of 5")]
    public void As_many_are_trained_as_one_as_memory_holds_by_the_measure_of_one(int room, params string[] expected)
    {
        var model = new Cnn();
        var taken = _device.BytesTaken(
            () => Trainer.TrainTogether(model, SmallData.Digits, [Replicas[0]], _recipe, _device, _ => { }, CancellationToken.None));
        // Half of the memory is for what operators take meanwhile.
        using var device = new CpuDevice { Replicas = 64, Memory = 2 * room * taken + 1 };
        var sizes = new List<string>();
        IReadOnlyList<NamedTensor>?[] networks = [];
        var most = device.BytesTaken(
            () =>
                networks = Together(model, atOnce: null,
                    line => sizes.Add(line[(line.LastIndexOf("networks", StringComparison.Ordinal) + 9)..]), device));
        Assert.Equal(expected, sizes.Distinct());
        Assert.InRange(most, 0, Math.Max(1, room) * taken * 1.3);
        AreThoseTrainedAlone(networks, model);
    }

    // One at a time, and two at a time, the one that comes to nothing is all that there is of a round, or half of it.
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void One_that_comes_to_nothing_leaves_the_others_as_they_are(int atOnce)
    {
        var wild = new Samples([.. Replicas[2].Train.Inputs.Select(_ => float.NaN)], Replicas[2].Train.Labels);
        (Samples, ulong)[] replicas = [.. Replicas[..2], (wild, 3), .. Replicas[3..]];
        var networks =
            Trainer.TrainTogether(new Mlp(), SmallData.Digits, replicas, _recipe, _device, _ => { }, CancellationToken.None, atOnce);
        Assert.Null(networks[2]);
        networks[2] = Together(new Mlp(), atOnce: 1)[2];
        AreThoseTrainedAlone(networks, new Mlp());
        Assert.Throws<LabException>(
            () => Trainer.TrainTogether(new Mlp(), SmallData.Digits, [(wild, 3), (wild, 4)], _recipe, _device, _ => { },
                CancellationToken.None, atOnce));
    }

    [Fact]
    public void One_that_does_not_fit_alone_is_the_callers_affair() =>
        Assert.Throws<InsufficientMemoryException>(() => Together(new Softmax(), atOnce: 5, _ => throw new InsufficientMemoryException()));

    /// <summary>Batches of 32 make seven steps of 200, 195 and 224 samples, the last of them 8, 3 and 32; with batches of all samples there
    /// is a single step.</summary>
    public static TheoryData<Model, int> Batches => new()
    {
        { new Softmax(), 32 }, { new Mlp(hidden: 20), 32 }, { new Cnn(), 32 }, { new Softmax(), 0 }, { new Mlp(hidden: 20), 250 },
        { new Cnn(), 0 },
    };

    [Theory, MemberData(nameof(Batches))]
    public void Training_sets_of_unlike_size_train_as_one_bit_for_bit_as_alone_where_they_take_as_many_steps(Model model, int batch)
    {
        var recipe = SmallData.Recipe(epochs: 3, batch: batch);
        int[] sizes = [200, 195, 224, 193, 224];
        (Samples Train, ulong Seed)[] replicas =
            [.. sizes.Select((n, i) => (SmallData.Digits.Train.Take([.. Enumerable.Range(50 * i, n)]), (ulong)i))];
        var together = Trainer.TrainTogether(
            model, SmallData.Digits, replicas, recipe, _device, _ => { }, CancellationToken.None, atOnce: 5);
        foreach (var (trained, replica) in together.Zip(replicas))
        {
            using var alone = Trainer.Train(model, SmallData.Digits, replica.Train, recipe, new None(), replica.Seed, _device, _ => { },
                CancellationToken.None);
            Assert.Equal(alone.Bytes(), trained!.SelectMany(t => t.Values).Bytes());
        }
    }

    [Fact]
    public void Images_that_are_changed_in_each_step_are_changed_as_they_are_for_a_network_alone()
    {
        var recipe = new TrainingRecipe(
            new Adam(lr: 0.01), new Constant(), epochs: 2, batch: 32, augment: [Augmentation.Flip, Augmentation.Crop]);
        Agree([(recipe, new PlainLoss()), (recipe, new PlainLoss()), (recipe, new PlainLoss())], new Softmax());
    }

    [Fact]
    public void Training_sets_of_unlike_size_are_refused_where_an_epoch_takes_more_steps_or_the_loss_is_not_the_plain_one()
    {
        void Train(int other, ITrainingLoss? loss) => Trainer.TrainTogether(
            new Softmax(), SmallData.Digits, [Replicas[0], (SmallData.Digits.Train.First(other), 1)], _recipe, _device, _ => { },
            CancellationToken.None, defense: loss);
        Train(199, loss: null);
        Assert.Throws<ArgumentException>(() => Train(3, loss: null));
        Assert.Throws<ArgumentException>(() => Train(199, new Trades()));
    }
}
