using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Grid.Web.Sources;
using Microsoft.Playwright;
using UglyToad.PdfPig;

namespace Grid.Web.Tests.Browser;

/// <summary>What is seen of sweeps that were run: their images, and how they compare.</summary>
public sealed class RunTests(Chromium chromium, RunFolder folder) : IClassFixture<Chromium>, IClassFixture<RunFolder>
{
    static readonly string Shots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    [Fact]
    public async Task Images_show_what_fools_the_model_and_what_poisons_it()
    {
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep());
        await page.GetByText("Images", new() { Exact = true }).ClickAsync();

        await Expect(page.Locator("section h2")).ToHaveCountAsync(3);
        await Expect(page.Locator("#strip0 li")).ToHaveCountAsync(CellStrip.Samples);
        await Expect(page.Locator("#strip0 li").First.Locator("img")).ToHaveCountAsync(3);
        await Expect(page.Locator("#strip0 b").First).ToContainTextAsync("%");
        await Expect(page.Locator("#strip1 h2")).ToHaveTextAsync(new Regex("^label-flip at 0.[12]: [0-9]+ poisoned training samples"));
        await Expect(page.Locator("#strip2 h2")).ToContainTextAsync("against median-filter");
        await Expect(page.Locator("#strip2 li").First.GetByAltText("after, as the defense passes it on")).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("[...document.images].every(i => i.complete && i.naturalWidth === 8)"));
        await Fine(page, "images");

        await page.GetByText("More of this cell").First.ClickAsync();
        await Expect(page.Locator("#images li")).ToHaveCountAsync(16);
        await Expect(page.Locator("table").Last).ToContainTextAsync("Under attack");
    }

    [Fact]
    public async Task A_sweep_that_chooses_its_strengths_is_finished_when_it_has_what_it_needs()
    {
        var (run, planned) = (folder.Report(2).Done, folder.Cells(2).Count);
        Assert.InRange(run, 4, planned - 1);
        var page = await chromium.Open();
        await page.GotoAsync(folder.Sweep(2));
        await Expect(page.Locator("#head")).ToContainTextAsync($"{run} of {run} cells done");
        await Expect(page.Locator("#head .state")).ToHaveTextAsync("finished");
    }

    [Fact]
    public async Task Defenses_and_sweeps_are_compared_on_the_same_samples()
    {
        var page = await chromium.Open();
        await page.GotoAsync($"{folder.Sweep()}/compare");
        // The first two of all are chosen already.
        await Expect(page.Locator("select[name=with]")).ToHaveValueAsync("median-filter");
        await page.GetByText("Compare defenses").ClickAsync();

        await Expect(page.Locator("caption").First).ToContainTextAsync("A is none, B is median-filter");
        // At strength 0 as many are right alone in either as their rates differ by.
        var row = await page.Locator("tbody tr").First.Locator("td").AllTextContentsAsync();
        Assert.Equal(double.Parse(row[1], null) - double.Parse(row[0], null), double.Parse(row[4], null) - double.Parse(row[3], null),
            1e-9);
        await Fine(page, "compare");

        var second = folder.Sweep(1).Split('/')[^1];
        await page.Locator("select[name=sweep]").SelectOptionAsync(second);
        await page.GetByText("Compare sweeps").ClickAsync();
        await Expect(page.Locator("caption").First).ToContainTextAsync("B is second-");
    }

    [Fact]
    public async Task A_report_has_a_strip_and_prints_one_figure_alone()
    {
        var cell = folder.Cells().First(c => c.Cell is { Attack.Name: "fgsm", Strength: 0.1, Defense.Name: "none" });
        var html = ReportFile.Text(folder.Report(), TimeProvider.System, [new(cell.Id.Value, folder.Images(cell))]);
        Assert.True(html.Length < 200_000);
        var path = Path.Combine(Shots, "strip.html");
        await File.WriteAllTextAsync(path, html);
        var page = await chromium.Open();
        await page.AddInitScriptAsync("window.print = () => { window.printed = true; }");
        await page.GotoAsync(new Uri(path).AbsoluteUri);

        await Expect(page.Locator("#strip0 img")).ToHaveCountAsync(3 * CellStrip.Samples);
        await Expect(page.Locator("main")).ToContainTextAsync($"grid show {cell.Id}");
        await page.Locator("figure.panel").First.GetByText("PDF", new() { Exact = true }).ClickAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.printed"));
        using var pdf = PdfDocument.Open(await page.PdfAsync());
        var text = string.Concat(pdf.GetPages().Select(p => p.Text));
        Assert.Contains("robust accuracy", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Leaderboard", text, StringComparison.Ordinal);
        await Expect(page.Locator("body.printing")).ToHaveCountAsync(0);
    }

    [Fact]
    public void A_filter_shows_what_it_passes_on()
    {
        var cells = folder.Cells().Where(c => c.Cell is { Attack.Name: "fgsm", Strength: 0.1 });
        var images = cells.Select(c => (c.Cell.Defense.Name, folder.Images(c).Images)).ToDictionary(i => i.Name, i => i.Images);

        Assert.All(images["none"], i => Assert.Null(i.Filtered));
        // The median of a window of three by three is one of its pixels.
        Assert.All(images["median-filter"], image =>
        {
            Assert.NotEqual(image.Changed, image.Filtered);
            Assert.All(Enumerable.Range(0, 64), p =>
            {
                var (y, x) = (p / 8, p % 8);
                var window = Enumerable.Range(0, 9)
                    .Select(i => image.Changed[Math.Clamp(y + i / 3 - 1, 0, 7) * 8 + Math.Clamp(x + i % 3 - 1, 0, 7)]).ToList();
                Assert.Contains(image.Filtered![p], window);
            });
        });
    }

    static async Task Fine(IPage page, string name)
    {
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(v => $"{v.Id} {v.Help}: {v.Nodes[0].Html}")));
        foreach (var (width, dark) in new[] { (390, false), (1440, true), (1440, false) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{name} is wider than {width} pixels.");
            await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}-{width}{(dark ? "-dark" : "")}.png"), FullPage = true });
        }
    }

    static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
