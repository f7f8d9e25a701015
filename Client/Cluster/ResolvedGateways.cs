using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Grid.Client.Cluster;

/// <summary>The gateways of a cluster as its host names stand for them now: silos that replace others have other addresses.</summary>
/// <param name="found">Those that were found first, which stay as long as the names give no others.</param>
sealed class ResolvedGateways(ClusterAddress address, IReadOnlyList<IPEndPoint> found, IOptions<GatewayOptions> options)
    : IGatewayListProvider
{
    IReadOnlyList<IPEndPoint> _known = found;

    public TimeSpan MaxStaleness => options.Value.GatewayListRefreshPeriod;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        try
        {
            _known = await address.Resolve(CancellationToken.None);
        }
        catch (SocketException)
        {
            // On Kubernetes the name is unknown while no silo is ready.
        }

        return [.. _known.Select(gateway => gateway.ToGatewayUri())];
    }
}
