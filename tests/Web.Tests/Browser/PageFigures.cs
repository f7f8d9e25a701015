using System.Globalization;
using System.Text.Json;
using Grid.Sweeps.Results;
using Microsoft.Playwright;

namespace Grid.Web.Tests.Browser;

/// <summary>How soon large pages are there, and how long a browser does nothing else meanwhile: the figures of bench/RESULTS.md.</summary>
[Trait("Category", "Long")]
public sealed class PageFigures(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_report_of_a_thousand_curves_opens_in_a_browser_that_runs()
    {
        var report = Samples.Report(50, 20, 5, seeds: 1);
        var path = Path.Combine(AppContext.BaseDirectory, "thousand.html");
        await File.WriteAllTextAsync(path, ReportFile.Text(report, TimeProvider.System));
        var page = await chromium.Open();
        var times = new List<(double Content, double Paint)>();
        for (var i = 0; i < 6; i++)
        {
            await page.GotoAsync("about:blank");
            await page.GotoAsync(new Uri(path).AbsoluteUri);
            times.Add(await Opened(page));
        }

        // The first one finds a browser that has compiled nothing yet.
        var curves = report.Curves.Count(c => c.Metric == Metric.RobustAccuracy);
        Say($"{curves} curves, {new FileInfo(path).Length / 1e6:0.00} MB, medians of 5, first of all apart:");
        Say($"content loaded after {Middle(times.Skip(1).Select(t => t.Content))} ms ({times[0].Content:0})");
        Say($"first paint after {Middle(times.Skip(1).Select(t => t.Paint))} ms ({times[0].Paint:0})");
    }

    [Fact]
    public async Task A_hundred_thousand_cells_are_watched()
    {
        var (report, plan) = Samples.Sweep(101, 101, 10, seeds: 1);
        await using var folder = new ResultsFolder(report, plan);
        folder.Finish(0, plan.Cells.Count / 2);
        await folder.Serve();
        var page = await chromium.Open();
        await page.AddInitScriptAsync(
            "window.tasks = []; new PerformanceObserver(l => window.tasks.push(...l.getEntries().map(e => e.duration)))"
                + ".observe({ type: 'longtask', buffered: true });");
        await page.GotoAsync(folder.Sweep, new() { Timeout = 300_000 });
        var (content, paint) = await Opened(page);
        var opening = await Tasks(page);
        for (var (round, at) = (0, plan.Cells.Count / 2); round < 3; round++, at += 1000)
        {
            folder.Finish(at, at + 1000);
            await Assertions.Expect(page.Locator("#head"))
                .ToContainTextAsync((at + 1000).ToString("N0", CultureInfo.InvariantCulture), new() { Timeout = 300_000 });
        }

        Say($"{plan.Cells.Count:N0} cells, {report.Curves.Count:N0} curves: content loaded after {content:0} ms, painted after {paint:0}");
        Say($"opening: {opening}");
        Say($"three times a thousand cells more: {await Tasks(page)}");
    }

    static async Task<(double Content, double Paint)> Opened(IPage page)
    {
        await page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        var times = await page.EvaluateAsync<JsonElement>("""
            ({ content: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
               paint: performance.getEntriesByName('first-contentful-paint')[0].startTime })
            """);
        return (times.GetProperty("content").GetDouble(), times.GetProperty("paint").GetDouble());
    }

    static async Task<string> Tasks(IPage page)
    {
        var tasks = await page.EvaluateAsync<double[]>("window.tasks.splice(0)");
        return $"{tasks.Length} long tasks of {tasks.DefaultIfEmpty(0).Max():0} ms at most, {tasks.Sum():0} in all";
    }

    static string Middle(IEnumerable<double> values) => values.Order().ElementAt(2).ToString("0", CultureInfo.InvariantCulture);

    void Say(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
