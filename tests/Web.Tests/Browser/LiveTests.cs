using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Grid.Web.Tests.Browser;

/// <summary>A live page of many cells asks for what it lacks, draws what is in sight, and holds no more than that.</summary>
public sealed partial class LiveTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Charts that a page may hold, see grid.js.</summary>
    const int Most = 60;

    [Fact]
    public async Task An_update_holds_what_has_changed_and_nothing_else()
    {
        var (report, plan) = Samples.Sweep(attacks: 30, defenses: 8, strengths: 10, seeds: 1);
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, plan.Cells.Count - 20);
        await folder.Serve();
        await folder.Drawn();
        using var http = new HttpClient();
        var whole = await http.GetStringAsync(folder.Sweep);
        var has = string.Join(',', Live().Matches(whole).Select(m => $"{m.Groups[1].Value}.{m.Groups[2].Value}"));

        Assert.Empty((await Since(has)).AsObject());

        // One curve more: its sweep's head and tables change, but none of the charts that are of other attacks.
        folder.Finish(plan.Cells.Count - 20, plan.Cells.Count - 10);
        var changed = (await Since(has)).AsObject().Select(p => p.Key).ToList();
        Assert.Contains("head", changed);
        Assert.Contains("board0", changed);
        Assert.DoesNotContain("panels", changed);
        Assert.DoesNotContain("references", changed);
        Assert.InRange(changed.Count(id => id.StartsWith('p')), 0, 2);

        // Of a chart that a page wants, the whole; of one that there is not, nothing.
        Assert.Contains("<svg", (string)(await Since("p0-29."))["p0-29"]!, StringComparison.Ordinal);
        Assert.Null((await Since("p9-9."))["p9-9"]);

        async Task<JsonNode> Since(string what)
        {
            // Curves are made anew in a third of the time at most: a page that hears so asks again.
            var answer = default(JsonNode);
            while (answer is null || (bool)answer["behind"]!)
            {
                if (answer is not null) await Task.Delay(50);
                answer = await http.GetFromJsonAsync<JsonNode>($"{folder.Sweep}/parts?has={what}");
            }

            return answer["changed"]!;
        }
    }

    [Fact]
    public async Task A_page_is_up_to_date_though_some_cells_do_not_count_yet()
    {
        // Of a curve of six strengths the ends are run first: what is between counts when they are there, and here it came before them.
        var (report, plan) = Samples.Sweep(attacks: 2, defenses: 2, strengths: 8, seeds: 1);
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, 13);
        await folder.Serve();

        await folder.Drawn();

        using var http = new HttpClient();
        var whole = await http.GetStringAsync(folder.Sweep);
        Assert.DoesNotContain("id=\"behind\"", whole, StringComparison.Ordinal);
        Assert.Contains("<b>13</b> of 32 cells done", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_drawn_stands_while_a_sweep_gets_on_faster_than_it_is_drawn()
    {
        var source = new SlowSource(Samples.Report());
        await using var host = source.Host();
        await host.StartAsync();
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()) };
        Assert.Contains("being put together", await http.GetStringAsync("/sweeps/slow"), StringComparison.Ordinal);

        // Which parts there will be is not known yet, and a page takes none away.
        Assert.Null((await Parts(""))["order"]);

        source.Give();
        while ((bool)(await Parts(""))["behind"]!) await Task.Delay(20);
        var first = (await Parts(""))["changed"]!["board0"];
        Assert.NotNull(first);

        // The next one never ends: each who asks has what there is, and hears that there will be more.
        source.Hold();
        for (var i = 0; i < 2; i++)
        {
            var answer = await Parts("");
            Assert.Equal((true, (string?)first), ((bool)answer["behind"]!, (string?)answer["changed"]!["board0"]));
            Assert.Contains("board0", answer["order"]!.AsArray().Select(id => (string?)id));
        }

        source.Give();

        async Task<JsonNode> Parts(string has) => (await http.GetFromJsonAsync<JsonNode>($"/sweeps/slow/parts?has={has}"))!;
    }

    // What is drawn already may lack the cells that this one was told of.
    [Fact]
    public async Task Who_comes_while_findings_are_drawn_for_another_asks_again()
    {
        var source = new SlowSource(Samples.Report());
        await using var host = source.Host();
        await host.StartAsync();
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()) };
        var askAgain = false;
        for (var i = 0; i < 20 && !askAgain; i++)
        {
            var first = IsBehind();
            await Come(2 * i + 1);
            var second = IsBehind();
            await Come(2 * i + 2);
            source.Give();
            // The second may be so slow that it finds nothing under way, and draws for itself.
            var (own, other) = (await first, await second);
            askAgain = !own && other;
            source.Hold();
        }

        Assert.True(askAgain);

        async Task<bool> IsBehind() => (bool)(await http.GetFromJsonAsync<JsonNode>("/sweeps/slow/parts"))!["behind"]!;

        async Task Come(int requests)
        {
            while (source.Asked < requests) await Task.Yield();
        }
    }

    // Nothing has changed meanwhile, and a page still has to take back that its source is away.
    [Fact]
    public async Task A_page_hears_that_its_source_is_away_and_that_it_is_back()
    {
        var source = new SlowSource(Samples.Report());
        await using var host = source.Host();
        await host.StartAsync();
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()) };
        using var events = new StreamReader(await http.GetStreamAsync("/sweeps/slow/events"));
        Assert.Equal("hello", await Next());

        source.IsAway = true;
        Assert.Equal("lost", await Next());
        source.IsAway = false;
        Assert.Equal("change", await Next());

        async Task<string> Next()
        {
            while (await events.ReadLineAsync() is { } line)
                if (line.StartsWith("event: ", StringComparison.Ordinal) && line != "event: beat") return line["event: ".Length..];
            return "";
        }
    }

    [Fact]
    public async Task Charts_are_drawn_where_a_reader_looks_and_let_go_when_he_is_far()
    {
        var (report, plan) = Samples.Sweep(attacks: 100, defenses: 8, strengths: 3, seeds: 1);
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, plan.Cells.Count);
        await folder.Serve();
        await folder.Drawn();
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep);
        var (slots, charts) = (page.Locator("#panels figure"), page.Locator("#panels svg.chart"));
        await Expect(slots).ToHaveCountAsync(101);
        await Expect(charts.First).ToBeVisibleAsync();
        Assert.InRange(await charts.CountAsync(), 1, 12);

        // From the index to a chart far below, which is drawn because it is looked at.
        await page.Locator("details.index summary").ClickAsync();
        await page.Locator("details.index a").Nth(90).ClickAsync();
        await Expect(slots.Nth(90).Locator("svg.chart")).ToBeVisibleAsync();
        Assert.InRange(await charts.CountAsync(), 1, 24);

        // Through all of them: as many are held as there is room for.
        for (var i = 0; i < 101; i += 4)
        {
            await slots.Nth(i).ScrollIntoViewIfNeededAsync();
            await Expect(slots.Nth(i).Locator("svg.chart")).ToBeVisibleAsync();
        }

        Assert.InRange(await charts.CountAsync(), 1, Most + 12);
        await Expect(slots).ToHaveCountAsync(101);
    }

    [Fact]
    public async Task Without_scripts_every_chart_is_a_link_away()
    {
        var (report, plan) = Samples.Sweep(attacks: 12, defenses: 3, strengths: 3, seeds: 1);
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, plan.Cells.Count);
        await folder.Serve();
        await folder.Drawn();
        var page = await chromium.Open(scripts: false);
        await page.GotoAsync(folder.Sweep);
        await Expect(page.Locator("#panels svg.chart")).ToHaveCountAsync(6);

        await page.Locator("figure.waiting a").First.ClickAsync();

        await Expect(page.Locator("svg.chart")).ToHaveCountAsync(1);
        await Expect(page.Locator("table.legend")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_is_at_a_button_when_numbers_change_stays_there()
    {
        var (report, plan) = Samples.Sweep();
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, 30);
        await folder.Serve();
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep);
        await page.Locator("figure.panel").First.GetByText("log strength").FocusAsync();

        folder.Finish(30, 72);

        await Expect(page.Locator("#head")).ToContainTextAsync("72 of 72");
        await Expect(page.Locator("#checks")).ToBeVisibleAsync();
        await Expect(page.Locator("figure.panel").First.GetByText("log strength")).ToBeFocusedAsync();
    }

    static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    [GeneratedRegex("id=\"([^\"]+)\"[^>]*? data-live=\"([0-9a-f]+)\"")]
    private static partial Regex Live();
}
