using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>Which attacks make up AutoAttack.</summary>
public enum AutoAttackVersion
{
    /// <summary>APGD on the cross-entropy, targeted APGD on DLR, targeted FAB, Square; in l1 with five restarts of the first and five
    /// targets of the second in place of one and nine.</summary>
    Standard,

    /// <summary>For defenses that draw: APGD on the cross-entropy and on DLR.</summary>
    Rand,

    /// <summary>All that standard has with five restarts of APGD and FAB, and both of them untargeted too.</summary>
    Plus,
}

/// <summary>
/// The usual yardstick: strong attacks in turn, each on the samples that those before it have left. How many each broke is measured; if
/// Square breaks more than a few, gradients are masked.
/// </summary>
/// <param name="norm">The ball: linf, l2 or l1.</param>
/// <param name="version">standard (apgd-ce, apgd-t, fab-t, square), rand for defenses that draw (apgd-ce, apgd-dlr), or plus (five
/// restarts, and untargeted DLR and FAB).</param>
/// <param name="steps">Steps of every APGD and FAB; with fewer than 100 it is not what others mean by AutoAttack.</param>
/// <param name="queries">Queries of Square; with fewer than 5000 it is not what others mean by AutoAttack.</param>
/// <remarks>Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks", ICML
/// 2020; l1: "Mind the box", ICML 2021, with what its code sets.</remarks>
[Named("autoattack"), Cites("croce2020reliable", "croce2021mind"), Strength(StrengthUnit.Epsilon, 1000)]
public sealed class AutoAttack(
    [AllowedValues(Norm.Linf, Norm.L2, Norm.L1)] Norm norm = Norm.Linf,
    AutoAttackVersion version = AutoAttackVersion.Standard,
    [Role(ParameterRole.Steps), Range(10, 1_000_000)] int steps = 100,
    [Range(1, 100_000_000)] int queries = 5000) : IterativeAttack
{
    const int Targets = 9;
    const int L1Targets = 5;
    const int L1Restarts = 5;

    readonly (string Name, Action<AttackRows> Attack)[] _parts = Choose(norm, version, steps, queries);

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        new LogitLoss(Objective.Dlr).Objection(Name, data, targeted: version != AutoAttackVersion.Rand);

    internal override IReadOnlyList<string> Parts => [.. _parts.Select(p => p.Name)];

    internal override void Attack(AttackRows rows, Column? brokenBy)
    {
        for (var part = 0; part < _parts.Length && rows.Count > 0; part++)
        {
            // Who falls leaves with the number of the part that it fell to.
            var number = part;
            rows.Repeat(1, _ => brokenBy!.Set(rows.Device.Full([rows.Count], number)));
            _parts[part].Attack(rows);
            if (rows.Target.Random) rows.Repeat(1, _ => rows.Judge());
        }

        rows.Repeat(1, _ => brokenBy!.Set(rows.Device.Full([rows.Count], -1)));
    }

    static (string, Action<AttackRows>)[] Choose(Norm norm, AutoAttackVersion version, int steps, int queries)
    {
        var square = ("square", (Action<AttackRows>)(rows => new Square(queries, norm).Attack(rows, brokenBy: null)));
        return version switch
        {
            AutoAttackVersion.Rand => [Apgd("apgd-ce", Objective.CrossEntropy), Apgd("apgd-dlr", Objective.Dlr)],
            AutoAttackVersion.Plus =>
            [
                Apgd("apgd-ce", Objective.CrossEntropy, restarts: 5), Apgd("apgd-dlr", Objective.Dlr, restarts: 5),
                Fab("fab", targets: 0, restarts: 5),
                square, Apgd("apgd-t", Objective.Dlr, Targets), Fab("fab-t", Targets),
            ],
            _ when norm == Norm.L1 =>
            [
                Apgd("apgd-ce", Objective.CrossEntropy, restarts: L1Restarts), Apgd("apgd-t", Objective.Dlr, L1Targets),
                Fab("fab-t", Targets), square,
            ],
            _ => [Apgd("apgd-ce", Objective.CrossEntropy), Apgd("apgd-t", Objective.Dlr, Targets), Fab("fab-t", Targets), square],
        };

        (string, Action<AttackRows>) Apgd(string name, Objective loss, int targets = 0, int restarts = 1) =>
            (name, rows => new Apgd(steps, norm, loss, targets, restarts).Attack(rows, brokenBy: null));

        (string, Action<AttackRows>) Fab(string name, int targets, int restarts = 1) =>
            (name, new Fab(norm, steps, targets, restarts).Attack);
    }
}
