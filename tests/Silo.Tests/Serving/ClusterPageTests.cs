using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Grid.Silo.Identity;
using Grid.Web.Tests.Browser;
using Microsoft.Playwright;

namespace Grid.Silo.Tests.Serving;

/// <summary>The silo's page in a real browser, as people of each role meet it.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class ClusterPageTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    static readonly string Shots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    /// <summary>Long enough to be watched.</summary>
    const string Sweep = """
        name: watched
        dataset: digits
        model: softmax
        training: {epochs: 1}
        attack: {pgd: {steps: [300, 600, 900]}}
        defense: [none, median-filter]
        strength: [0, 0.1, 0.2]
        seeds: 6
        evaluation: {samples: 300}
        """;

    readonly Dictionary<string, string> _tokens = [];
    readonly string _people = Path.GetTempFileName();
    LiveSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, role) in new[] { ("rita", "read"), ("sam", "submit"), ("sue", "submit"), ("ada", "admin") })
        {
            _tokens[name] = People.Draw();
            await File.AppendAllTextAsync(_people, $"{name} {role} {People.HashOf(_tokens[name])}\n");
        }

        _silo = await LiveSilo.Start($"--Grid:Identity:PeopleFile={_people}");
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        File.Delete(_people);
    }

    [Fact]
    public async Task A_wrong_token_is_told_and_a_right_one_leads_to_where_one_wanted_to_go()
    {
        var page = await chromium.Open(390);
        await page.GotoAsync($"{_silo.Url}/sweeps/none-00000000/cells");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await Enter(page, "no such token");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("There is no such token");
        Assert.Empty(await page.Context.CookiesAsync());
        await Expect(page.Locator("main button")).ToHaveCSSAsync("border-radius", "5px");
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Nodes[0].Html}"));
        await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, "sign-in-390.png") });

        await Enter(page, _tokens["rita"]);
        await Expect(page).ToHaveURLAsync(new Regex("/sweeps/none-00000000/cells"));
        await Expect(page.Locator(".viewer")).ToHaveTextAsync("rita");
        var cookie = Assert.Single(await page.Context.CookiesAsync());
        Assert.True(cookie.HttpOnly && cookie.SameSite == SameSiteAttribute.Strict && cookie.Expires == -1);

        await page.Locator(".viewer").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("rita, with the role read");
        await page.GetByText("Sign out").ClickAsync();
        await page.GotoAsync(_silo.Url);
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
    }

    [Fact]
    public async Task A_sweep_is_watched_steered_by_those_who_may_and_found_again_when_its_silo_was_gone()
    {
        using var sam = _silo.Client(_tokens["sam"]);
        var taken = await LiveSilo.Json(await sam.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(Sweep)), System.Net.HttpStatusCode.Created);
        var sweep = taken.GetProperty("sweep").GetString();
        // So that nothing of it is done before one looks.
        await LiveSilo.Json(await sam.PostAsync($"/api/v1/sweeps/{sweep}/pause", null));
        var address = $"{_silo.Url}/sweeps/{sweep}";
        var page = await chromium.Open();
        await SignIn(page, "ada", address);
        await page.GetByText("Resume", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("running");
        await page.GetByText("Pause", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("paused");
        foreach (var (name, told) in new[] { ("rita", "rita may look, and no more"), ("sue", "belongs to sam") })
        {
            await SignIn(page, name, address);
            await page.GetByText("Resume", new() { Exact = true }).ClickAsync();
            await Expect(page.Locator("main")).ToContainTextAsync(told);
        }

        await SignIn(page, "sam", address);
        await page.GetByText("Resume", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("running");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, "cluster-1440.png"), FullPage = true });

        await _silo.Stop();
        await Expect(page.Locator("#lost")).ToBeVisibleAsync();
        await _silo.Again();
        await Expect(page.Locator("#lost")).ToBeHiddenAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("108 of 108 cells done");
        await Expect(page.Locator("#head")).ToContainTextAsync("finished");
    }

    async Task SignIn(IPage page, string name, string address)
    {
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(address);
        await Enter(page, _tokens[name]);
        await Expect(page.Locator(".viewer")).ToHaveTextAsync(name);
    }

    static async Task Enter(IPage page, string token)
    {
        await page.Locator("input[name=token]").FillAsync(token);
        await page.Locator("main button[type=submit]").Last.ClickAsync();
    }

    static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    static IPageAssertions Expect(IPage page) => Assertions.Expect(page);
}
