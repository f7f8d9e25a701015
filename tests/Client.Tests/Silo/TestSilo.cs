using System.Net;
using System.Net.Sockets;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Silo.Hosting;
using Grid.Silo.Plans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Grid.Client.Tests.Silo;

/// <summary>A cluster of one silo in this process, on free ports of this machine, with the real grains.</summary>
sealed class TestSilo : IAsyncDisposable
{
    readonly int _siloPort = FreePorts.Next();
    readonly IPAddress _address;
    readonly string _models = Directory.CreateTempSubdirectory("grid-models").FullName;
    readonly ExperimentRunner _laboratory;

    IHost? _host;

    /// <param name="replaced">A silo whose port and store this one has, at an address of its own.</param>
    public TestSilo(TestSilo? replaced = null)
    {
        Gateway = replaced?.Gateway ?? FreePorts.Next();
        Store = replaced?.Store ?? new();
        _address = replaced is null ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2");
        _laboratory = new(
            new DatasetCache(DataFolder.FromEnvironment(download: false)), new ModelStore(_models), TimeProvider.System, "");
    }

    public int Gateway { get; }

    public string Address => $"{_address}:{Gateway}";

    public MemoryStore Store { get; }

    /// <summary>No sweep is planned before this has ended.</summary>
    public Task Planning { get; set; } = Task.CompletedTask;

    public TestWorker Worker => new(_host!.Services.GetRequiredService<IClusterClient>(), Store, _laboratory);

    public async Task Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(_siloPort, Gateway, new(_address, _siloPort), serviceId: "grid", clusterId: "grid");
            silo.Configure<EndpointOptions>(o => o.AdvertisedIPAddress = _address);
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(_laboratory);
            silo.Services.AddSingleton<SweepPlanner>();
            silo.Services.AddSingleton<IPlanner>(provider => new HeldPlanner(provider.GetRequiredService<SweepPlanner>(), Planning));
            silo.Services.AddSingleton<IGridStore>(Store);
            silo.Services.AddSingleton(GrainTimes.Default);
            silo.AddGrid();
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    /// <summary>As if the machine were switched off; what is in the store stays.</summary>
    public async Task Stop()
    {
        if (_host is null) return;
        await _host.StopAsync(new CancellationToken(canceled: true));
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(_models, recursive: true);
    }

    sealed class HeldPlanner(IPlanner planner, Task until) : IPlanner
    {
        public Task<SweepOutline> Check(string file, string text) => planner.Check(file, text);

        public async Task<PlannedSweep> Plan(string file, string text)
        {
            await until;
            return await planner.Plan(file, text);
        }
    }
}
