using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Workloads;

/// <summary>The row of a robust network as RobustBench has it: what AutoAttack leaves of the first test images, and what that takes; the
/// note adds the clean images and those that PGD leaves.</summary>
static class Robust
{
    const double Epsilon = 0.3;

    static readonly Lazy<float[][]> Trained = new(Train);

    static readonly Lazy<string> Others = new(() =>
        $"pgd-40 {Curves.Left(new Pgd(steps: 40), Epsilon, Network())}, clean {Curves.Left(new Pgd(steps: 40), 0, Network())}");

    public static string Row()
    {
        var others = Others.Value;
        return $"autoattack {Curves.Left(new AutoAttack(), Epsilon, Network())}, {others}";
    }

    static Network Network() => new(new Cnn(), Mnist.Data.Shape, Mnist.Data.Classes, Mnist.Device, Trained.Value);

    /// <summary>Five epochs of PGD training, as in examples/autoattack.yaml.</summary>
    static float[][] Train()
    {
        var recipe = new TrainingRecipe(new Adam(), new Constant(), epochs: 5);
        using var network = Trainer.Train(new Cnn(), Mnist.Data, Mnist.Data.Train, recipe, new PgdTraining(Epsilon), seed: 0,
            Mnist.Device, _ => { }, CancellationToken.None);
        return [.. network.Download().Select(t => t.Values)];
    }
}
