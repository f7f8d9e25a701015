using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    Network Train(Model model, TrainingRecipe recipe, ulong seed = 0, Defense? defense = null, Action<string>? report = null,
        CancellationToken ct = default) =>
        Trainer.Train(model, SmallData.Digits, SmallData.Digits.Train, recipe, defense ?? new None(), seed, _device,
            report ?? (_ => { }), ct);

    double Accuracy(Classifier network)
    {
        using var scope = _device.Scope();
        var batch = SmallData.TestBatch(_device, ..500);
        return network.Predict(batch.Images).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second) / 500.0;
    }

    float Loss(Classifier network, int samples)
    {
        using var scope = _device.Scope();
        var batch = new Batches(SmallData.Digits.Train, SmallData.Digits.Shape, _device).Take(Enumerable.Range(0, samples).ToArray());
        return network.LossGradient(batch.Images, batch.Labels, lossOnly: true).Loss.ToArray().Average();
    }

    // PyTorch's start is slower on so little data: after 20 epochs it is a percent behind.
    [Theory]
    [InlineData(Initialisation.He, 0), InlineData(Initialisation.He, 1), InlineData(Initialisation.He, 2)]
    [InlineData(Initialisation.Pytorch, 0), InlineData(Initialisation.Pytorch, 1), InlineData(Initialisation.Pytorch, 2)]
    public void A_small_CNN_learns_digits(Initialisation initialisation, int seed)
    {
        var recipe = new TrainingRecipe(new Adam(), new Constant(), epochs: 20, batch: 32, initialisation: initialisation);
        using var network = Train(new Cnn(), recipe, (ulong)seed);
        Assert.InRange(Accuracy(network), initialisation == Initialisation.He ? 0.94 : 0.92, 1);
    }

    public static TheoryData<string> Optimizers => ["sgd", "momentum", "adam", "whole set", "cosine", "step"];

    [Theory, MemberData(nameof(Optimizers))]
    public void The_loss_falls(string optimizer)
    {
        var recipe = optimizer switch
        {
            "sgd" => SmallData.Recipe(optimizer: new Sgd(lr: 0.5)),
            "momentum" => SmallData.Recipe(optimizer: new Sgd(lr: 0.1, momentum: 0.9)),
            "whole set" => SmallData.Recipe(epochs: 60, batch: 0, new Sgd(lr: 0.5)),
            "cosine" => SmallData.Recipe(schedule: new Cosine()),
            "step" => SmallData.Recipe(schedule: new StepDecay()),
            _ => SmallData.Recipe(),
        };
        using var fresh = Train(new Mlp(hidden: 32), SmallData.Recipe(epochs: 0));
        using var trained = Train(new Mlp(hidden: 32), recipe);
        Assert.True(Loss(trained, 1297) < 0.9 * Loss(fresh, 1297), $"{optimizer}: from {Loss(fresh, 1297)} to {Loss(trained, 1297)}");
    }

    [Fact]
    public void Batch_gradient_descent_is_what_its_formula_says()
    {
        // Two steps of softmax regression on 100 samples: W -= lr v, v = momentum v + mean((p - y) x).
        const int Count = 100, Classes = 10, Size = 64;
        const double Rate = 0.5, Momentum = 0.9;
        using var network = Trainer.Train(
            new Softmax(), SmallData.Digits, SmallData.Digits.First(Count).Train,
            SmallData.Recipe(epochs: 2, batch: 0, new Sgd(Rate, Momentum)), new None(), 4, _device,
            _ => { }, CancellationToken.None);
        var start = Initial.Values(new Softmax().Parameters(SmallData.Digits.Shape, Classes), Initialisation.He, 4);
        var (weights, bias) = (Array.ConvertAll(start[0], w => (double)w), Array.ConvertAll(start[1], b => (double)b));
        var velocity = new double[Classes * (Size + 1)];
        for (var step = 0; step < 2; step++)
        {
            var gradient = new double[Classes * (Size + 1)];
            for (var n = 0; n < Count; n++)
            {
                var x = SmallData.Digits.Train.Inputs.AsSpan(n * Size, Size).ToArray();
                var powers = Enumerable.Range(0, Classes)
                    .Select(c => Math.Exp(bias[c] + x.Select((v, i) => v * weights[c * Size + i]).Sum()))
                    .ToArray();
                for (var c = 0; c < Classes; c++)
                {
                    var error = (powers[c] / powers.Sum() - (SmallData.Digits.Train.Labels[n] == c ? 1 : 0)) / Count;
                    for (var i = 0; i < Size; i++) gradient[c * Size + i] += error * x[i];
                    gradient[Classes * Size + c] += error;
                }
            }

            for (var i = 0; i < gradient.Length; i++)
            {
                velocity[i] = Momentum * velocity[i] + gradient[i];
                if (i < weights.Length) weights[i] -= Rate * velocity[i];
                else bias[i - weights.Length] -= Rate * velocity[i];
            }
        }

        Assert.All(weights.Zip(network.Parameters[0].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(bias.Zip(network.Parameters[1].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Training_depends_on_its_arguments_alone()
    {
        using var two = new CpuDevice(threads: 2);
        var once = Train(new Cnn(), SmallData.Recipe(epochs: 1)).Bytes();
        using var again = Trainer.Train(new Cnn(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 1), new None(), 0,
            two, _ => { }, CancellationToken.None);
        Assert.Equal(once, again.Bytes());
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_training_with_the_epoch()
    {
        var error = Assert.Throws<LabException>(
            () => Train(new Softmax(), SmallData.Recipe(epochs: 5, optimizer: new Sgd(lr: 1e6), schedule: new Explosion())));
        Assert.Matches("^The loss is not a number after epoch [1-5]: lower the learning rate.$", error.Message);
    }

    [Fact]
    public void A_last_step_that_leaves_no_numbers_is_noticed_too() =>
        Assert.Throws<LabException>(
            () => Train(new Softmax(), SmallData.Recipe(epochs: 2, batch: 0, new Sgd(lr: 1e6, momentum: 0.5), new Explosion())));

    [Fact]
    public void Cancellation_is_noticed_before_the_next_step()
    {
        using var source = new CancellationTokenSource();
        var defense = new CountsSteps(number =>
        {
            if (number == 4) source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => Train(new Softmax(), SmallData.Recipe(), defense: defense, ct: source.Token));
        Assert.Equal(5, defense.Steps);
    }

    [Fact]
    public void Every_epoch_visits_every_sample_once_in_an_order_of_its_own()
    {
        var epochs = new[] { new List<int>(), new List<int>() };
        var steps = (1297 + 31) / 32;
        using var network = Train(new Softmax(), SmallData.Recipe(epochs: 2),
            defense: new CountsSteps(_ => { }, step => epochs[step.Number / steps].AddRange(step.Batch.Samples.ToArray())));
        Assert.All(epochs, visited => Assert.Equal(Enumerable.Range(0, 1297), visited.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    sealed class CountsSteps(Action<int> before, Action<TrainingStep>? look = null) : Defense
    {
        public int Steps { get; private set; }

        public override Variable Loss(TrainingStep step)
        {
            Steps++;
            before(step.Number);
            look?.Invoke(step);
            return base.Loss(step);
        }
    }

    /// <summary>Harmless until the very last step.</summary>
    sealed class Explosion : Schedule
    {
        public override double Factor(double progress) => progress < 0.5 ? 1e-6 : 1e38;
    }
}
