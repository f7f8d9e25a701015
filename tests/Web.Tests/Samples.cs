using System.Collections.Immutable;
using Grid.Lab.Catalog;
using Grid.Presentation;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Web.Tests;

/// <summary>Sweeps as they would come out of a run, of any size, without a run.</summary>
static class Samples
{
    public const int Count = 400;

    static readonly Provenance Here = new("4", "cpu", "AVX-512", "02c6d78a5d3f4be1c0997e6a8b2f1d3c4e5f6a7b", "host");

    /// <summary>Accuracy falls with strength; each defense is a little better than the one before, each attack a little
    /// stronger.</summary>
    /// <param name="settle">False for a cell that is not done yet.</param>
    public static SweepReport Report(
        int attacks = 2, int defenses = 3, int strengths = 6, int seeds = 2, Func<Cell, bool>? settle = null, string? title = null) =>
        Sweep(attacks, defenses, strengths, seeds, settle, title).Report;

    public static (SweepReport Report, Plan Plan) Sweep(
        int attacks = 2, int defenses = 3, int strengths = 6, int seeds = 2, Func<Cell, bool>? settle = null, string? title = null)
    {
        var steps = string.Join(", ", Enumerable.Range(1, Math.Max(1, attacks - 1)).Select(i => 10 * i));
        var trained = string.Join(", ", Enumerable.Range(1, Math.Max(1, defenses - 1)).Select(Epsilon));
        var text = $$"""
            name: sample
            dataset: mnist
            model: cnn
            attack: [fgsm{{(attacks > 1 ? $", pgd: {{steps: [{steps}]}}" : "")}}]
            defense: [none{{(defenses > 1 ? $", adversarial-training: {{epsilon: [{trained}]}}" : "")}}]
            strength: {from: 0, to: 0.4, count: {{strengths}}}
            seeds: {{seeds}}
            # </pre><script>alert(2)</script> & "quotes"

            """;
        var plan = Plan.Of(SweepFile.Parse(text, "sample.yaml", Catalogue.Vocabulary), (_, _) => "", "4");
        var outcomes =
            from planned in plan.Cells
            let attack = planned.Cell.Attack.Settings.GetValueOrDefault("steps") is Number n ? (int)n.Value / 10 : 0
            let defense = planned.Cell.Defense.Settings.GetValueOrDefault("epsilon") is Number e ? (int)Math.Round(e.Value * 200) : 0
            select new CellOutcome(planned.Cell, planned.Id, settle?.Invoke(planned.Cell) == false ? null
                : Result(planned.Cell, planned.Id, attack, defense));
        return (new(new(title ?? plan.Name, text, plan.Hash8, plan.Version), [.. outcomes], Catalogue.Traits), plan);
    }

    /// <summary>A backdoor that succeeds without a filter and fails behind one, beside the filter's control.</summary>
    public static SweepReport Backdoor()
    {
        const string Text = """
            name: backdoor
            dataset: mnist
            model: cnn
            attack: badnets
            defense: [none, spectral-signatures, random-filter]
            strength: [0, 0.01]
            """;
        var plan = Plan.Of(SweepFile.Parse(Text, "backdoor.yaml", Catalogue.Vocabulary), (_, _) => "", "4");
        var outcomes = plan.Cells.Select(c =>
        {
            var success = c.Cell.Strength > 0 && c.Cell.Defense.Name != "spectral-signatures" ? 99 : 0;
            return new CellOutcome(c.Cell, c.Id, Done(c.Id,
                (Metric.CleanAccuracy, Measurement.Rate(98, 100)), (Metric.RobustAccuracy, Measurement.Rate(97, 100)),
                (Metric.AttackSuccessRate, Measurement.Rate(success, 100)), (Metric.TwinSuccessRate, Measurement.Rate(0, 100))));
        });
        return new(new(plan.Name, Text, plan.Hash8, plan.Version), [.. outcomes], Catalogue.Traits);
    }

    /// <summary>A result with these measurements.</summary>
    public static CellResult Done(CellId id, params IEnumerable<(string Name, Measurement Value)> measured) => new(
        id, CellStatus.Done, measured.ToImmutableSortedDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal), null, null, 0.5, 1,
            Here);

    /// <summary>What the n-th defense is trained at.</summary>
    static string Epsilon(int defense) => Canonical.Number(defense / 200.0);

    static CellResult Result(Cell cell, CellId id, int attack, int defense)
    {
        var half = 0.08 + 0.03 * defense - 0.002 * attack + 0.004 * cell.Seed;
        var rate = 0.97 / (1 + Math.Exp((cell.Strength - half) / 0.03)) * (1 + Math.Exp(-half / 0.03));
        var right = (int)Math.Round(rate * Count);
        var clean = (int)Math.Round(0.97 * Count);
        var measurements = ImmutableSortedDictionary<string, Measurement>.Empty
            .Add(Metric.CleanAccuracy, Measurement.Rate(clean, Count)).Add(Metric.RobustAccuracy, Measurement.Rate(right, Count))
            .Add(Metric.AttackSuccessRate, Measurement.Rate(clean - right, clean))
            .Add(Metric.ForwardPasses, new(10 * (attack + 1), Count)).Add(Metric.GradientPasses, new(10 * (attack + 1), Count));
        return new(id, CellStatus.Done, measurements, OutcomeBits.From([.. Enumerable.Range(0, Count).Select(i =>
            i < right)]), null, 0.5, 1, Here);
    }
}
