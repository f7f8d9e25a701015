using System.Net;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Serialization;

namespace Grid.Client.Cluster;

/// <summary>A connection to a cluster.</summary>
sealed class Gateway : IAsyncDisposable
{
    /// <summary>How long to try after the first refusal: a cluster that has just been started needs a moment until it listens.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    readonly ServiceProvider _services;

    Gateway(ServiceProvider services) => _services = services;

    IClusterClient Client => _services.GetRequiredService<IClusterClient>();

    public IGridGrain Desk => Client.GetGrain<IGridGrain>(0);

    public ISweepGrain Sweep(string id) => Client.GetGrain<ISweepGrain>(id);

    /// <param name="tls">Null for a cluster whose connections are not encrypted.</param>
    /// <param name="timeout">How long to wait for each answer, those of the connection included.</param>
    /// <param name="waiting">Gets a line, once, if nobody answers at first.</param>
    /// <param name="ct">Ends the connecting, and later the waiting for calls.</param>
    /// <exception cref="ClusterException">No cluster answers, or one with another id.</exception>
    public static async Task<Gateway> Connect(
        ClusterAddress address, ClusterTls? tls, TimeSpan timeout, Action<string> waiting, CancellationToken ct)
    {
        var gateways = await GatewayProbe.Find(address, tls, Patience, timeout, waiting, TimeProvider.System, ct);
        var greeting = new ClusterHandshake(address, tls, gateways, timeout, TimeProvider.System);
        try
        {
            return await Start(address, tls, gateways, timeout, greeting, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw new ClusterException(greeting.Line, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var part in _services.GetServices<IHostedService>()) await part.StopAsync(CancellationToken.None).WaitAsync(Goodbye);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            // A cluster that is gone does not hear that the client leaves.
        }
    }

    static async Task<Gateway> Start(
        ClusterAddress address, ClusterTls? tls, IReadOnlyList<IPEndPoint> gateways, TimeSpan timeout, ClusterHandshake greeting,
            CancellationToken ct)
    {
        var services = new ServiceCollection();
        services.AddLogging(log =>
        {
            log.AddProvider(greeting);
            if (Shell.Debug) log.AddProvider(new DebugLog());
        });
        services.AddOrleansClient(client =>
        {
            client.Services.AddSingleton<IGatewayListProvider>(
                provider => new ResolvedGateways(address, gateways, provider.GetRequiredService<IOptions<GatewayOptions>>()));
            if (tls is not null) client.UseTls(tls.Apply);
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (address.ClusterId, ClusterAddress.DefaultId));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = timeout);
            // How often the client asks again where gateways are, and looks for one that it lost.
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
            client.Configure<ConnectionOptions>(o => o.OpenConnectionTimeout = timeout);
            client.UseConnectionRetryFilter(greeting.MayGoOn);
            client.Services.AddSerializer(serializer => serializer.AddGrid());
            client.AddOutgoingGrainCallFilter(new Calls(address, timeout,
                tls?.Own is { } own ? new(own, address.ClusterId, TimeProvider.System) : null, ct));
        });
        var provider = services.BuildServiceProvider();
        try
        {
            foreach (var part in provider.GetServices<IHostedService>())
            {
                // The connection, and the first answer over it. Orleans itself waits for that for ever.
                var start = part.StartAsync(ct).WaitAsync(2 * timeout, ct);
                // A silo that has just died is looked for in vain, too, until the others know of it.
                if (await Task.WhenAny(start, greeting.Elsewhere) != start && await Task.WhenAny(start, Task.Delay(timeout, ct)) != start)
                    throw new ClusterException(greeting.Line);
                await start;
            }

            return new(provider);
        }
        catch
        {
            await new Gateway(provider).DisposeAsync();
            throw;
        }
    }
}
