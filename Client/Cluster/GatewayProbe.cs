using System.Net;
using System.Net.Sockets;

namespace Grid.Client.Cluster;

/// <summary>
/// Finds out whether anybody listens at a cluster's gateways. Orleans itself waits long between its attempts and does not say what is
/// wrong.
/// </summary>
static class GatewayProbe
{
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250), LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The gateways, once one of them listens.</summary>
    /// <param name="patience">How long to try, counted from the first refusal.</param>
    /// <param name="timeout">How long to wait where nobody refuses either.</param>
    /// <param name="waiting">Gets a line, once, if nobody listens at first.</param>
    /// <exception cref="ClusterException">Nobody listens, or nobody with a certificate that the authority signed.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> Find(
        ClusterAddress address, ClusterTls? tls, TimeSpan patience, TimeSpan timeout, Action<string> waiting, TimeProvider clock,
        CancellationToken ct)
    {
        long? refused = null;
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            using var enough = new CancellationTokenSource(timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, ct);
            try
            {
                var gateways = await address.Resolve(either.Token);
                await Knock(gateways, tls, either.Token);
                return gateways;
            }
            catch (SocketException e)
            {
                if (refused is null) waiting($"Nobody answers at {address} yet; trying for {patience.TotalSeconds:0} s ...");
                refused ??= clock.GetTimestamp();
                if (clock.GetElapsedTime(refused.Value) + wait > patience) throw new ClusterException(Line(address, patience, e), e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new ClusterException(
                    $"Nothing came back from {address} within {timeout.TotalSeconds:0} s, not even a refusal. "
                    + "Check --cluster and that no firewall is in "
                    + "the way, or give it longer with --timeout.", e);
            }

            await Task.Delay(wait, clock, ct);
        }
    }

    static string Line(ClusterAddress address, TimeSpan patience, SocketException e) =>
        e.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
            ? $"This machine does not know the host name in {address}; check --cluster or GRID_CLUSTER. "
                + "On Kubernetes the name is unknown while no control silo is ready."
            : $"No cluster '{address.ClusterId}' answers at {address}, tried for {patience.TotalSeconds:0} s. "
                + "Check that a silo runs there, that "
                + "this is the port of its gateway (--cluster), and that no firewall is in the way.";

    /// <exception cref="SocketException">Nobody listens there.</exception>
    static async Task Knock(IReadOnlyList<IPEndPoint> gateways, ClusterTls? tls, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var knocks = gateways.Select(g => Knock(g, tls, enough.Token)).ToList();
        while (knocks.Count > 0)
        {
            var first = await Task.WhenAny(knocks);
            knocks.Remove(first);
            // If the last address fails too, its error stands for all.
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
}
