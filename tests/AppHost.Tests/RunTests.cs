using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Grid.AppHost.Tests;

/// <summary>The whole of it as Aspire runs it, on a database of the test's.</summary>
public sealed class RunTests(PostgresServer server)
{
    const string Sweep = "{name: small, dataset: digits, model: softmax, training: {epochs: 1}, attack: fgsm, strength: [0, 0.1], seeds: 4}";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Aspire_runs_a_cluster_that_computes_a_sweep()
    {
        Needs.Met("postgresql", server.Missing);
        var page = FreePorts();
        var folder = Directory.CreateTempSubdirectory("grid-aspire-").FullName;
        using var patience = new CancellationTokenSource(Patience);
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [
                $"--ConnectionStrings:Grid={await server.CreateDatabase()}", $"--Ports:Page={page}", $"--Folder={folder}",
                $"--Ports:Gateway={FreePorts()}", $"--Ports:Silo={FreePorts()}",
            ],
            patience.Token);
        await using (var cluster = await builder.BuildAsync(patience.Token)) await Computes(cluster, page, patience.Token);
        Directory.Delete(folder, recursive: true);
    }

    static async Task Computes(DistributedApplication cluster, int page, CancellationToken ct)
    {
        await cluster.StartAsync(ct);
        foreach (var silo in new[] { "silo-0", "silo-1", "silo-2" })
            await cluster.ResourceNotifications.WaitForResourceHealthyAsync(silo, ct);
        var migrated = await cluster.ResourceNotifications.WaitForResourceAsync(
            "migrate", r => KnownResourceStates.TerminalStates.Contains(r.Snapshot.State?.Text), ct);
        Assert.Equal(0, migrated.Snapshot.ExitCode);

        using var client = new HttpClient { BaseAddress = new($"http://localhost:{page}") };
        using var text = new StringContent(Sweep, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));
        using var answer = await client.PostAsync("/api/v1/sweeps", text, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
        var workers = await Ask(client, "/api/v1/workers", ct);
        var silos = workers.GetProperty("workers").EnumerateArray().Select(w => w.GetProperty("worker").GetString()!.Split('/')[0]);
        Assert.Equal(3, silos.Distinct().Count());
        while ((await Ask(client, "/api/v1/sweeps/small", ct)).GetProperty("sweep").GetProperty("done").GetInt32() < 8)
            await Task.Delay(100, ct);
    }

    static async Task<JsonElement> Ask(HttpClient client, string path, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(path, ct));
        return document.RootElement.Clone();
    }

    /// <summary>The first of three ports in a row that nobody has.</summary>
    static int FreePorts()
    {
        while (true)
        {
            var first = Random.Shared.Next(20_000, 30_000);
            try
            {
                foreach (var port in Enumerable.Range(first, 3))
                {
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(IPAddress.Any, port));
                }

                return first;
            }
            catch (SocketException)
            {
                // Somebody has one of them.
            }
        }
    }
}
