using Grid.Contracts;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Grid.Silo.Plans;
using Grid.Sweeps.Catalog;
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
        var laboratory = new ExperimentRunner(new DatasetCache(DataFolder.FromEnvironment(download: false)),
            new ModelStore(null), _clock, "");
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
    public async Task A_plan_says_which_groups_a_processor_finishes_sooner_than_a_card()
    {
        var text = "{name: s, dataset: digits, model: cnn, attack: fgsm, training: {epochs: [20, 200]}, strength: 0.1}";
        var planned = await _planner.Plan("s.yaml", text);
        Assert.Equal([true, false], planned.Light);
    }

    // What an entry calls it does not matter: a word from no list may be a path.
    [Fact]
    public async Task Whatever_reads_a_file_reads_none_beyond_the_folders_for_it()
    {
        Assert.False(SweepPlanner.MayBePath("csv", "scale"));
        Assert.False(SweepPlanner.MayBePath("csv", "label"), "The heading of a column is no file.");
        var guarded = 0;
        foreach (var category in new[] { Category.Dataset, Category.Model })
        {
            foreach (var entry in Catalogue.Vocabulary.In(category))
            {
                foreach (var parameter in entry.Parameters.Where(
                    p => p.Kind == ParameterKind.Word && SweepPlanner.MayBePath(entry.Name, p.Name)))
                {
                    var choice = $"{entry.Name}: {{{parameter.Name}: /etc/passwd}}";
                    var text = category == Category.Dataset
                        ? $"{{name: x, dataset: {{{choice}}}, model: softmax, attack: fgsm, strength: 0.1}}"
                        : $"{{name: x, dataset: digits, model: {{{choice}}}, attack: fgsm, strength: 0.1}}";
                    var refusal = await Assert.ThrowsAsync<GridException>(() => _planner.Plan("s.yaml", text));
                    Assert.Contains("passwd is not below a folder", refusal.Message, StringComparison.Ordinal);
                    guarded++;
                }
            }
        }

        Assert.True(guarded >= 4, "csv, npz, idx and file read files.");
    }

    // Data sets and models are looked at before they are read; nothing else may read files.
    [Theory, InlineData(Category.Attack), InlineData(Category.Defense), InlineData(Category.Optimizer), InlineData(Category.Schedule)]
    public void Nothing_else_reads_files(string category) => Assert.All(
        Catalogue.Vocabulary.In(category),
        entry => Assert.DoesNotContain(entry.Parameters, p => p.Kind == ParameterKind.Word && SweepPlanner.MayBePath(entry.Name, p.Name)));

    [Fact]
    public async Task A_folder_that_is_a_link_leads_nowhere_else()
    {
        var path = Path.Combine(_folder, "allowed", "door", "a.csv");
        var refusal =
            await Assert.ThrowsAsync<GridException>(
                () => _planner.Plan("s.yaml",
                    $"{{name: x, dataset: {{csv: {{path: '{path}'}}}}, model: softmax, attack: fgsm, strength: 0.1}}"));
        Assert.Contains("a.csv is not below a folder", refusal.Message, StringComparison.Ordinal);
    }
}
