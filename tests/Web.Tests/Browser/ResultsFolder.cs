using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grid.Local.Serving;
using Grid.Presentation;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Microsoft.AspNetCore.Builder;

namespace Grid.Web.Tests.Browser;

/// <summary>A folder of results as a run makes it, written cell by cell, and the page over it.</summary>
sealed class ResultsFolder : IAsyncDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("grid ").FullName;
    readonly Journal _journal;
    readonly SweepReport _report;
    WebApplication? _host;
    int _port;
    bool _ended;

    public ResultsFolder(SweepReport report, Plan plan)
    {
        (_report, Id) = (report, plan.Folder);
        var folder = Directory.CreateDirectory(Path.Combine(_root, Id)).FullName;
        File.WriteAllText(Path.Combine(folder, "sweep.yaml"), report.Heading.Spec);
        File.WriteAllText(Path.Combine(folder, PlanFile.FileName), PlanFile.Of(plan).Json());
        _journal = Journal.Open(folder, new(plan.Name, plan.Hash8, plan.Version), TimeProvider.System);
    }

    public string Id { get; }

    public string Address => $"http://127.0.0.1:{_port}";

    public string Sweep => $"{Address}/sweeps/{Id}";

    /// <summary>Has more cells finish.</summary>
    public void Finish(int from, int to)
    {
        foreach (var outcome in _report.Outcomes.Take(to).Skip(from)) _journal.Append(outcome.Result!);
    }

    public async Task Serve()
    {
        _host = FolderHost.Build(_root, _port);
        await _host.StartAsync();
        _port = new Uri(_host.Urls.First()).Port;
    }

    /// <summary>Waits until the page would be shown with all that has finished.</summary>
    public async Task Drawn()
    {
        using var http = new HttpClient();
        while ((bool)(await http.GetFromJsonAsync<JsonNode>($"{Sweep}/parts"))!["behind"]!) await Task.Delay(50);
    }

    public async Task Stop()
    {
        await _host!.StopAsync();
        await _host.DisposeAsync();
    }

    /// <summary>The run ends.</summary>
    public void End()
    {
        if (!_ended) _journal.Dispose();
        _ended = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        End();
        Directory.Delete(_root, recursive: true);
    }
}
