using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>
/// Five points against a linear classifier of the digits 4 and 0, 100 training and 500 validation samples, all 1,962 to test. Measured by
/// others on a linear SVM: error .005 to .014 clean, .053 to .092 with the points merely flipped, .151 to .297 optimised, by seed. Ours is
/// softmax regression by full-batch descent.
/// </summary>
[Trait("Category", "Long")]
public class BiggioNumbersTests
{
    [Fact]
    public async Task Five_points_against_two_digits_do_what_they_did_elsewhere()
    {
        RealData.PathOf("mnist");
        using var device = new CpuDevice();
        var data =
            await new Subset(new Mnist(), [4, 0], train: 600).Load(RealData.DataFolder(), null, TestContext.Current.CancellationToken);
        var recipe = new TrainingRecipe(new Sgd(lr: 0.2), new Constant(), epochs: 5000, batch: 0);
        var train = data.Train.First(100);
        var (flipped, optimised) = (new List<double>(), new List<double>());
        for (var seed = 0UL; seed < 3; seed++)
        {
            var set = new Dataset(data.Name, data.Shape, 2, train, data.Test, data.Sha256);
            var victim = new PoisoningContext(set, seed, device, () => throw new InvalidOperationException(),
                default)
            { Reserve = new(data.Train.From(100)) };
            if (seed == 0) Assert.InRange(Error(train, seed), 0.005, 0.015);
            flipped.Add(Error(new Biggio(optimise: false).Poison(victim, 5).Samples, seed));
            optimised.Add(Error(new Biggio().Poison(victim, 5).Samples, seed));
        }

        // Flipped points at random may be harmless; the means of three seeds are compared.
        Assert.InRange(flipped.Average(), 0.02, 0.10);
        Assert.All(optimised, error => Assert.InRange(error, 0.15, 0.35));
        Assert.True(optimised.Average() > 2.4 * flipped.Average(),
            $"flipped {string.Join(' ', flipped)}, optimised {string.Join(' ', optimised)}");

        double Error(Samples samples, ulong seed)
        {
            using var network = Trainer.Train(new Softmax(), data, samples, recipe, new None(), seed, device, _ => { }, default);
            using var scope = device.Scope();
            var test = new Batches(data.Test, data.Shape, device).Take(Enumerable.Range(0, data.Test.Count).ToArray());
            return network.Predict(test.Images).ToArray().Zip(data.Test.Labels).Count(p => p.First != p.Second) / (double)data.Test.Count;
        }
    }
}
