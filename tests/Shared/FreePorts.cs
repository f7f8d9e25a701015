using System.Net;
using System.Net.Sockets;

namespace Grid.Tests;

/// <summary>Ports for the servers of a test run, each given once.</summary>
/// <remarks>
/// They lie below those that the system gives to outgoing connections (from 32768 on under Linux): one of these could otherwise take a
/// port after it was drawn, or while its server is being started again.
/// </remarks>
static class FreePorts
{
    const int First = 12_000, Last = 29_999;

    static int _last = Random.Shared.Next(First, Last);

    public static int Next()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref _last) % (Last - First);
            if (IsFree(port)) return port;
        }
    }

    static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
