using System.Net;
using Grid.Presentation;
using Grid.Sweeps.Results;
using Grid.Web.Api;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grid.Web.Tests.Browser;

/// <summary>One sweep whose findings are made when the test lets them be.</summary>
sealed class SlowSource(SweepReport report) : ISweepSource
{
    int _asked;
    TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Place => "slow";

    /// <summary>How many requests have come for the sweep.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Whether the source does not answer.</summary>
    public bool IsAway { get; set; }

    public void Give() => _given.SetResult();

    public void Hold() => _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WebApplication Host()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddApi();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISweepSource>(this);
        var app = builder.Build();
        app.MapPages();
        return app;
    }

    public Task<SweepDetail?> Sweep(string id, CancellationToken ct)
    {
        Interlocked.Increment(ref _asked);
        return IsAway ? Task.FromException<SweepDetail?>(new SourceException("away"))
            : Task.FromResult<SweepDetail?>(new(
                new(id, id, "running", report.Outcomes.Count, report.Done, 0, 0, null, null), null, [], [], []));
    }

    public async Task<SweepFound?> Findings(string id, CancellationToken ct)
    {
        await _given.Task;
        return new(report, IsBehind: false);
    }

    public Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct) => Task.FromResult<IReadOnlyList<SweepOverview>>([]);

    public Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct) => Task.FromResult<IReadOnlyList<WorkerOverview>>([]);

    public Task<SampleImages?> Images(string id, string cell, int count, CancellationToken ct) => Task.FromResult<SampleImages?>(null);

    public Task<string> Act(string id, SweepAction action, CancellationToken ct) => Task.FromResult("");
}
