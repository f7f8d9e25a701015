using Grid.Contracts;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Grid.Silo.Plans;
using Grid.Tests;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Tests.Plans;

public sealed class SweepPlannerTests : IDisposable
{
    const string Small = "{name: small, dataset: digits, model: softmax, attack: fgsm, strength: 0.1}";

    readonly HandClock _clock = new();
    readonly string _folder = Directory.CreateTempSubdirectory("grid-planner-").FullName;
    readonly SweepPlanner _planner;

    public SweepPlannerTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "allowed"));
        Directory.CreateDirectory(Path.Combine(_folder, "secret"));
        File.WriteAllText(Path.Combine(_folder, "secret", "a.csv"), "x,y\n1,0\n2,1\n");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "allowed", "door"), Path.Combine(_folder, "secret"));
        var laboratory = new ExperimentRunner(new DatasetCache(DataFolder.FromEnvironment(download: false)), new ModelStore(null), _clock, "");
        _planner = new(laboratory, Options.Create(new GridOptions { DataFolders = Path.Combine(_folder, "allowed") }), _clock);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_plan_is_used_for_the_coordinator_too_and_made_anew_a_while_later()
    {
        var first = await _planner.Plan("s.yaml", Small);
        Assert.Same(first, await _planner.Plan("s.yaml", Small));

        // What it was made from may be another file by now.
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.NotSame(first, await _planner.Plan("s.yaml", Small));
    }

    [Fact]
    public async Task A_folder_that_is_a_link_leads_nowhere_else()
    {
        var path = Path.Combine(_folder, "allowed", "door", "a.csv");
        var refusal = await Assert.ThrowsAsync<GridException>(() => _planner.Plan("s.yaml", $"{{name: x, dataset: {{csv: {{path: '{path}'}}}}, model: softmax, attack: fgsm, strength: 0.1}}"));
        Assert.Contains("a.csv is not below a folder", refusal.Message, StringComparison.Ordinal);
    }
}
