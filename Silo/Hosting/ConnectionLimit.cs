using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;

namespace Grid.Silo.Hosting;

/// <summary>Closes connections of an address that has many open: who opens thousands and sends nothing, which takes no token, would else
/// use up the file handles that a silo needs for its storage, and with them the silo. Other addresses do not feel it.</summary>
/// <param name="most">Most connections that an address may have open to one port.</param>
sealed class ConnectionLimit(int most)
{
    /// <summary>Enough for an ingress or a router behind which many people sit, and far below what a process may open.</summary>
    public const int Most = 500;

    readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Limits what comes to the silo's and the gateway's port.</summary>
    public static void AddConnectionLimit(ISiloBuilder silo) => silo.Configure<SiloConnectionOptions>(connections =>
    {
        connections.ConfigureSiloInboundConnection(Add);
        connections.ConfigureGatewayInboundConnection(Add);
    });

    /// <summary>Limits what comes to a port.</summary>
    public static void Add(IConnectionBuilder port)
    {
        var limit = new ConnectionLimit(Most);
        port.Use(next => connection => limit.Pass(connection, next));
    }

    /// <summary>Passes a connection on, or closes it.</summary>
    public async Task Pass(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        try
        {
            if (_open.AddOrUpdate(address, 1, (_, open) => open + 1) <= most) await next(connection);
            else connection.Abort();
        }
        finally
        {
            // Addresses that are gone are forgotten.
            if (_open.AddOrUpdate(address, 0, (_, open) => open - 1) == 0) _open.TryRemove(new(address, 0));
        }
    }
}
