using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Lab.Catalog;
using Grid.Silo.Configuration;
using Grid.Silo.Health;
using Grid.Silo.Hosting;
using Grid.Silo.Workers;
using Grid.Sweeps.Results;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Grid.Faults.Tests.InProcess;

/// <summary>A cluster in this process, with everything of real silos but the database and the experiments.</summary>
sealed class TestGrid : IAsyncDisposable
{
    /// <summary>A lease time that stands for grains which wait for hardly anything before they answer.</summary>
    public static readonly TimeSpan Impatient = TimeSpan.FromSeconds(19);

    readonly InProcessTestCluster _cluster;
    readonly string _folder = Directory.CreateTempSubdirectory("grid-").FullName;

    TestGrid(
        int silos, Script script, GridOptions options, MemoryStore? store, Func<IServiceProvider, IExperiments>? experiments,
        TimeProvider clock, Func<IServiceProvider, IPlanner>? planner, Action<ISiloBuilder>? configure)
    {
        (Script, Store) = (script, store ?? new());
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.UseRealEnvironmentStatistics = configure is not null;
        builder.ConfigureSilo((silo, orleans) =>
        {
            var own = new GridOptions
            {
                Devices = options.Devices,
                Slots = options.Slots,
                Replicas = options.Replicas,
                LeaseTime = options.LeaseTime,
                HangTime = options.HangTime,
                SilentTime = options.SilentTime,
                Folder = Path.Combine(_folder, silo.SiloName),
            };
            orleans.AddGrid();
            orleans.Services.AddSingleton(clock);
            orleans.Services.AddSingleton<IGridStore>(Store);
            orleans.Services.AddSingleton(Options.Create(own));
            orleans.Services.AddSingleton(new SiloIdentity(silo.SiloName));
            orleans.Services.AddGrid(own, new(silo.SiloName));
            orleans.Services.AddHealth();
            if (planner is not null) orleans.Services.AddSingleton(planner);
            if (options.LeaseTime == Impatient)
                orleans.Services.AddSingleton(new GrainTimes(own.LeaseTime) { Patience = TimeSpan.FromMilliseconds(50) });
            orleans.Services.AddSingleton(experiments ?? (_ => new ScriptedExperiments(Script, silo.SiloName)));
            configure?.Invoke(orleans);
            orleans.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole());
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(serializer => serializer.AddGrid()));
        _cluster = builder.Build();
    }

    public Script Script { get; }

    public MemoryStore Store { get; }

    public IGrainFactory Grains => _cluster.Client;

    public IGridGrain Desk => _cluster.Client.GetGrain<IGridGrain>(0);

    /// <param name="experiments">In place of those of the script.</param>
    /// <param name="clock">In place of the system's.</param>
    /// <param name="planner">In place of the silo's.</param>
    /// <param name="silo">Further settings of Orleans.</param>
    public static async Task<TestGrid> Start(
        Script script, int silos = 1, GridOptions? options = null, MemoryStore? store = null,
        Func<IServiceProvider, IExperiments>? experiments = null,
        TimeProvider? clock = null, Func<IServiceProvider, IPlanner>? planner = null, Action<ISiloBuilder>? silo = null)
    {
        options ??= new() { Slots = 2, LeaseTime = TimeSpan.FromSeconds(4) };
        var grid = new TestGrid(silos, script, options, store, experiments, clock ?? TimeProvider.System, planner, silo);
        await grid._cluster.DeployAsync();
        return grid;
    }

    /// <summary>Whether Kubernetes would leave the silo alone.</summary>
    public async Task<bool> IsLive(int silo)
    {
        var checks = _cluster.Silos[silo].ServiceProvider.GetRequiredService<HealthCheckService>();
        return (await checks.CheckHealthAsync(HealthEndpoints.IsOfLiveness)).Status == HealthStatus.Healthy;
    }

    /// <summary>Asks for groups as a worker of this version does.</summary>
    public Task<ImmutableArray<GroupLease>> Lease(string sweep, string worker, int most, ImmutableArray<string> plugins = default) =>
        Sweep(sweep).Lease(new(worker, [], most, plugins, Science: Catalogue.Fingerprint));

    public ISweepGrain Sweep(string id) => _cluster.Client.GetGrain<ISweepGrain>(id);

    /// <summary>Kills the silo that has the sweep's grain.</summary>
    public async Task KillCoordinator(string sweep)
    {
        var address = await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(Sweep(sweep));
        await _cluster.KillSiloAsync(_cluster.Silos.Single(s => s.SiloAddress.Equals(address)));
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
    }

    /// <summary>Drops every grain's activation.</summary>
    public Task ForgetEverything() => _cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>Waits for something that cannot be awaited.</summary>
    public static async Task UntilTrue(Func<bool> wanted, int seconds = 600)
    {
        var deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (!wanted())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"Still not so after {seconds} s.");
            await Task.Delay(20);
        }
    }

    public Task Stop(int silo) => _cluster.StopSiloAsync(_cluster.Silos[silo]);

    /// <summary>The status once it is as wanted.</summary>
    public async Task<SweepStatus> Until(string sweep, Predicate<SweepStatus> wanted, int seconds = 600)
    {
        var deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            SweepStatus? status = null;
            try
            {
                status = await Sweep(sweep).Status();
                if (wanted(status)) return status;
            }
            catch (Exception e) when (e is not GridException && TimeProvider.System.GetUtcNow() < deadline)
            {
                // Its coordinator is on the move.
            }

            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"After {seconds} s: {status}");
            await Task.Delay(20);
        }
    }

    /// <summary>The same, for a coordinator that may not be able to answer yet.</summary>
    public async Task<SweepStatus> UntilItAnswers(string sweep, Predicate<SweepStatus> wanted)
    {
        while (true)
        {
            try
            {
                return await Until(sweep, wanted);
            }
            catch (GridException e) when (e.IsPassing)
            {
                // It will.
            }
        }
    }

    public async Task<IReadOnlyList<CellRow>> Cells(string sweep)
    {
        var rows = new List<CellRow>();
        for (var total = 1; rows.Count < total;)
        {
            var page = await Sweep(sweep).Cells(rows.Count, CellPage.Largest);
            total = page.Total;
            rows.AddRange(page.Rows);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
