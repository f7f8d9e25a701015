using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses.Input;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Testing;

/// <summary>
/// What must hold for every evasion attack. Each check throws a <see cref="ContractException"/> that says what does not hold.
/// </summary>
/// <param name="attack">The attack, with few steps: what holds for a few holds for any number.</param>
/// <param name="norm">The norm that its strength bounds: <c>linf</c>, <c>l2</c>, <c>l1</c> or <c>l0</c>; null where it bounds none.</param>
public sealed class EvasionContract(EvasionAttack attack, string? norm) : IDisposable
{
    static readonly double[] Strengths = [0, 0.004, 0.03, 0.1, 0.3, 0.5, 1000];

    readonly CpuDevice _device = new();

    /// <summary>Frees the device that the checks compute on.</summary>
    public void Dispose() => _device.Dispose();

    /// <summary>Makes all checks; the test of a plugin calls it.</summary>
    /// <exception cref="ContractException">A check fails.</exception>
    public void Holds()
    {
        StrengthZeroIsTheIdentity();
        StaysWithinBudgetAndBox();
        UsesItsBudget();
        TheSameSeedGivesTheSameBytes();
        foreach (var target in Targets) RowsStandAlone(target);
        if (attack.Objective != Objective.None) EndsWhenCancelled();
    }

    /// <summary>The names of the classifiers that <see cref="RowsStandAlone"/> attacks.</summary>
    public static IReadOnlyList<string> Targets { get; } = ["softmax", "cnn", "filtered"];

    /// <summary>Strength 0 gives the very same images.</summary>
    /// <exception cref="ContractException">An image changes.</exception>
    public void StrengthZeroIsTheIdentity()
    {
        var batch = SmallData.TestBatch(_device, ..50);
        ContractException.Unless(Same(batch.Images.ToArray(), Perturb(batch, [0])[0].ToArray()), "Strength 0 changes images.");
    }

    /// <summary>No image leaves [0, 1], and none moves farther than the strength in the attack's norm.</summary>
    /// <exception cref="ContractException">An image does.</exception>
    public void StaysWithinBudgetAndBox()
    {
        var batch = SmallData.TestBatch(_device, ..100);
        var images = batch.Images.Rows();
        foreach (var (strength, perturbed) in Strengths.Zip(Perturb(batch, Strengths)))
        {
            ContractException.Unless(batch.Images.Shape == perturbed.Shape,
                $"At strength {strength} the shape is another: {perturbed.Shape}.");
            foreach (var value in perturbed.ToArray())
                ContractException.Unless(value is >= 0 and <= 1, $"At strength {strength} a pixel is {value}, outside [0, 1].");
            if (norm is null) continue;
            var moved = perturbed.Rows().Zip(images, (a, b) => Distance(norm, a, b)).Max();
            // Beside the 1e-5: a pixel below 1 is rounded to a multiple of 2^-24, in each of the 64 pixels.
            var most = strength * (1 + 1e-5) + (norm switch { "linf" => 1, "l2" => 8, "l1" => 64, _ => 0 }) * 6e-8;
            ContractException.Unless(moved <= most, $"At strength {strength} an image moves by {moved} in {norm}.");
        }
    }

    /// <summary>With a strength that is enough, at least 40 of 50 images are changed.</summary>
    /// <exception cref="ContractException">Fewer images are changed.</exception>
    public void UsesItsBudget()
    {
        var batch = SmallData.TestBatch(_device, ..50);
        // Who looks for the nearest adversarial image moves nothing where it is farther.
        var enough = attack is MinimumNormAttack ? 1000 : 0.1;
        var moved =
            Perturb(batch, [enough])[0].Rows().Zip(batch.Images.Rows(), (a, b) => Distance("linf", a, b)).Count(distance => distance > 0);
        ContractException.Unless(moved >= 40, $"At strength {enough} only {moved} of 50 images change.");
    }

    /// <summary>The same seed gives the same bytes.</summary>
    /// <returns>Whether another seed gives other bytes.</returns>
    /// <exception cref="ContractException">The same seed gives other bytes.</exception>
    public bool TheSameSeedGivesTheSameBytes()
    {
        var batch = SmallData.TestBatch(_device, ..50);
        float[] Pixels(ulong seed) => Perturb(batch, [0.1], seed)[0].ToArray();
        ContractException.Unless(Same(Pixels(1), Pixels(1)), "The same seed gives other images.");
        return !Same(Pixels(1), Pixels(2));
    }

    /// <summary>A row depends neither on its batch nor on the other strengths.</summary>
    /// <param name="target">The name of the classifier that is attacked, one of <see cref="Targets"/>.</param>
    /// <exception cref="ContractException">A row depends on them.</exception>
    public void RowsStandAlone(string target)
    {
        var among = Perturb(SmallData.TestBatch(_device, ..50), Strengths, target: target);
        var backwards = Perturb(SmallData.TestBatch(_device, [.. Enumerable.Range(0, 50).Reverse()]), [0.1, 0.3], target: target);
        foreach (var sample in new[] { 0, 7, 31, 49 })
        {
            for (var k = 0; k < Strengths.Length; k++)
            {
                var alone = Perturb(SmallData.TestBatch(_device, sample), [Strengths[k]], target: target)[0].ToArray();
                Alike(among[k].Rows()[sample], alone, sample, Strengths[k]);
            }

            Alike(among[3].Rows()[sample], backwards[0].Rows()[49 - sample], sample, 0.1);
            Alike(among[4].Rows()[sample], backwards[1].Rows()[49 - sample], sample, 0.3);
        }

        void Alike(float[] one, float[] other, int sample, double strength) => ContractException.Unless(
            Same(one, other),
            $"Against {target}, at strength {strength}, the row of image {sample} depends on its batch or on the other strengths.");
    }

    /// <summary>A cancelled token ends the attack. An attack that looks at no gradient may be done before it looks at the token.</summary>
    /// <exception cref="ContractException">The attack goes on.</exception>
    public void EndsWhenCancelled()
    {
        var (batch, target) = (SmallData.TestBatch(_device, ..50), Target("cnn"));
        try
        {
            attack.Perturb(target, batch, [0.1], 0, new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ContractException("It goes on though it was cancelled: call ct.ThrowIfCancellationRequested() between steps.");
    }

    Tensor[] Perturb(Batch batch, double[] strengths, ulong seed = 0, string target = "cnn") =>
        attack.Perturb(Target(target), batch, strengths, seed, CancellationToken.None);

    Classifier Target(string name) => name switch
    {
        "softmax" => SmallData.Network(_device, new Softmax()),
        "cnn" => SmallData.Network(_device, new Cnn()),
        _ => new MedianFilter(size: 2).Wrap(SmallData.Network(_device, new Cnn())),
    };

    static bool Same(float[] one, float[] other) => one.Bytes().AsSpan().SequenceEqual(other.Bytes());

    static double Distance(string norm, float[] a, float[] b)
    {
        var differences = a.Zip(b, (x, y) => Math.Abs((double)x - y)).ToArray();
        return norm switch
        {
            "linf" => differences.Max(),
            "l2" => Math.Sqrt(differences.Sum(d => d * d)),
            "l1" => differences.Sum(),
            _ => differences.Count(d => d != 0),
        };
    }
}
