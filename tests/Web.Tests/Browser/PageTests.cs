using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Grid.Web.Tests.Browser;

/// <summary>Pages and reports as a person meets them.</summary>
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    static readonly string Shots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    [Fact]
    public async Task A_sweep_is_watched_until_it_is_finished()
    {
        await using var folder = await Served(done: 30);
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep);
        await Expect(page.Locator("#head")).ToContainTextAsync("running");
        await Expect(page.Locator("#head")).ToContainTextAsync("30 of 72 cells done");
        // What a person has chosen stays when the numbers change.
        await page.Locator("figure.panel tr[data-name=none] button").First.ClickAsync();

        folder.Finish(30, 72);
        folder.End();

        await Expect(page.Locator("#head")).ToContainTextAsync("72 of 72 cells done");
        await Expect(page.Locator("#head")).ToContainTextAsync("finished");
        await Expect(page.Locator("figure.panel").First.Locator("g.curve[data-name=none]"))
            .ToHaveClassAsync(new System.Text.RegularExpressions.Regex("off"));
        await page.GotoAsync(folder.Address);
        await Expect(page.Locator("table")).ToContainTextAsync("finished");
    }

    [Fact]
    public async Task A_page_says_when_its_host_is_gone_and_goes_on_when_it_is_back()
    {
        await using var folder = await Served(done: 30);
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep);
        await Expect(page.Locator("#lost")).ToBeHiddenAsync();

        await folder.Stop();
        await Expect(page.Locator("#lost")).ToBeVisibleAsync();
        folder.Finish(30, 60);
        await folder.Serve();

        await Expect(page.Locator("#lost")).ToBeHiddenAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("60 of 72 cells done");
    }

    [Fact]
    public async Task A_leaderboard_is_sorted_filtered_and_asked_at_another_strength()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report(defenses: 6)));
        var rows = page.Locator("#board0 tbody tr:visible");
        var name = rows.First.Locator("th");
        await Expect(name).ToContainTextAsync("epsilon=0.025");

        await page.Locator("#board0 thead button", new() { HasText = "under attack" }).ClickAsync();
        await Expect(page.Locator("#board0 thead th[aria-sort=descending]")).ToContainTextAsync("under attack");
        await page.Locator("#board0 thead button", new() { HasText = "under attack" }).ClickAsync();
        await Expect(name).ToContainTextAsync("none");

        await page.Locator("#board0 select").SelectOptionAsync("0");
        await Expect(page.Locator("#board0 thead")).ToContainTextAsync("under attack at 0");
        await Expect(rows.First.Locator("td.worst")).ToContainTextAsync("97.0 [");

        await page.Locator("#board0 input").FillAsync("adversarial 0.01");
        await Expect(rows).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_chart_is_read_zoomed_and_turned_to_logarithms()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report()));
        var figure = page.Locator("figure.panel").First;
        var chart = figure.Locator("svg.chart");
        var before = await figure.Locator(".line").Nth(1).GetAttributeAsync("d");
        await chart.ScrollIntoViewIfNeededAsync();

        await chart.HoverAsync(new() { Position = new() { X = 250, Y = 120 } });
        await Expect(figure.Locator(".tip")).ToBeVisibleAsync();
        await Expect(figure.Locator(".tip")).ToContainTextAsync("none: ");

        await figure.GetByText("log strength").ClickAsync();
        await Expect(figure.GetByText("log strength")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(before, await figure.Locator("g.curve .line").First.GetAttributeAsync("d"));
        await figure.GetByText("log strength").ClickAsync();

        var box = (await chart.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 200, box.Y + 100);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 500, box.Y + 120, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await Expect(figure.GetByText("whole range")).ToBeEnabledAsync();
        await figure.GetByText("whole range").ClickAsync();
        await Expect(figure.GetByText("whole range")).ToBeDisabledAsync();

        await figure.Locator("tr[data-name=none] button").ClickAsync();
        await Expect(figure.Locator("g.curve[data-name=none]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_zoom_between_two_strengths_shows_the_line_that_joins_them()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report()));
        var chart = page.Locator("figure.panel svg.chart").First;
        await chart.FocusAsync();

        for (var i = 0; i < 3; i++) await page.Keyboard.PressAsync("+");
        await Expect(page.Locator("#said")).ToHaveTextAsync("epsilon (Linf) from 0.175 to 0.225");

        // From edge to edge: no strength that was measured lies in the range.
        var spans = await chart.EvaluateAsync<double[]>("c => [...c.querySelectorAll('g.curve')].map(g => g.getBBox().width)");
        Assert.All(spans, width => Assert.Equal(640, width, tolerance: 0.2));
    }

    [Fact]
    public async Task A_chart_is_read_zoomed_and_moved_by_keys_and_says_so()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report()));
        var figure = page.Locator("figure.panel").First;
        var (chart, said, ticks) = (figure.Locator("svg.chart"), page.Locator("#said"), figure.Locator("svg.chart .axis text"));
        await chart.FocusAsync();
        await Expect(chart).ToHaveAttributeAsync("aria-describedby", "keys");

        await page.Keyboard.PressAsync("Home");
        await Expect(said).ToContainTextAsync("epsilon (Linf) 0; ");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(said).ToContainTextAsync("epsilon (Linf) 0.08; ");
        await Expect(said).ToContainTextAsync("none: ");
        await Expect(figure.Locator(".tip")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("+");
        await Expect(said).ToHaveTextAsync("epsilon (Linf) from 0.04 to 0.24");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(said).ToHaveTextAsync("epsilon (Linf) from 0.09 to 0.29");
        await Expect(ticks.Filter(new() { HasText = "0.25" })).ToHaveCountAsync(1);
        // At the end it stops, with the same zoom.
        for (var i = 0; i < 5; i++) await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(said).ToHaveTextAsync("epsilon (Linf) from 0.2 to 0.4");
        await Expect(figure.GetByLabel("Towards larger strengths")).ToBeDisabledAsync();
        await figure.GetByLabel("Towards smaller strengths").PressAsync("Enter");
        await Expect(figure.GetByLabel("Towards larger strengths")).ToBeEnabledAsync();

        await chart.FocusAsync();
        await page.Keyboard.PressAsync("-");
        await page.Keyboard.PressAsync("-");
        await Expect(said).ToHaveTextAsync("epsilon (Linf) from 0 to 0.4");
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Nodes[0].Html}"));
    }

    [Fact]
    public async Task A_map_of_many_fields_is_read_by_pointing()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report(attacks: 32, defenses: 32, strengths: 2, seeds: 1)));
        var map = page.Locator("svg.map");
        await map.ScrollIntoViewIfNeededAsync();
        var box = (await map.BoundingBoxAsync())!;
        // The field in the first row and column: its corner is 74 and 8 of 684 from that of the picture.
        await page.Mouse.MoveAsync(box.X + box.Width * 80 / 684, box.Y + box.Width * 14 / 684);
        var tip = page.Locator("#maps .tip");
        await Expect(tip).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\(0\.005, 10\): [0-9.]+ %$"));
        await page.Mouse.MoveAsync(box.X + box.Width * 670 / 684, box.Y + box.Width * 600 / 684);
        await Expect(tip).ToContainTextAsync("(0.155, 310): ");
        await page.Mouse.MoveAsync(box.X + box.Width * 20 / 684, box.Y + 2);
        await Expect(tip).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_finger_reads_a_chart()
    {
        var page = await chromium.Open(390);
        await page.GotoAsync(Report(Samples.Report()));
        var figure = page.Locator("figure.panel").First;
        await figure.Locator("svg.chart").TapAsync();
        await Expect(figure.Locator(".tip")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_figure_is_taken_away_in_every_form()
    {
        var page = await chromium.Open();
        await page.GotoAsync(Report(Samples.Report()));
        var figure = page.Locator("figure.panel").First;

        Assert.Contains("<style>", await Text("SVG"), StringComparison.Ordinal);
        Assert.StartsWith("name,strength,mean,low,high\nadversarial-training", await Text("CSV"), StringComparison.Ordinal);
        Assert.Contains(@"\begin{tabular}", await Text("LaTeX"), StringComparison.Ordinal);
        Assert.Contains(@"\addlegendentry{none}", await Text("TikZ"), StringComparison.Ordinal);
        var png = await File.ReadAllBytesAsync(await Taken("PNG"));
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        Assert.InRange(png.Length, 20_000, 2_000_000);

        async Task<string> Text(string form) => await File.ReadAllTextAsync(await Taken(form));

        async Task<string> Taken(string form)
        {
            var taken = await page.RunAndWaitForDownloadAsync(() => figure.GetByText(form, new() { Exact = true }).ClickAsync());
            return await taken.PathAsync();
        }
    }

    [Fact]
    public async Task A_report_is_read_with_scripts_off_and_asks_nobody()
    {
        var page = await chromium.Open(scripts: false);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        var address = Report(Samples.Report());
        await page.GotoAsync(address);

        await Expect(page.Locator("#board0 tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator("figure.panel svg.chart").First).ToBeVisibleAsync();
        await Expect(page.Locator("button")).ToHaveCountAsync(0);
        Assert.Equal([address], asked);
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    public async Task Pages_fit_are_read_aloud_and_break_no_policy(int width, bool dark)
    {
        await using var folder = await Served(done: 72);
        var page = await chromium.Open(width, dark);
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        foreach (var (name, address) in new[] { ("sweeps", folder.Address), ("sweep", folder.Sweep), ("cells", $"{folder.Sweep}/cells"),
            ("report", Report(Samples.Report())) })
        {
            await page.GotoAsync(address);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{name} is wider than {width} pixels.");
            Assert.True(
                await page.EvaluateAsync<bool>(
                    "[...document.querySelectorAll('caption')].every(c => c.getBoundingClientRect().right <= innerWidth)"),
                $"A caption on {name} is cut at {width} pixels.");
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0,
                $"{name}: {string.Join('\n', found.Violations.Select(v => $"{v.Id} {v.Help}: {v.Nodes[0].Html}"))}");
            // What is out of sight is not painted, not even for a picture.
            await page.EvaluateAsync("for (const p of document.querySelectorAll('.panel')) p.style.contentVisibility = 'visible'");
            await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}-{width}{(dark ? "-dark" : "")}.png"), FullPage = true });
        }

        Assert.Empty(said);
    }

    static async Task<ResultsFolder> Served(int done)
    {
        var (report, plan) = Samples.Sweep();
        var folder = new ResultsFolder(report, plan);
        folder.Finish(0, done);
        await folder.Serve();
        return folder;
    }

    static string Report(Presentation.SweepReport report)
    {
        var path = Path.Combine(Shots, $"{Guid.CreateVersion7()}.html");
        File.WriteAllText(path, ReportFile.Text(report, TimeProvider.System));
        return new Uri(path).AbsoluteUri;
    }

    static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
