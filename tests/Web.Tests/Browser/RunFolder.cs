using Grid.Compute.Cpu;
using Grid.Local.Runs;
using Grid.Local.Serving;
using Grid.Presentation;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Microsoft.AspNetCore.Builder;

namespace Grid.Web.Tests.Browser;

/// <summary>Sweeps that were really run, small enough for a test, and the page over them.</summary>
public sealed class RunFolder : IAsyncLifetime
{
    readonly string _root = Directory.CreateTempSubdirectory("grid ").FullName;
    readonly List<Sweep> _sweeps = [];
    WebApplication? _host;

    public string Address => _host!.Urls.First();

    public string Sweep(int which = 0) => $"{Address}/sweeps/{_sweeps[which].Plan.Folder}";

    public SweepReport Report(int which = 0) => _sweeps[which].Findings(_sweeps[which].Read().Find);

    /// <summary>As a run shows them in its report.</summary>
    public SampleImages Images(PlannedCell cell, int which = 0)
    {
        using var device = new CpuDevice();
        return _sweeps[which].Laboratory.Show(cell.Cell, device, 8, _ => { }, TestContext.Current.CancellationToken);
    }

    public IReadOnlyList<PlannedCell> Cells(int which = 0) => _sweeps[which].Plan.Cells;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, epochs, strengths) in new[]
        {
            ("first", 2, "[0, 0.1, 0.2]"), ("second", 3, "[0, 0.1, 0.2]"),
            ("found", 2, "{find: 0.5, of: robust_accuracy, within: 0.05, from: 0, to: 0.4}"),
        })
        {
            var path = Path.Combine(_root, $"{name}.yaml");
            await File.WriteAllTextAsync(path, $$"""
                name: {{name}}
                dataset: digits
                model: softmax
                training: {epochs: {{epochs}}}
                attack: {{(name == "found" ? "fgsm" : "[fgsm, label-flip]")}}
                defense: [none, median-filter]
                strength: {{strengths}}
                evaluation: {samples: 100}
                """);
            var sweep = Local.Runs.Sweep.Open(path, _root, confirmed: true, progress: null, CancellationToken.None);
            using var journal = sweep.Claim(TimeProvider.System);
            await File.WriteAllTextAsync(Path.Combine(sweep.Folder, Local.Runs.Sweep.SpecFile), sweep.Spec.Text);
            await File.WriteAllTextAsync(Path.Combine(sweep.Folder, PlanFile.FileName), sweep.Written(TimeProvider.System).Json());
            await new SweepRun(sweep, journal, 0, threads => new CpuDevice(threads), retry: false, TimeProvider.System)
                .Run(CancellationToken.None);
            _sweeps.Add(sweep);
        }

        _host = FolderHost.Build(_root, 0);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        await _host.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
