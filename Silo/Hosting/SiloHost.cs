using System.Net;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Grains.Telemetry;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Grid.Silo.Devices;
using Grid.Silo.Files;
using Grid.Silo.Health;
using Grid.Silo.Identity;
using Grid.Silo.Plans;
using Grid.Silo.Postgres;
using Grid.Silo.Redaction;
using Grid.Silo.S3;
using Grid.Silo.Serving;
using Grid.Silo.Sharing;
using Grid.Silo.Telemetry;
using Grid.Silo.Workers;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Serialization;
using Orleans.Storage;

namespace Grid.Silo.Hosting;

/// <summary>Builds the host of a silo.</summary>
static class SiloHost
{
    /// <param name="arguments">Arguments of the command line, which hold settings.</param>
    /// <param name="change">Changes services at the end, for measurements.</param>
    /// <exception cref="SettingException">The silo cannot start as it is set up.</exception>
    public static async Task<WebApplication> Build(string[] arguments, Action<IServiceCollection>? change = null)
    {
        var builder = Builder(arguments);
        builder.Services.AddOptions<GridOptions>().BindConfiguration(GridOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(GridOptions.Section).Get<GridOptions>() ?? new();
        LoadPlugins(options);
        var identity = SiloIdentity.Of(options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        var database = Database.Of(builder.Configuration);
        var address = Address(options, database);
        // A cluster of one machine accepts no connection from others.
        builder.WebHost.UseKestrel(kestrel =>
        {
            if (IPAddress.IsLoopback(address)) kestrel.ListenLocalhost(options.HttpPort, ConnectionLimit.Add);
            else kestrel.ListenAnyIP(options.HttpPort, ConnectionLimit.Add);
            kestrel.ListenTls(options);
        });
        if (database is not null)
        {
            await Stores.Check(database);
            // This starts before Orleans' own services, which may wait for it.
            builder.Services.AddHostedService(DeadSiloCleaner.Of);
            builder.Services.AddHostedService(MembershipRewind.Of);
        }

        builder.UseOrleans(silo =>
        {
            Configure(silo, options, identity, database, address);
            if (TelemetryExport.Traced(builder.Configuration)) silo.AddActivityPropagation();
        });
        builder.Services.AddSingleton(identity);
        builder.Services.AddSingleton(TimeProvider.System);
        if (database is null) builder.Services.AddFiles(options);
        else builder.Services.AddPostgres(database, options);
        if (options.S3.Bucket is { Length: > 0 } bucket)
        {
            var models = await Bucket.Open(options.S3, bucket);
            // In place of the database's.
            builder.Services.AddSingleton<ISharedModelStore>(_ => models);
        }

        builder.Services.AddGrid(options, identity);
        builder.Services.AddWebFront(options);
        builder.Services.AddHealth();
        builder.Services.AddHostedService<SiloWatch>();
        builder.Services.AddTelemetry(builder.Configuration, identity);

        change?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapHealth();
        app.MapTelemetry();
        app.MapWebFront(options);
        return app;
    }

    // Plugins come only from a folder of the operator's: no sweep and no client can name code to run.
    static void LoadPlugins(GridOptions options)
    {
        if (options.PluginFolder.Length == 0) return;
        try
        {
            Catalogue.Use(Plugin.LoadFolder(options.PluginFolder));
        }
        catch (LabException e)
        {
            throw new SettingException($"{GridOptions.Section}:{nameof(GridOptions.PluginFolder)}: {e.Message}");
        }
    }

    public static IConfigurationRoot Settings(string[] arguments) => Builder(arguments).Configuration;

    // Settings lie beside the program; files of sweeps, results and models in the working folder.
    static WebApplicationBuilder Builder(string[] arguments) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });

