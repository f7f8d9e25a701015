using System.Text.Encodings.Web;
using System.Text.Json;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;
using Grid.Web.Figures;
using Grid.Web.Findings;
using Grid.Web.Live;
using Grid.Web.Pages;
using Grid.Web.Papers;
using Grid.Web.Rendering;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grid.Web;

/// <summary>The pages over an <see cref="ISweepSource"/>; the host has one among its services, and a <see cref="TimeProvider"/>.</summary>
public static class PageEndpoints
{
    /// <summary>The security policy: a page sends requests only to the host it came from, and runs only the one script.</summary>
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    const int MostImages = 64;

    /// <summary>How long a page waits for the findings of a sweep before it is shown without them, or with what was drawn before.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Parts are HTML: escaped as if they stood in a page, they would be half as long again.
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const string Html = "text/html; charset=utf-8";

    /// <returns>All endpoints, so that the host may say who may see them.</returns>
    public static IEndpointConventionBuilder MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            Protect(context.HttpContext.Response);
            return await next(context);
        });
        // They are for people: what describes the API leaves them out.
        pages.ExcludeFromDescription();
        pages.MapGet("/", (ISweepSource source, CancellationToken ct) => Answer(source, "/events", () => Sweeps(source, ct)));
        pages.MapGet("/events", (HttpContext context, ISweepSource source, TimeProvider clock) => LiveEvents.Send(
            context, clock, async ct => string.Join<object>('\n', [.. await source.Sweeps(ct), .. await source.Workers(ct)])));
        // The page on which one signs in has them, too.
        pages.MapGet("/assets/grid.css",
            (HttpContext context) => Asset(context, Assets.Style + ShadeClasses.Style, "text/css")).AllowAnonymous();
        pages.MapGet("/assets/grid.js", (HttpContext context) => Asset(context, Assets.Script, "text/javascript")).AllowAnonymous();
        MapSweep(pages.MapGroup("/sweeps/{id}"));
        return pages;
    }

    /// <summary>Headers that tell the browser what a page may do.</summary>
    internal static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (Policy, "nosniff", "same-origin");
    }

    static void MapSweep(RouteGroupBuilder sweep)
    {
        sweep.MapGet("", (string id, ISweepSource source, CancellationToken ct) => Answer(source, $"/sweeps/{id}/events", async () =>
            await source.Sweep(id, ct) is { } detail ? await Sweep(source, detail, ct) : await Missing(source, id)));
        sweep.MapGet("/parts", (string id, string? has, ISweepSource source, CancellationToken ct) => Answer(source, null, async () =>
            await source.Sweep(id, ct) is { } detail
                ? Results.Json(await (await LiveSweep.Of(source, detail, Patience, ct)).Since(has ?? ""), Json)
                : await Missing(source, id)));
        sweep.MapGet("/panels/{panel}", (string id, string panel, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Panel(source, id, found, panel), ct));
        sweep.MapGet("/events", (string id, HttpContext context, ISweepSource source, TimeProvider clock) => LiveEvents.Send(
            context, clock, async ct => await source.Sweep(id, ct) is { } detail ? Told(detail) : null));
        sweep.MapGet("/cells", (string id, string? status, int? from, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Cells(source, id, found, status ?? "", from ?? 0), ct));
        sweep.MapGet("/cells/{cell}", (string id, string cell, int? images, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Cell(source, id, found, cell, Math.Clamp(images ?? 0, 0, MostImages), ct), ct));
        sweep.MapGet("/images", (string id, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Images(source, id, found, ct), ct));
        sweep.MapGet("/compare", (string id, string? defense, string? with, string? sweep, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Compare(source, id, found, (defense ?? "", with ?? ""), sweep ?? "", ct), ct));
        sweep.MapGet("/report.html", (string id, ISweepSource source, TimeProvider clock, CancellationToken ct) =>
            Found(source, id, async found => Results.Content(
                ReportFile.Text(found, clock, (await Strips(source, id, found, ct)).Strips), Html), ct));
        sweep.MapGet("/references.bib", (string id, ISweepSource source, CancellationToken ct) => Found(source, id, found =>
            Task.FromResult(Results.Text(References.Of(new(found)), "application/x-bibtex; charset=utf-8")), ct));
        sweep.MapGet("/curves.csv", (string id, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Task.FromResult(Csv(writer => CurvesTable.Write(writer, found.Curves))), ct));
        sweep.MapGet("/cells.csv", (string id, ISweepSource source, CancellationToken ct) =>
            Found(source, id, found => Task.FromResult(Csv(writer => CellsTable.Write(writer, found.Outcomes, found.Terms))), ct));
        foreach (var action in Enum.GetValues<SweepAction>())
        {
            sweep.MapPost($"/{action.ToString().ToLowerInvariant()}", (string id, HttpContext context, ISweepSource source,
                CancellationToken ct) =>
                SameOrigin.Holds(context.Request) ? Answer(source, $"/sweeps/{id}/events", async () =>
                {
                    await source.Act(id, action, ct);
                    return Results.Redirect($"/sweeps/{id}");
                }) : Task.FromResult(Results.StatusCode(StatusCodes.Status403Forbidden)));
        }
    }

    static async Task<IResult> Sweeps(ISweepSource source, CancellationToken ct) => Page(await Markup.Of<SweepsPage>(
        (nameof(SweepsPage.Around), PageContext.Of(source)), (nameof(SweepsPage.Sweeps), await source.Sweeps(ct)),
        (nameof(SweepsPage.Workers), await source.Workers(ct))));

    static async Task<IResult> Sweep(ISweepSource source, SweepDetail detail, CancellationToken ct)
    {
        var live = await LiveSweep.Of(source, detail, Patience, ct);
        return Page(await Markup.Of<SweepPage>(
            (nameof(SweepPage.Around), PageContext.Of(source)), (nameof(SweepPage.Sweep), detail.Overview.Id),
            (nameof(SweepPage.Name), detail.Overview.Name), (nameof(SweepPage.Text), await live.Whole()),
            (nameof(SweepPage.Behind), live.Behind)));
    }

    static async Task<IResult> Panel(ISweepSource source, string id, SweepReport found, string name) =>
        (await LiveFindings.Of(found, id)).Panel(name) is not { } panel ? await Missing(source, name)
            : Page(await Markup.Of<PanelPage>(
                (nameof(PanelPage.Around), PageContext.Of(source)), (nameof(PanelPage.Sweep), id), (nameof(PanelPage.Panel), panel)));

    static async Task<IResult> Cells(ISweepSource source, string id, SweepReport found, string status, int from)
    {
        var wanted = Enum.TryParse<CellStatus>(status, ignoreCase: true, out var one) ? one : default(CellStatus?);
        return Page(await Markup.Of<CellsView>(
            (nameof(CellsView.Around), PageContext.Of(source)), (nameof(CellsView.Sweep), id), (nameof(CellsView.From), Math.Max(0, from)),
            (nameof(CellsView.Status), wanted is null ? "" : wanted.Value.ToString().ToLowerInvariant()),
            (nameof(CellsView.Cells), found.Outcomes.Where(o => wanted is null || o.Status == wanted).ToList())));
    }

    static async Task<IResult> Cell(ISweepSource source, string id, SweepReport found, string cell, int images, CancellationToken ct)
    {
        if (found.Outcomes.FirstOrDefault(o => o.Id.Value == cell) is not { } outcome) return await Missing(source, cell);
        var (drawn, reason) = (default(SampleImages), "");
        try
        {
            if (images > 0) drawn = await source.Images(id, cell, images, ct);
        }
        catch (RefusedException e)
        {
            reason = e.Message;
        }

        return Page(await Markup.Of<CellView>(
            (nameof(CellView.Around), PageContext.Of(source)), (nameof(CellView.Sweep), id), (nameof(CellView.Cell), outcome),
            (nameof(CellView.Images), drawn), (nameof(CellView.Reason), reason)));
    }

    static async Task<IResult> Images(ISweepSource source, string id, SweepReport found, CancellationToken ct)
    {
        var (strips, reasons) = await Strips(source, id, found, ct);
        return Page(await Markup.Of<ImagesPage>(
            (nameof(ImagesPage.Around), PageContext.Of(source)), (nameof(ImagesPage.Sweep), id), (nameof(ImagesPage.Strips), strips),
            (nameof(ImagesPage.Reasons), reasons)));
    }

    /// <summary>Images of a few cells, and for the others the reason why they have none.</summary>
    static async Task<(IReadOnlyList<CellStrip> Strips, IReadOnlyList<string> Reasons)> Strips(
        ISweepSource source, string id, SweepReport found, CancellationToken ct)
    {
        var (strips, reasons) = (new List<CellStrip>(), new List<string>());
        foreach (var cell in StripCells.Of(found))
        {
            try
            {
                if (await source.Images(id, cell.Id.Value, CellStrip.Samples, ct) is { } images) strips.Add(CellStrip.Of(cell, images));
            }
            catch (RefusedException e)
            {
                reasons.Add(e.Message);
            }
        }

        return (strips, reasons);
    }

    static async Task<IResult> Compare(
        ISweepSource source, string id, SweepReport found, (string First, string Second) defenses, string other, CancellationToken ct)
    {
        var own = found.Checks.Series;
        var pairs = other.Length == 0 ? PairedCurve.OfDefenses(own, defenses.First, defenses.Second)
            : await source.Findings(other, ct) is { } second ? PairedCurve.OfSweeps(own, second.Report.Checks.Series) : [];
        return Page(await Markup.Of<ComparePage>(
            (nameof(ComparePage.Around), PageContext.Of(source)), (nameof(ComparePage.Sweep), id), (nameof(ComparePage.Pairs), pairs),
            (nameof(ComparePage.Defenses), own.Select(s => s.Name.Defense).Distinct().ToList()),
            (nameof(ComparePage.Sweeps), (await source.Sweeps(ct)).Select(s => s.Id).Where(s => s != id).ToList()),
            (nameof(ComparePage.First), defenses.First), (nameof(ComparePage.Second), defenses.Second), (nameof(ComparePage.Other),
                other)));
    }

    static Task<IResult> Found(ISweepSource source, string id, Func<SweepReport, Task<IResult>> make, CancellationToken ct) =>
        Answer(source, null, async () => await source.Findings(id, ct) is { } found ? await make(found.Report) : await Missing(source, id));

    /// <summary>The state of a sweep as a text that differs whenever its page should change.</summary>
    static string Told(SweepDetail detail) => FormattableString.Invariant(
        $"{detail.Overview.State} {detail.Overview.Done} {detail.Overview.Failed} {detail.Reason} {string.Join('\n', detail.Running)}");

    static async Task<IResult> Missing(ISweepSource source, string name) => Results.Content(
        await Error(source, "Not found", $"There is no {name} here.", null), Html, statusCode: StatusCodes.Status404NotFound);

    static IResult Page(string text) => Results.Content(text, Html);

    static IResult Csv(Action<TextWriter> write)
    {
        var text = new StringWriter { NewLine = "\n" };
        write(text);
        return Results.Text(text.ToString(), "text/csv; charset=utf-8");
    }

    static IResult Asset(HttpContext context, string text, string type)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Text(text, type);
    }

    /// <summary>If a source cannot answer now, shows a page that says so and tries again.</summary>
    static async Task<IResult> Answer(ISweepSource source, string? events, Func<Task<IResult>> make)
    {
        try
        {
            return await make();
        }
        catch (RefusedException e)
        {
            return Results.Content(await Error(source, "Not possible", e.Message, events: null), Html,
                statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception e) when (e is SourceException or IOException)
        {
            var page = await Error(source, "Not available now", e.Message, events);
            return Results.Content(page, Html, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (UnauthorizedAccessException e)
        {
            return Results.Content(await Error(source, "Not allowed", e.Message, events: null), Html,
                statusCode: StatusCodes.Status403Forbidden);
        }
    }

    static Task<string> Error(ISweepSource source, string title, string reason, string? events) => Markup.Of<ErrorPage>(
        (nameof(ErrorPage.Title), title), (nameof(ErrorPage.Around), PageContext.Of(source)),
        (nameof(ErrorPage.Reason), reason), (nameof(ErrorPage.Events), events));
}
