using System.Net;
using System.Text;

namespace Grid.Monitoring.Tests;

/// <summary>Stands in for kube-state-metrics and dcgm-exporter: tells series under the names and labels that theirs have.</summary>
sealed class Exporter : IDisposable
{
    readonly HttpListener _listener = new();
    volatile string _series = "";

    public Exporter()
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = Task.Run(Listen);
    }

    public int Port { get; } = FreePorts.Next();

    /// <summary>What it tells from now on, in Prometheus' text format.</summary>
    public void Tell(params string[] series) => _series = string.Join('\n', series) + "\n";

    public void Dispose() => _listener.Close();

    async Task Listen()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(_series));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
