using Grid.Contracts;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Simulation.Tests;

/// <summary>Plans the sweeps of simulations, once for all of them.</summary>
sealed class SimulatedPlanner : IPlanner
{
    public const string File = "sweep.yaml";

    /// <summary>They share the cells of FGSM, so that one may find that the other has run a cell or runs it just now.</summary>
    static readonly string[] Texts =
    [
        "{name: first, dataset: digits, model: [softmax, mlp], attack: [fgsm, pgd], strength: [0.1], seeds: 3, retries: {attempts: 3, "
        + "backoff: 1s}, limits: {timeout: 3m}}",
        "{name: second, dataset: digits, model: [softmax, mlp], seeds: 2, parts: [{attack: fgsm, strength: [0.1, 0.2]}, {attack: noise, "
        + "strength: {find: 0.5, within: 0.02, to: 0.3}}, {attack: pgd, model: softmax, evaluation: {samples: 1600}, seeds: 7, strength: "
        + "{precision: 20%, at: [0.1, 0.2]}}], retries: {attempts: 2, backoff: 2s}}",
    ];

    static readonly Dictionary<string, PlannedSweep> Planned = Texts.SelectMany(t => new[] { t, Urgent(t) }).ToDictionary(t => t, Read);

    public static IReadOnlyList<string> Sweeps => Texts;

    public static IReadOnlyList<PlannedSweep> Plans { get; } = [.. Texts.Select(t => Planned[t])];

    /// <summary>For each sweep what one machine gives that runs its cells in turn.</summary>
    public static IReadOnlyList<string> SerialCurves { get; } = [.. Plans.Select(planned =>
    {
        return Text(CurveBuilder.Build(planned.Plan.Outcomes(c => SimulatedCells.Result(c.Id, 1)), planned.Terms));
    })];

    /// <summary>The same sweep with another priority.</summary>
    public static string Urgent(string text) => text.Insert(1, "priority: 5, ");

    /// <summary>What the front desk makes of a text.</summary>
    public static SweepOrder Order(string text) => SweepOrders.Of(File, text, Planned[text], "ada");

    public static string Text(IEnumerable<SecurityCurve> curves) => System.Text.Json.JsonSerializer.Serialize(curves);

    public Task<PlannedSweep> Plan(string file, string text) => Task.FromResult(Planned[text]);

    public Task<SweepOutline> Check(string file, string text) => throw new NotSupportedException("Users submit what is planned.");

    static PlannedSweep Read(string text)
    {
        var spec = SweepFile.Parse(text, File, Catalogue.Vocabulary);
        var plan = Grid.Sweeps.Plans.Plan.Of(spec, (_, _) => "data", LabVersion.Current);
        var cells = plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell).ToList();
        return new(plan, spec.Limits, [.. cells.Select(ModelOf)], [.. cells.Select(c => c.Model.Name == "softmax")], Catalogue.Traits,
            Catalogue.Fingerprint);
    }

    /// <summary>Attacks of one network share it.</summary>
    static string ModelOf(Grid.Sweeps.Cells.Cell cell) => $"{cell.Model.Name}-{cell.Seed}";
}
