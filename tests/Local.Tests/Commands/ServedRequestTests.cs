using System.Net;
using Grid.Local.Serving;

namespace Grid.Local.Tests.Commands;

/// <summary>Requests to <c>grid serve</c> that no page of ours sends.</summary>
public sealed class ServedRequestTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Requests_that_cannot_be_answered_are_refused_with_a_reason()
    {
        _place.Write("s.yaml", SmallSweeps.Houses);
        Assert.Equal(0, _place.Run("run", "s.yaml").Code);
        var ct = TestContext.Current.CancellationToken;
        await using var host = FolderHost.Build(_place["results"], 0);
        await host.StartAsync(ct);
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()) };
        var sweep = Path.GetFileName(_place.Results);

        // An empty name once ended in a fault of the server.
        var empty = await http.GetAsync($"/api/v1/sweeps/{sweep}/compare?other=", ct);
        Assert.Equal(HttpStatusCode.NotFound, empty.StatusCode);
        Assert.Contains("this is not a name of a sweep", await empty.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        var text = await http.GetAsync($"/api/v1/sweeps/{sweep}/cells?from=x", ct);
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
        Assert.Contains("\"status\":400", await text.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);

        // A misspelt defense is not one with nothing to compare.
        var unknown = await http.GetAsync($"/api/v1/sweeps/{sweep}/compare?defense=nome&with=none", ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.StatusCode);
        Assert.Contains("nome: the sweep has no such defense; ", await unknown.Content.ReadAsStringAsync(ct),
            StringComparison.Ordinal);
        var submitted = await http.PostAsync("/api/v1/sweeps", new StringContent("name: x"), ct);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, submitted.StatusCode);
        Assert.Contains("POST is not answered here, only GET; submit", await submitted.Content.ReadAsStringAsync(ct),
            StringComparison.Ordinal);
        Assert.Contains("there is nothing at this address", await (await http.GetAsync("/api/v1/sweep", ct)).Content.ReadAsStringAsync(ct),
            StringComparison.Ordinal);

        // It will never be possible, so nobody shall be asked to come back.
        var pause = await http.PostAsync($"/sweeps/{sweep}/pause", null, ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, pause.StatusCode);
        Assert.Contains("Not possible", await pause.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);

        var quoted = await http.GetAsync($"/api/v1/sweeps/{sweep}/curves?attack=<script>", ct);
        Assert.Equal("nosniff", Assert.Single(quoted.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("cells.jsonl", "{\"cell\":1}\n")]
    [InlineData("sweep.yaml", "name: [\n")]
    public async Task A_damaged_folder_says_so_on_its_own_page_and_hides_no_other(string file, string damage)
    {
        _place.Write("s.yaml", SmallSweeps.Houses);
        Assert.Equal(0, _place.Run("run", "s.yaml").Code);
        var ct = TestContext.Current.CancellationToken;
        var (folder, broken) = (_place.Results, "broken-00000000");
        var sound = Path.GetFileName(folder);
        Directory.CreateDirectory(_place[$"results/{broken}"]);
        foreach (var copied in Directory.EnumerateFiles(folder))
            File.Copy(copied, _place[$"results/{broken}/{Path.GetFileName(copied)}"]);
        _place.Write($"results/{broken}/{file}", damage);
        // The command reads no sweep file for its list.
        var listed = _place.Run("status");
        Assert.Equal(0, listed.Code);
        Assert.Matches($"{sound} +finished", listed.Out);
        Assert.Matches($"{broken} +{(file == "cells.jsonl" ? "damaged" : "finished")}", listed.Out);

        await using var host = FolderHost.Build(_place["results"], 0);
        await host.StartAsync(ct);
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()) };

        var list = await http.GetStringAsync("/api/v1/sweeps", ct);
        Assert.Contains(sound, list, StringComparison.Ordinal);
        Assert.Contains(broken, list, StringComparison.Ordinal);
        Assert.Contains(sound, await http.GetStringAsync("/", ct), StringComparison.Ordinal);
        foreach (var address in new[] { $"/api/v1/sweeps/{broken}/checks", $"/sweeps/{broken}/cells" })
        {
            var refused = await http.GetAsync(address, ct);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(file, await refused.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        }
    }
}
