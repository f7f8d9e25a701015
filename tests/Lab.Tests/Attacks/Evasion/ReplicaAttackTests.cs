using FsCheck;
using FsCheck.Fluent;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Input;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>Several networks attacked as one, against each attacked alone.</summary>
public sealed class ReplicaAttackTests : IDisposable
{
    static readonly ulong[] Seeds = [3, 1, 4, 1, 5];

    static readonly double[] Strengths = [0.02, 0, 0.1, 0.3];

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    public static TheoryData<EvasionAttack, Model> Attacks => new(
        from attack in new EvasionAttack[]
        {
            new Fgsm(), new Fgsm(Norm.L2), new Pgd(steps: 6), new Pgd(steps: 4, restarts: 3),
            new Pgd(steps: 5, randomStart: false, restarts: 2, norm: Norm.L2), new Noise(), new Noise(Norm.L2),
            new Apgd(steps: 12), new Apgd(steps: 10, norm: Norm.L2, loss: Objective.Dlr, targets: 2), new Square(queries: 20),
            new AutoAttack(steps: 10, queries: 10),
            new Ddn(steps: 8), new Fmn(steps: 8), new Fmn(Norm.L2, steps: 8), new DeepFool(steps: 5), new Fab(steps: 3, targets: 2),
        }
        from model in new Model[] { new Softmax(), new Mlp(hidden: 20), new Cnn() }
        select (attack, model));

    /// <summary>One knows nothing, one has never learnt, the others withstand unlike amounts: the rows that are left to attack are as
    /// unlike.</summary>
    float[][] Parameters(Model model, int network)
    {
        var specs = model.Parameters(SmallData.Digits.Shape, SmallData.Digits.Classes);
        if (network == 0) return [.. specs.Select(s => new float[s.Shape.Count])];
        if (network == 1) return [.. Initial.Values(specs, Initialisation.He, 9)];
        using var trained = SmallData.Network(_device, model);
        return Array.ConvertAll([.. trained.Download()], t => Array.ConvertAll(t.Values, v => v * (1 + network / 10f)));
    }

    [Theory, MemberData(nameof(Attacks))]
    public void Every_row_is_bit_for_bit_that_of_its_network_attacked_alone(EvasionAttack attack, Model model)
    {
        var parameters = Enumerable.Range(0, Seeds.Length).Select(i => Parameters(model, i)).ToArray();
        foreach (var wrap in new Func<Classifier, Classifier>[] { c => c, c => new UndefendedProxy(c), c => new MedianFilter().Wrap(c) })
            Agree(attack, model, parameters, wrap, Seeds, 40);
    }

    [Fact]
    public void However_many_networks_and_samples_there_are() =>
        Prop.ForAll(Gen.Choose(1, 5).ToArbitrary(), Gen.Choose(1, 300).ToArbitrary(), (networks, samples) =>
        {
            var model = new Softmax();
            var parameters = Enumerable.Range(0, networks).Select(i => Parameters(model, 4 - i)).ToArray();
            Agree(new Pgd(steps: 3), model, parameters, c => c, Seeds[..networks], samples);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Images_that_do_not_divide_among_the_networks_are_refused()
    {
        using var replicas = new Replicas(new Softmax(), SmallData.Digits.Shape, SmallData.Digits.Classes, _device,
            [Parameters(new Softmax(), 0), Parameters(new Softmax(), 1)]);
        Assert.Throws<ArgumentException>(() => replicas.Predict(SmallData.TestBatch(_device, ..3).Images));
    }

    void Agree(EvasionAttack attack, Model model, float[][][] parameters, Func<Classifier, Classifier> wrap, ulong[] seeds, int samples)
    {
        using var scope = _device.Scope();
        var batch = SmallData.TestBatch(_device, ..samples);
        var all = new Batch(
            _device.Concat([.. seeds.Select(_ => batch.Images)]), _device.Concat([.. seeds.Select(_ => batch.Labels)]),
            seeds.SelectMany(_ => batch.Samples.ToArray()).ToArray());
        using var replicas = new Replicas(model, SmallData.Digits.Shape, SmallData.Digits.Classes, _device, parameters);
        var together = attack.PerturbTogether(wrap(replicas), all, Strengths, seeds, CancellationToken.None);
        for (var network = 0; network < seeds.Length; network++)
        {
            using var alone = new Network(model, SmallData.Digits.Shape, SmallData.Digits.Classes, _device, parameters[network]);
            var perturbed = attack.Perturb(wrap(alone), batch, Strengths, seeds[network], CancellationToken.None);
            for (var k = 0; k < Strengths.Length; k++)
            {
                Assert.Equal(perturbed[k].ToArray().Bytes(),
                    together[k].Rows().Skip(network * samples).Take(samples).SelectMany(r => r).Bytes());
            }
        }
    }
}
