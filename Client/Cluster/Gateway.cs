using System.Net;
using System.Net.Sockets;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Grid.Client.Cluster;

/// <summary>A connection to a cluster.</summary>
sealed class Gateway : IAsyncDisposable
{
    /// <summary>For the first connection: a cluster that has just been started needs a moment.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    readonly ServiceProvider _services;

    Gateway(ServiceProvider services) => _services = services;

    IClusterClient Client => _services.GetRequiredService<IClusterClient>();

    public IGridGrain Desk => Client.GetGrain<IGridGrain>(0);

    public ISweepGrain Sweep(string id) => Client.GetGrain<ISweepGrain>(id);

    /// <param name="tls">Null for a cluster whose connections are not encrypted.</param>
    /// <param name="timeout">Of each call.</param>
    /// <param name="waiting">Told once that there is nobody yet.</param>
    /// <param name="ct">Also lets go of calls.</param>
    /// <exception cref="ClusterException">There is no cluster, or it is called otherwise.</exception>
    public static async Task<Gateway> Connect(ClusterAddress address, ClusterTls? tls, TimeSpan timeout, Action<string> waiting, CancellationToken ct)
    {
        var (last, told) = (default(Exception), false);
        var pipeline = new ResiliencePipelineBuilder()
            .AddTimeout(Patience)
            .AddRetry(new()
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not (OperationCanceledException or ClusterException)),
                Delay = TimeSpan.FromMilliseconds(250),
                MaxDelay = TimeSpan.FromSeconds(2),
                BackoffType = DelayBackoffType.Exponential,
                MaxRetryAttempts = int.MaxValue,
                OnRetry = retry =>
                {
                    last = retry.Outcome.Exception;
                    if (!told) waiting($"Nobody answers at {address} yet; trying for {Patience.TotalSeconds:0} s ...");
                    told = true;
                    return default;
                },
            })
            .Build();
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    var gateways = await address.Resolve(attempt);
                    // Orleans itself waits long between its attempts, and does not tell what is wrong.
                    await Knock(gateways, tls, attempt);
                    last = null;
                    return await Start(address, tls, gateways, timeout, attempt, ct);
                },
                ct);
        }
        catch (TimeoutRejectedException e)
        {
            if (tls is null && last is not SocketException && await address.Resolve(ct) is [var gateway, ..] && await ClusterTls.IsSpokenAt(gateway, ct))
                throw new ClusterException($"The cluster at {address} speaks TLS only: name the file with its authority's certificate in {ClusterTls.AuthoritySetting}.", last);
            throw new ClusterException(
                (last ?? e) switch
                {
                    SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
                        $"The host name in {address} is not known here; check --cluster or GRID_CLUSTER.",
                    SocketException =>
                        $"No cluster '{address.ClusterId}' answers at {address}, tried for {Patience.TotalSeconds:0} s. Check that a silo runs there, that this is the port of its "
                        + "gateway (--cluster), and that no firewall is in the way.",
                    _ => $"Something answers at {address}, but not as cluster '{address.ClusterId}', tried for {Patience.TotalSeconds:0} s. Check the cluster id (--cluster-id), that this "
                        + $"is the port of a silo's gateway (--cluster), {(tls is { Own: null } ? "whether it asks clients for a certificate (GRID_TLS_CERTIFICATE), " : "")}and the silo's log.",
                },
                last);
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
            // Whoever is gone need not be taken leave of.
        }
    }

    /// <exception cref="SocketException">Nobody listens.</exception>
    static async Task Knock(IReadOnlyList<IPEndPoint> gateways, ClusterTls? tls, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var knocks = gateways.Select(g => Knock(g, tls, enough.Token)).ToList();
        while (knocks.Count > 0)
        {
            var first = await Task.WhenAny(knocks);
            knocks.Remove(first);
            // The last one may fail for all.
            if (!first.IsCompletedSuccessfully && knocks.Count > 0) continue;
            await first;
            break;
        }

        await enough.CancelAsync();
    }

    static async Task Knock(IPEndPoint gateway, ClusterTls? tls, CancellationToken ct)
    {
        using var socket = new Socket(gateway.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(gateway, ct);
        if (tls is null) return;
        await using var stream = new NetworkStream(socket);
        await tls.Greet(stream, gateway, ct);
    }

    static async Task<Gateway> Start(ClusterAddress address, ClusterTls? tls, IReadOnlyList<IPEndPoint> gateways, TimeSpan timeout, CancellationToken attempt, CancellationToken calls)
    {
        var services = new ServiceCollection();
        if (Shell.Debug) services.AddLogging(log => log.AddProvider(new DebugLog()));
        services.AddOrleansClient(client =>
        {
            client.UseStaticClustering([.. gateways]);
            if (tls is not null) client.UseTls(tls.Apply);
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (address.ClusterId, ClusterAddress.DefaultId));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = timeout);
            // A gateway that was lost is looked for again this often.
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
            client.Configure<ConnectionOptions>(o => o.OpenConnectionTimeout = TimeSpan.FromSeconds(3));
            client.Services.AddSerializer(serializer => serializer.AddGrid());
            client.AddOutgoingGrainCallFilter(new Calls(address, timeout, calls));
        });
        var provider = services.BuildServiceProvider();
        try
        {
            foreach (var part in provider.GetServices<IHostedService>()) await part.StartAsync(attempt).WaitAsync(attempt);
            return new(provider);
        }
        catch
        {
            await new Gateway(provider).DisposeAsync();
            throw;
        }
    }
}
