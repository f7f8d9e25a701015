using System.Net;
using Grid.Silo.Identity;

namespace Grid.Silo.Tests.Serving;

/// <summary>Orleans' own dashboard: there where it is asked for, and for those whom the page is open to.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class DashboardTests
{
    static readonly string[] Paths = ["/orleans/", "/orleans/DashboardCounters", "/orleans/GrainState", "/orleans/index.min.js"];

    [Fact]
    public async Task It_is_not_there_unless_asked_for()
    {
        await using var silo = await LiveSilo.Start();
        using var http = silo.Client();
        foreach (var path in Paths) Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task It_shows_the_cluster_to_its_own_machine_alone_and_no_logs()
    {
        await using var silo = await LiveSilo.Start("--Grid:Dashboard=true");
        using var http = silo.Client();
        Assert.Contains("<script", await http.GetStringAsync("/orleans/"), StringComparison.Ordinal);
        // Its grain counts once a second; who asks without a pause is asked to wait.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var active = 0;
        while (active == 0 && await pace.WaitForNextTickAsync())
        {
            var counters = await LiveSilo.Json(await http.GetAsync("/orleans/DashboardCounters"));
            active = counters.GetProperty("totalActiveHostCount").GetInt32();
        }

        Assert.Equal(1, active);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/orleans/Trace")).StatusCode);
        foreach (var path in Paths) Assert.Equal(HttpStatusCode.Forbidden, await Status(http, path, "elsewhere.example"));
    }

    [Fact]
    public async Task Where_people_have_roles_it_takes_one()
    {
        var people = Path.GetTempFileName();
        var token = People.Draw();
        await File.WriteAllTextAsync(people, $"rita read {People.HashOf(token)}\n");
        await using var silo = await LiveSilo.Start("--Grid:Dashboard=true", $"--Grid:Identity:PeopleFile={people}");
        using var stranger = silo.Client();
        using var rita = silo.Client(token);
        foreach (var path in Paths) Assert.Equal(HttpStatusCode.Unauthorized, await Status(stranger, path));
        foreach (var path in Paths[..2]) Assert.Equal(HttpStatusCode.OK, await Status(rita, path));
        File.Delete(people);
    }

    static async Task<HttpStatusCode> Status(HttpClient http, string path, string? host = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return (await http.SendAsync(request)).StatusCode;
    }
}
