using System.Net;
using System.Net.Sockets;

namespace Grid.Local.Cluster;

/// <summary>Ports of the loopback address.</summary>
static class Ports
{
    /// <summary>The first free port from <paramref name="wanted"/> on, which is added to those taken.</summary>
    public static int Take(int wanted, HashSet<int> taken)
    {
        var port = wanted;
        while (taken.Contains(port) || !IsFree(port)) port++;
        taken.Add(port);
        return port;
    }

    // A port is taken whether somebody listens on all addresses or on loopback alone.
    static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.Any, port);

    static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
