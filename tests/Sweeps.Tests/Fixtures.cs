using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests;

/// <summary>An empty folder that goes when the test ends.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sweeps-tests-").FullName;

    public string this[string file] => System.IO.Path.Combine(Path, file);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

static class Make
{
    public static readonly Provenance Here = new("1", "cpu", "avx2", "0123abc", "host");

    public static CellResult Done(CellId id, params (string Name, Measurement Value)[] measurements) => new(
        id, CellStatus.Done, measurements.ToImmutableSortedDictionary(m => m.Name, m => m.Value), null, null, 0.25, 1, Here);

    static readonly Parameter Norm = new("norm", ParameterKind.Word, "linf") { Role = ParameterRole.Norm };

    /// <summary>An iterative attack in a norm, whose steps are counted and measured by parameters of these names.</summary>
    public static Entry Iterative(string name, string steps, string size) => new("attack", name,
    [
        new(steps, ParameterKind.Integer, 40.0) { Role = ParameterRole.Steps },
        new(size, ParameterKind.Number, new Absent()) { Role = ParameterRole.StepSize }, Norm,
    ], AttackKind.Evasion);

    /// <summary>The catalogue of these tests.</summary>
    public static readonly Vocabulary Vocabulary = new(
    [
        new("attack", "fgsm", [Norm], AttackKind.Evasion) { IsSingleStep = true },
        Iterative("pgd", "steps", "step_size"),
        Iterative("bim", "iterations", "alpha"),
        new("attack", "noise", [Norm], AttackKind.Evasion) { IsControl = true },
        new("attack", "square", [Norm], AttackKind.Evasion) { IsGradientFree = true },
        new("attack", "transfer", [new("source", ParameterKind.Choice, null, Category: "model"), Norm], AttackKind.Evasion),
        new("defense", "fgsm-training", [new("epsilon", ParameterKind.Number, 0.3) { Role = ParameterRole.TrainedStrength }]),
        new("defense", "friends",
        [
            new("noise_std", ParameterKind.Number, null) { Role = ParameterRole.GridRow },
            new("clip_threshold", ParameterKind.Number, null) { Role = ParameterRole.GridColumn },
        ]),
        new("evaluation", "evaluation", [new("attacker", ParameterKind.Word, "adaptive") { Role = ParameterRole.AttackerKnowledge }]),
    ]);

    /// <summary>Labels are canonical texts, only median-filter wraps.</summary>
    public static readonly CatalogTraits Terms = new(Vocabulary, (_, choice) => choice.ToString(),
        defense => defense.Name == "median-filter");

    public static readonly Choice Fgsm = new("fgsm");
    public static readonly Choice Pgd = new("pgd", ("steps", 40));
    public static readonly Choice Noise = new("noise");

    public static Cell Cell(Choice attack, double strength, int seed = 0, string defense = "none") => new(
        new("digits"), new("cnn"), new("training", ("epochs", 3)), null, attack, new(defense), strength, seed,
        new("evaluation", ("attacker", "adaptive")));

    public static CellOutcome Pending(Cell cell) => new(cell, CellId.Of(cell, "sha", "1"), null);

    public static CellOutcome Outcome(Cell cell, params (string Name, Measurement Value)[] measurements) =>
        Pending(cell) with { Result = Done(CellId.Of(cell, "sha", "1"), measurements) };

    /// <summary>An evasion cell by its outcomes: 1 for a sample that is right under attack. All are right when clean.</summary>
    public static CellOutcome Outcome(Cell cell, string bits)
    {
        var outcomes = OutcomeBits.From([.. bits.Select(b => b == '1')]);
        var outcome = Outcome(
            cell,
            (Metric.CleanAccuracy, Measurement.Rate(bits.Length, bits.Length)),
            (Metric.RobustAccuracy, Measurement.Rate(outcomes.Ones, bits.Length)),
            (Metric.AttackSuccessRate, Measurement.Rate(bits.Length - outcomes.Ones, bits.Length)));
        return outcome with { Result = outcome.Result! with { Outcomes = outcomes } };
    }

    /// <summary>The same with the first so many of 1,000 samples right.</summary>
    public static CellOutcome Right(Cell cell, int right) => Outcome(cell, new string('1', right).PadRight(1000, '0'));

    public static CellResult Done(string id, params (string Name, Measurement Value)[] measurements) => Done(new CellId(id), measurements);
}
