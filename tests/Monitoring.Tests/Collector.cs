using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Grid.Monitoring.Tests;

/// <summary>A collector of traces that keeps what it is sent.</summary>
sealed class Collector : IDisposable
{
    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<byte[]> _sent = new();

    public Collector()
    {
        Endpoint = $"http://127.0.0.1:{FreePorts.Next()}/";
        _listener.Prefixes.Add(Endpoint);
        _listener.Start();
        _ = Task.Run(Listen);
    }

    public string Endpoint { get; }

    /// <summary>Whether a span of that name has come: field 5 of OTLP's Span.</summary>
    public bool HasSpan(string name)
    {
        byte[] field = [0x2a, (byte)name.Length, .. Encoding.UTF8.GetBytes(name)];
        return _sent.Any(bytes => bytes.AsSpan().IndexOf(field) >= 0);
    }

    public void Dispose() => _listener.Close();

    async Task Listen()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            if (context.Request.Url!.AbsolutePath == "/v1/traces") _sent.Enqueue(body.ToArray());
            context.Response.Close();
        }
    }
}