    /// <summary>Adds what a silo does beyond hosting grains; also for clusters within a test.</summary>
    /// <exception cref="SettingException">A device does not exist, or cannot be used.</exception>
    public static IServiceCollection AddGrid(this IServiceCollection services, GridOptions options, SiloIdentity identity)
    {
        // Devices are found now, for a silo whose device is missing must not start.
        services.AddSingleton(DeviceSlot.Of(options));
        services.AddModels(options);
        services.AddSingleton(provider => new ExperimentRunner(
            new DatasetCache(DataFolder.FromEnvironment()), provider.GetRequiredService<ModelStore>(),
            provider.GetRequiredService<TimeProvider>(), LabVersion.Commit));
        services.AddSingleton<IPlanner, SweepPlanner>();
        services.AddSingleton<IExperiments, LocalExperiments>();
        services.AddSingleton(new GrainTimes(options.LeaseTime));
        services.AddSingleton<IOutbox>(
            provider => new Outbox(Path.Combine(options.Folder, "outbox", identity.Silo), provider.GetRequiredService<ILogger<Outbox>>()));
        services.AddSingleton<ModelsAtHand>();
        services.AddSingleton<WorkerMetrics>();
        services.AddSingleton<IClusterCalls, GrainCalls>();
        services.AddSingleton(provider => new OwnerShares(options.OwnerGroups, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LeaseClient>();
        services.AddSingleton<ResultCommitter>();
        services.AddSingleton<WorkerContext>();
        services.AddSingleton<RunningSweeps>();
        services.AddHostedService(provider => provider.GetRequiredService<RunningSweeps>());
        services.AddSingleton<WorkerHost>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHost>());
        return services;
    }

    /// <summary>Sets how grains are stored and messages written; also for clusters within a test.</summary>
    public static ISiloBuilder AddGrid(this ISiloBuilder silo)
    {
        silo.Services.AddMetrics().AddSingleton<SweepMetrics>();
        silo.Services.AddSingleton(new TaskFactory(CancellationToken.None, TaskCreationOptions.DenyChildAttach,
            TaskContinuationOptions.None, TaskScheduler.Default));
        silo.Services.AddSerializer(serializer => serializer.AddGrid());
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            RowStorage.Name,
            (provider, _) =>
                new RowStorage(provider.GetRequiredService<IGridStore>(), provider.GetRequiredService<TaskFactory>(),
                    provider.GetRequiredService<ILogger<IGridStore>>()));
        silo.AddIncomingGrainCallFilter<ErrorRedaction>();
        return silo;
    }

    /// <summary>The address at which others reach this silo; loopback where it serves this machine alone.</summary>
    static IPAddress Address(GridOptions options, Database? database)
    {
        var address = Environment.GetEnvironmentVariable("POD_IP") is { Length: > 0 } pod && options.Address is null
            ? StartupErrors.Address("POD_IP", pod)
            : options.Address is { } given ? StartupErrors.Address("Grid:Address", given) : IPAddress.Loopback;
        if (database is null && !IPAddress.IsLoopback(address))
            throw new SettingException(
                "ConnectionStrings:Grid: a silo without a database is a cluster of one machine; give a database, "
                + "or leave Grid:Address and POD_IP out");
        return address;
    }

    static void Configure(ISiloBuilder silo, GridOptions options, SiloIdentity identity, Database? database, IPAddress address)
    {
        if (database is null)
        {
            silo.UseLocalhostClustering(options.SiloPort, options.GatewayPort, serviceId: options.ServiceId, clusterId: options.ClusterId);
        }
        else
        {
            silo.UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = "Npgsql";
                clustering.ConnectionString = database.ConnectionString;
            });
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId));
            silo.ConfigureEndpoints(address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
        }

        ConnectionLimit.AddConnectionLimit(silo);
        silo.AddEncryption(options.Tls);
        if (options is { Identity.PeopleFile.Length: > 0, Tls.ClientCertificates: true })
            silo.AddIncomingGrainCallFilter<CallerCheck>().AddOutgoingGrainCallFilter<SiloProofs>();
        silo.Configure<SiloOptions>(o => o.SiloName = identity.Silo);
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // Signs of life are this frequent so that silence soon means death, see DeadSiloCleaner.
            (o.IAmAliveTablePublishTimeout, o.NumMissedTableIAmAliveLimit) = (TimeSpan.FromSeconds(5), 3);
            // By a clock that is five minutes ahead every silo has been joining for too long. One that died meanwhile holds nobody up.
            o.EvictWhenMaxJoinAttemptTimeExceeded = false;
        });
        silo.Configure<GrainCollectionOptions>(o =>
        {
            // A plan of a million cells is read back in some ten seconds.
            o.ActivationTimeout = TimeSpan.FromMinutes(2);
            // Elsewhere memory is the tensors', and coordinators that are read back at once would free none of it.
            o.EnableActivationSheddingOnMemoryPressure = options.Devices == "none";
        });
        // Without what silos log: that is for those who have the machine.
        if (options.Dashboard) silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        silo.AddGrid();
    }
}
