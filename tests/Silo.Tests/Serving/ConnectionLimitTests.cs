using System.Net;
using System.Net.Sockets;
using System.Text;
using Grid.Silo.Hosting;

namespace Grid.Silo.Tests.Serving;

/// <summary>Somebody without a token who opens as many connections as he likes.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class ConnectionLimitTests : IAsyncLifetime
{
    static readonly IPAddress Attacker = IPAddress.Loopback, Visitor = IPAddress.Parse("127.0.0.2");

    readonly List<Socket> _open = [];
    LiveSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await LiveSilo.Start();

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _open) socket.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task An_address_may_hold_so_many_connections_and_others_do_not_feel_it()
    {
        var port = _silo.Ports[0];
        for (var i = 0; i < ConnectionLimit.Most + 20; i++) await Connect(Attacker, port);

        var answers = await Task.WhenAll(_open.Select(Ask));
        Assert.Equal(20, answers.Count(a => a.Length == 0));
        Assert.StartsWith("HTTP/1.1 200", await Ask(await Connect(Visitor, port)), StringComparison.Ordinal);
        // One place is free again once one of his connections is closed.
        _open[answers.Index().First(a => a.Item.Length > 0).Index].Dispose();
        while (await Ask(await Connect(Attacker, port)) is not { Length: > 0 }) await Task.Yield();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_ports_of_silos_and_clients_are_limited_too(int port)
    {
        for (var i = 0; i < ConnectionLimit.Most; i++) await Connect(Attacker, _silo.Ports[port]);
        var answers = _open.ConvertAll(Answer);
        Assert.DoesNotContain(answers, a => a.IsCompletedSuccessfully && a.Result.Length == 0);
        answers.Add(Answer(await Connect(Attacker, _silo.Ports[port])));
        // One is closed; the others wait for what a silo says first, or have heard it.
        while (!answers.Any(a => a.IsCompletedSuccessfully && a.Result.Length == 0)) await Task.WhenAny(answers.Where(a => !a.IsCompleted));
    }

    async Task<Socket> Connect(IPAddress from, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _open.Add(socket);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException)
        {
            // It was closed at once.
        }

        return socket;
    }

    static async Task<string> Ask(Socket socket)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
        catch (SocketException)
        {
            return "";
        }

        return await Answer(socket);
    }

    /// <summary>What comes first; nothing where the other side closes.</summary>
    static async Task<string> Answer(Socket socket)
    {
        var buffer = new byte[1000];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
