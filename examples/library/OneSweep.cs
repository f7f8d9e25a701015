using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec.Reading;

namespace Library;

/// <summary>Runs a sweep in this process, and keeps nothing on disk.</summary>
public static class OneSweep
{
    /// <summary>A sweep as a file would have it.</summary>
    public const string File = """
        name: from-code
        dataset: digits
        model: softmax
        attack: [noise, fgsm, pgd]
        strength: {from: 0, to: 0.2, count: 3}
        evaluation: {samples: 200}
        """;

    /// <summary>The checked curves, worst case included.</summary>
    public static IReadOnlyList<SecurityCurve> Run(CancellationToken ct)
    {
        using var device = new CpuDevice(threads: Environment.ProcessorCount);
        var data = new DatasetCache(DataFolder.FromEnvironment());
        var runner = new ExperimentRunner(data, new ModelStore(folder: null), TimeProvider.System, commit: "");
        var plan = Planning.Plan(SweepFile.Parse(File, "from code", Catalogue.Vocabulary), runner, progress: null, ct);

        var results = new Dictionary<int, CellResult>();
        foreach (var group in plan.Groups)
        {
            var cells = group.Cells.Select(index => plan.Cells[index]).ToList();
            runner.Run([.. cells.Select(c => (c.Cell, c.Id))], device, attempt: 1, report: _ => { },
                done: result => results[cells.Single(c => c.Id == result.Cell).Index] = result, ct);
        }

        return CurveBuilder.Build([.. plan.Cells.Select(c => new CellOutcome(c.Cell, c.Id, results[c.Index]))], Catalogue.Traits);
    }
}
