using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Grid.AppHost.Tests;

/// <summary>The whole of it as Aspire runs it, on a database of the test's.</summary>
public sealed class RunTests(PostgresServer server)
{
    const string Sweep =
        "{name: small, dataset: digits, model: softmax, training: {epochs: 1}, attack: fgsm, strength: [0, 0.1], seeds: 4}";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Aspire_runs_a_cluster_that_computes_a_sweep()
    {
        Needs.Met("postgresql", server.Missing);
        var page = ThreePorts();
        var folder = Directory.CreateTempSubdirectory("grid-aspire-").FullName;
        using var patience = new CancellationTokenSource(Patience);
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [
                $"--ConnectionStrings:Grid={await server.CreateDatabase()}", $"--Ports:Page={page}", $"--Folder={folder}",
                $"--Ports:Gateway={ThreePorts()}", $"--Ports:Silo={ThreePorts()}",
            ],
            patience.Token);
        // It tells at length of every look at a silo that is not ready yet.
        builder.Services.AddLogging(logging => logging.ClearProviders());
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

    /// <summary>The first of three free ports in a row.</summary>
    static int ThreePorts()
    {
        while (true)
        {
            var first = FreePorts.Next();
            if (FreePorts.Next() == first + 1 && FreePorts.Next() == first + 2) return first;
        }
    }
}
