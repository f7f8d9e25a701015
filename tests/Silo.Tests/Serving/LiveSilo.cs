using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Grid.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Silo.Tests.Serving;

/// <summary>A real silo with files of its own, as it is delivered, in this process, and somebody who asks it over HTTP.</summary>
sealed class LiveSilo : IAsyncDisposable
{
    /// <summary>Silos on ports of one machine, each with workers: not beside each other.</summary>
    public const string OneAtATime = "live silos";

    public const string Sweep = """
        name: small
        dataset: digits
        model: softmax
        training: {epochs: 1}
        attack: fgsm
        defense: [none, median-filter]
        strength: [0, 0.1]
        seeds: 2
        evaluation: {samples: 50}
        """;

    readonly Func<Task<WebApplication>> _start;
    WebApplication _app;

    LiveSilo(WebApplication app, Func<Task<WebApplication>> start, string folder, string url, params int[] ports) =>
        (_app, _start, Folder, Url, Ports) = (app, start, folder, url, ports);

    public string Folder { get; }

    public string Url { get; }

    public int[] Ports { get; }

    /// <param name="settings">Settings beyond the ports and the folder.</param>
    public static Task<LiveSilo> Start(params string[] settings) => Start(_ => { }, settings);

    /// <param name="change">Has the last word on services.</param>
    public static async Task<LiveSilo> Start(Action<IServiceCollection> change, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("grid-live-").FullName;
        var ports = Enumerable.Range(0, 3).Select(_ => FreePorts.Next()).ToArray();
        string[] arguments =
        [
            $"--Grid:HttpPort={ports[0]}", $"--Grid:SiloPort={ports[1]}", $"--Grid:GatewayPort={ports[2]}", $"--Grid:Folder={folder}",
                "--Grid:Slots=2",
            "--Logging:LogLevel:Default=Warning", .. settings,
        ];
        return new(await Run(), Run, folder, $"http://localhost:{ports[0]}", ports);

        async Task<WebApplication> Run()
        {
            var app = await SiloHost.Build(arguments, change);
            await app.StartAsync();
            return app;
        }
    }

    public async Task Stop()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The same silo, with the same files and ports, after it was stopped.</summary>
    public async Task Again() => _app = await _start();

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = new(Url), Timeout = TimeSpan.FromMinutes(2) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public static StringContent Yaml(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));

    public static async Task<JsonElement> Json(HttpResponseMessage answer, HttpStatusCode wanted = HttpStatusCode.OK)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == wanted, $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Folder, recursive: true);
    }
}
