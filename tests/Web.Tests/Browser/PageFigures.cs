using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
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

    [Theory]
    [InlineData(50, 20, 20)]
    [InlineData(51, 20, 100)]
    [InlineData(101, 101, 10)]
    public async Task A_hundred_thousand_cells_are_watched(int attacks, int defenses, int strengths)
    {
        var (report, plan) = Samples.Sweep(attacks, defenses, strengths, seeds: 1);
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
        var (told, drawn, worked) = (new List<double>(), new List<double>(), new List<double>());
        await Drawn(page, folder);
        var again = await chromium.Open();
        await again.GotoAsync(folder.Sweep, new() { Timeout = 300_000 });
        var (contentAgain, paintAgain) = await Opened(again);
        await again.CloseAsync();
        for (var (round, at) = (0, plan.Cells.Count / 2); round < 3; round++, at += 1000)
        {
            folder.Finish(at, at + 1000);
            var (began, before) = (Stopwatch.GetTimestamp(), Worked);
            await Assertions.Expect(page.Locator("#head"))
                .ToContainTextAsync((at + 1000).ToString("N0", CultureInfo.InvariantCulture), new() { Timeout = 300_000 });
            told.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Drawn(page, folder);
            drawn.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            worked.Add((Worked - before).TotalMilliseconds);
        }

        var (watching, charts) = (await Tasks(page), await page.Locator("#panels svg.chart").CountAsync());
        var taken = await page.EvaluateAsync<int[]>(
            "performance.getEntriesByType('resource').filter(e => e.name.includes('/parts')).map(e => e.encodedBodySize)");
        // So that it is known that long tasks are seen where there are any.
        await page.EvaluateAsync("new Promise(done => setTimeout(() => { const t = performance.now(); "
            + "while (performance.now() - t < 120); setTimeout(done, 200); }))");
        var control = await Tasks(page);
        Say($"{plan.Cells.Count:N0} cells, {report.Curves.Count:N0} curves: content loaded after {content:0} ms, painted after {paint:0}");
        Say($"opened by another one: content loaded after {contentAgain:0} ms, painted after {paintAgain:0}");
        Say($"opening: {opening}");
        Say($"three times a thousand cells more: {watching}; a control of 120 ms: {control}");
        Say($"head told after {Times(told)} ms, curves drawn after {Times(drawn)}; processor time of the server {Times(worked)}");
        var (large, small) = (string.Join(", ", taken.Where(bytes => bytes > 10_000)), taken.Count(bytes => bytes <= 10_000));
        Say($"answers of {large} bytes and {small} small ones; {charts} charts");
    }

    static TimeSpan Worked => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Waits until the page has every part as it is now.</summary>
    static async Task Drawn(IPage page, ResultsFolder folder)
    {
        using var http = new HttpClient();
        for (; ; await Task.Delay(500))
        {
            var has = await page.EvaluateAsync<string>(
                "[...document.querySelectorAll('[data-live]:not(figure.panel)')].map(e => e.id + '.' + e.dataset.live).join(',')");
            var answer = await http.GetFromJsonAsync<JsonElement>($"{folder.Sweep}/parts?has={has}");
            var lacks = answer.GetProperty("changed").EnumerateObject().Any(part => part.Name != "head");
            if (!lacks && !answer.GetProperty("behind").GetBoolean()) return;
        }
    }

    static string Times(IEnumerable<double> times) => string.Join(", ", times.Select(t => t.ToString("0", CultureInfo.InvariantCulture)));

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
