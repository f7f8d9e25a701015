using System.Diagnostics;
using System.Net;
using Parquet.Serialization;

namespace Grid.Silo.Tests.Serving;

/// <summary>The HTTP API of a silo that knows no identities.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class ApiTests : IAsyncLifetime
{
    LiveSilo _silo = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync() => (_silo, _http) = (await LiveSilo.Start(), null!);

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task From_a_submission_to_every_table()
    {
        _http = _silo.Client();
        var taken = await LiveSilo.Json(await _http.PostAsync("/api/v1/sweeps?file=s.yaml", LiveSilo.Yaml(LiveSilo.Sweep)),
            HttpStatusCode.Created);
        var sweep = taken.GetProperty("sweep").GetString()!;
        Assert.Equal(8, taken.GetProperty("cells").GetInt32());
        Assert.False((await LiveSilo.Json(await _http.PostAsync("/api/v1/sweeps",
            LiveSilo.Yaml(LiveSilo.Sweep)))).GetProperty("is_new").GetBoolean());

        // Ends with the sweep.
        var events = await _http.GetStringAsync($"/api/v1/sweeps/{sweep}/events");
        Assert.Contains("event: status\ndata: {\"sweep\":{", events, StringComparison.Ordinal);
        Assert.EndsWith("event: end\ndata: \n\n", events, StringComparison.Ordinal);

        var status = await Get("/api/v1/sweeps/small");
        Assert.Equal("finished", status.GetProperty("sweep").GetProperty("state").GetString());
        Assert.Equal(8, status.GetProperty("sweep").GetProperty("done").GetInt32());
        Assert.Equal(sweep, (await Get("/api/v1/sweeps")).GetProperty("sweeps")[0].GetProperty("id").GetString());

        var cells = await Get("/api/v1/sweeps/small/cells?from=2&count=3");
        Assert.Equal((8, 2, 3), (cells.GetProperty("total").GetInt32(), cells.GetProperty("from").GetInt32(),
            cells.GetProperty("cells").GetArrayLength()));
        Assert.Equal(4, (await Get("/api/v1/sweeps/small/cells?defense=none")).GetProperty("total").GetInt32());
        var curves = (await Get("/api/v1/sweeps/small/curves?metric=robust_accuracy")).GetProperty("curves");
        Assert.Equal(2, curves.EnumerateArray().Count(c => c.GetProperty("attack").GetString() == "fgsm"));
        Assert.NotEqual(0, (await Get("/api/v1/sweeps/small/checks")).GetProperty("verdicts").GetArrayLength());
        Assert.Equal(0, (await Get("/api/v1/sweeps/small/friends")).GetProperty("friends").GetArrayLength());
        Assert.NotEqual(0, (await Get("/api/v1/workers")).GetProperty("workers").GetArrayLength());
        Assert.Equal(LiveSilo.Sweep, await _http.GetStringAsync("/api/v1/sweeps/small/spec"));

        var csv = await _http.GetStringAsync("/api/v1/sweeps/small/cells.csv");
        Assert.Equal(9, csv.TrimEnd().Split('\n').Length);
        await using var parquet = new MemoryStream(await _http.GetByteArrayAsync("/api/v1/sweeps/small/cells.parquet"));
        var rows = (await ParquetSerializer.DeserializeUntypedAsync(parquet)).Data;
        Assert.Equal(csv.Split('\n')[1..9].Select(l => l.Split(',')[0]), rows.Select(r => (string)r["cell"]!));

        // With images of the models that the silo has, and with what to cite.
        Assert.Contains("id=\"strip0\"", await _http.GetStringAsync($"/sweeps/{sweep}/report.html"), StringComparison.Ordinal);
        Assert.Contains("{goodfellow2015explaining,", await _http.GetStringAsync($"/sweeps/{sweep}/references.bib"),
            StringComparison.Ordinal);

        // Texts that are no key of a grain.
        await Refused(await _http.GetAsync("/api/v1/sweeps/small/compare?other="), HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync($"/sweeps/{sweep}/compare?sweep=%20")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/sweeps/%20/cells")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _http.PostAsync("/sweeps/%20/pause", null)).StatusCode);

        Assert.Contains("is finished",
            await Refused(await _http.PostAsync("/api/v1/sweeps/small/pause", null), HttpStatusCode.UnprocessableEntity),
                StringComparison.Ordinal);
        Assert.Equal("nothing to run again",
            (await LiveSilo.Json(await _http.PostAsync("/api/v1/sweeps/small/retry", null))).GetProperty("said").GetString());
    }

    [Fact]
    public async Task What_is_wrong_is_one_line_with_the_status_that_says_so()
    {
        _http = _silo.Client();
        Assert.Contains("There is no sweep nonsense",
            await Refused(await _http.GetAsync("/api/v1/sweeps/nonsense"), HttpStatusCode.NotFound), StringComparison.Ordinal);
        await Refused(await _http.GetAsync("/api/v1/sweeps/..%2f..%2fetc/cells"), HttpStatusCode.NotFound);
        var wrong = await _http.PostAsync("/api/v1/sweeps?file=s.yaml",
            LiveSilo.Yaml(LiveSilo.Sweep.Replace("fgsm", "fgms", StringComparison.Ordinal)));
        Assert.Contains("s.yaml:5:", await Refused(wrong, HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        await Refused(await _http.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(new string('#', 1_100_000))),
            HttpStatusCode.RequestEntityTooLarge);
        await Refused(await _http.PostAsync("/api/v1/sweeps", Bytes([0xFF, 0xFE, 0x00])), HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _http.PostAsync("/api/v1/sweeps", JsonContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task Pages_of_others_cannot_have_a_browser_ask()
    {
        _http = _silo.Client();
        foreach (var (header, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://elsewhere.example"), ("Origin", "null") })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sweeps") { Content = LiveSilo.Yaml(LiveSilo.Sweep) };
            request.Headers.Add(header, value);
            Assert.Contains("another site", await Refused(await _http.SendAsync(request), HttpStatusCode.Forbidden),
                StringComparison.Ordinal);
        }

        // A name of theirs that was made to lead here.
        var rebound = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sweeps");
        rebound.Headers.Host = "elsewhere.example";
        Assert.Contains("set up Grid:Identity", await Refused(await _http.SendAsync(rebound), HttpStatusCode.Forbidden),
            StringComparison.Ordinal);
        Assert.Empty((await Get("/api/v1/sweeps")).GetProperty("sweeps").EnumerateArray());
    }

    [Fact]
    public async Task It_describes_itself_in_OpenAPI()
    {
        _http = _silo.Client();
        var description = await Get("/api/v1/openapi.json");
        var paths = description.GetProperty("paths");
        Assert.All(paths.EnumerateObject(), p => Assert.StartsWith("/api/v1/", p.Name, StringComparison.Ordinal));
        foreach (var (path, method) in new[]
        {
            ("/api/v1/sweeps", "get"), ("/api/v1/sweeps", "post"), ("/api/v1/sweeps/{sweep}", "get"),
                ("/api/v1/sweeps/{sweep}/cells", "get"),
            ("/api/v1/sweeps/{sweep}/curves", "get"), ("/api/v1/sweeps/{sweep}/checks", "get"), ("/api/v1/sweeps/{sweep}/events", "get"),
            ("/api/v1/sweeps/{sweep}/pause", "post"), ("/api/v1/sweeps/{sweep}/cells.parquet", "get"), ("/api/v1/workers", "get"),
        }) Assert.False(string.IsNullOrEmpty(paths.GetProperty(path).GetProperty(method).GetProperty("summary").GetString()));
        var point = description.GetProperty("components").GetProperty("schemas").GetProperty("PointDocument").GetProperty("properties");
        Assert.Equal(["strength", "n", "mean", "low", "high", "seeds", "total"], point.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task The_Python_client_does_all_of_it()
    {
        // The distribution's own, which has the distribution's pandas.
        var interpreter = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        Needs.Met("python3", await Answers(interpreter, "--version") ? null : "python3 is not here.");
        var folder = Path.Combine(Repository(), "clients", "python");
        var start = new ProcessStartInfo(interpreter, ["-B", "-m", "unittest", "-v", "test_grid_client"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["GRID_URL"] = _silo.Url;
        if (Environment.GetEnvironmentVariable("GRID_REQUIRE_ALL") == "1"
            && !(Environment.GetEnvironmentVariable("GRID_EXCUSED") ?? "").Split(' ').Contains("pandas"))
            start.Environment["GRID_PANDAS"] = "1";
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEndAsync();
        var text = await python.StandardError.ReadToEndAsync() + await output;
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, text);
    }

    static async Task<bool> Answers(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true });
            await process!.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    static ByteArrayContent Bytes(byte[] bytes) => new(bytes) { Headers = { ContentType = new("application/yaml") } };

    static StringContent JsonContent(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    async Task<System.Text.Json.JsonElement> Get(string path) => await LiveSilo.Json(await _http.GetAsync(path));

    static async Task<string> Refused(HttpResponseMessage answer, HttpStatusCode wanted)
    {
        var problem = await LiveSilo.Json(answer, wanted);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return problem.GetProperty("detail").GetString()!;
    }
}
