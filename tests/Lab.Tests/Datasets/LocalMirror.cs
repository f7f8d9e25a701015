using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Grid.Lab.Tests.Datasets;

/// <summary>An HTTP server on this machine that answers each request with the next line of a script, the last one for ever.</summary>
sealed class LocalMirror : IDisposable
{
    public sealed record Answer(string Status, byte[] Body, int Announced, bool Hangs = false)
    {
        public static Answer Ok(byte[] body) => new("200 OK", body, body.Length);

        public static Answer Error(string status) => new(status, [], 0);

        /// <summary>Announces the whole body, sends the first bytes and closes.</summary>
        public static Answer Truncated(byte[] body, int sent) => new("200 OK", body[..sent], body.Length);

        /// <summary>Sends the first bytes of the body, then nothing; with none, not even a status.</summary>
        public static Answer Hang(byte[] body, int sent) => new("200 OK", body[..sent], body.Length, Hangs: true);
    }

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Queue<Answer> _script;

    public LocalMirror(params Answer[] script)
    {
        _script = new Queue<Answer>(script);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/folder/");
        _ = Serve();
    }

    public Uri Address { get; }

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Called when a request hangs.</summary>
    public Action Hanging { get; set; } = () => { };

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            var answer = _script.Count > 1 ? _script.Dequeue() : _script.Peek();
            _ = Reply(client, answer, _stop.Token);
        }
    }

    async Task Reply(TcpClient client, Answer answer, CancellationToken stop)
    {
        using (client)
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            Requests.Enqueue((await reader.ReadLineAsync(stop))!);
            while (await reader.ReadLineAsync(stop) is { Length: > 0 })
            {
            }
            if (!answer.Hangs || answer.Body.Length > 0)
            {
                string head = $"HTTP/1.1 {answer.Status}\r\nContent-Length: {answer.Announced}\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
                await stream.WriteAsync(answer.Body, stop);
            }
            if (answer.Hangs)
            {
                Hanging();
                await Task.Delay(Timeout.Infinite, stop);
            }
        }
    }
}
