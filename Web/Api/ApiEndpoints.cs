using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Web.Rendering;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Grid.Web.Api;

/// <summary>
/// The HTTP API over an <see cref="ISweepSource"/>: the documents that the commands write with <c>--json</c>, tables as CSV and Parquet,
/// and server-sent events. A sweep goes by its id, the beginning of it, or its name.
/// </summary>
public static class ApiEndpoints
{
    /// <summary>The path that all addresses of the API begin with.</summary>
    public const string Root = "/api/v1";

    const int LargestPage = 10_000;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Maps the endpoints that change nothing.</summary>
    /// <returns>The endpoints, so that the host can say who may see them.</returns>
    public static IEndpointConventionBuilder MapReadApi(this IEndpointRouteBuilder app)
    {
        var api = Group(app);
        api.MapGet("/sweeps", async (ISweepSource source, CancellationToken ct) =>
            TypedResults.Ok(new SweepsDocument([.. (await source.Sweeps(ct)).Select(SweepDocuments.Of)])))
            .WithName("sweeps").WithSummary("Every sweep, the newest first.");
        api.MapGet("/sweeps/{sweep}", async (string sweep, ISweepSource source, CancellationToken ct) =>
            TypedResults.Ok(SweepDocuments.Of(await SweepSearch.Detail(source, sweep, ct))))
            .WithName("status").WithSummary("How far a sweep is, who runs it, what failed and what may be done to it.");
        api.MapGet("/sweeps/{sweep}/spec", async (string sweep, ISweepSource source, CancellationToken ct) =>
            TypedResults.Text((await SweepSearch.Findings(source, sweep, ct)).Heading.Spec, "application/yaml"))
            .WithName("spec").WithSummary("The sweep file.");
        api.MapGet("/sweeps/{sweep}/cells",
            Cells).WithName("cells").WithSummary("A stretch of the sweep's cells, in the order of its plan.");
        api.MapGet("/sweeps/{sweep}/curves", Curves)
            .WithName("curves").WithSummary("Security evaluation curves, and the FRIENDS grid where there is one.");
        api.MapGet("/sweeps/{sweep}/friends", Friends).WithName("friends").WithSummary("The FRIENDS grid alone.");
        api.MapGet("/sweeps/{sweep}/checks", async (string sweep, ISweepSource source, CancellationToken ct) =>
        {
            var findings = await SweepSearch.Findings(source, sweep, ct);
            return TypedResults.Ok(ChecksDocument.Of(findings.Heading.Id, findings.Checks));
        }).WithName("checks").WithSummary("What the rules of sound evaluation say of the results so far.");
        api.MapGet("/sweeps/{sweep}/compare", Compare).WithName("compare")
            .WithSummary("Two defenses of the sweep, or the sweep and another one, paired by sample: B less A.");
        foreach (var table in new[] { "cells", "curves", "friends" })
        {
            api.MapGet($"/sweeps/{{sweep}}/{table}.csv", (string sweep, ISweepSource source, CancellationToken ct) =>
                Tables.Csv(source, sweep, table, ct))
                .WithName($"{table}-csv").WithSummary($"The table {table}.csv.").Produces(200, contentType: "text/csv");
            api.MapGet($"/sweeps/{{sweep}}/{table}.parquet", (string sweep, ISweepSource source, CancellationToken ct) =>
                Tables.Parquet(source, sweep, table, ct))
                .WithName($"{table}-parquet").WithSummary($"The same table as Parquet.").Produces(200, contentType: Tables.ParquetType);
        }

        api.MapGet("/workers", async (ISweepSource source, CancellationToken ct) =>
            TypedResults.Ok(new WorkersDocument([.. (await source.Workers(ct)).Select(SweepDocuments.Of)])))
            .WithName("workers").WithSummary("Who computes, with what, and what each does.");
        api.MapGet("/sweeps/{sweep}/events",
            async (string sweep, ISweepSource source, TimeProvider clock, IHostApplicationLifetime host, CancellationToken ct) =>
        {
            // The status is asked once before the answer begins, while it can still be an error.
            var id = (await SweepSearch.Detail(source, sweep, ct)).Overview.Id;
            return TypedResults.ServerSentEvents(Events(source, id, clock, host.ApplicationStopping, ct));
        }).WithName("events")
            .WithSummary("The sweep's status as server-sent events 'status' whenever it changes, and 'end' when it is over.");
        return api;
    }

    /// <summary>Maps the endpoints that submit sweeps and change what is done about them. The host has an <see cref="ISweepDesk"/> among
    /// its services.</summary>
    /// <returns>The endpoints, so that the host can say who may use them.</returns>
    public static IEndpointConventionBuilder MapWriteApi(this IEndpointRouteBuilder app)
    {
        var api = Group(app).AddEndpointFilter(async (context, next) => SameOrigin.Holds(context.HttpContext.Request)
            ? await next(context)
            : ApiErrors.Problem(StatusCodes.Status403Forbidden, "a page of another site asked for this; it is not done"));
        api.MapPost("/sweeps", async (HttpRequest request, ISweepDesk desk, [FromQuery] string? file, CancellationToken ct) =>
        {
            var submission = await desk.Submit(file ?? "sweep.yaml", await SweepText.Read(request, ct), ct);
            return submission.IsNew
                ? Results.Created($"{Root}/sweeps/{submission.Sweep}", submission)
                : Results.Ok(submission);
        }).WithName("submit").WithSummary("Starts a sweep: the body is a sweep file. The same cells are the same sweep.")
            .Accepts<string>("application/yaml", "text/plain").Produces<SubmissionDocument>(201).Produces<SubmissionDocument>();
        foreach (var action in Enum.GetValues<SweepAction>())
        {
            var word = action.ToString().ToLowerInvariant();
            api.MapPost($"/sweeps/{{sweep}}/{word}", async (string sweep, ISweepSource source, CancellationToken ct) =>
            {
                var id = (await SweepSearch.Detail(source, sweep, ct)).Overview.Id;
                return TypedResults.Ok(new ActionDocument(id, word, await source.Act(id, action, ct)));
            }).WithName(word).WithSummary($"Has a sweep {word}.");
        }

        return api;
    }

    static RouteGroupBuilder Group(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Root);
        // What a request holds comes back in errors: no browser shall take it for a page.
        api.AddEndpointFilter(async (context, next) =>
        {
            PageEndpoints.Protect(context.HttpContext.Response);
            return await next(context);
        });
        api.AddEndpointFilter(ApiErrors.Tell);
        return api;
    }

    static async Task<Ok<CellsDocument>> Cells(
        string sweep, ISweepSource source, CancellationToken ct, int from = 0, int count = 1000, string? status = null,
            string? attack = null, string? defense = null)
    {
        if (from < 0 || count is < 1 or > LargestPage)
            throw new BadHttpRequestException($"from begins at 0, and count is 1 to {LargestPage}");
        var findings = await SweepSearch.Findings(source, sweep, ct);
        var wanted = findings.Outcomes.Where(c =>
            (status is null || c.Status.ToString().Equals(status, StringComparison.OrdinalIgnoreCase))
            && (attack is null || c.Cell.Attack.Name == attack) && (defense is null || c.Cell.Defense.Name == defense)).ToList();
        var page = CellDocument.Of(findings.Outcomes, wanted.Skip(from).Take(count), findings.Terms);
        return TypedResults.Ok(new CellsDocument(findings.Heading.Id, wanted.Count, from, [.. page]));
    }

    static async Task<Ok<CurvesDocument>> Curves(
        string sweep, ISweepSource source, CancellationToken ct, string? metric = null, string? attack = null, string? defense = null)
    {
        var findings = await SweepSearch.Findings(source, sweep, ct);
        var curves = new CurveFilter(metric, attack, defense).Of(findings.Curves);
        return TypedResults.Ok(CurvesDocument.Of(findings.Heading.Id, curves, findings.Friends));
    }

    static async Task<Ok<ComparisonDocument>> Compare(
        string sweep, ISweepSource source, CancellationToken ct, string? defense = null, string? with = null, string? other = null)
    {
        if (other is null == (defense is null || with is null)) throw new BadHttpRequestException(
            "name another sweep with 'other', or two defenses with 'defense' and 'with'");
        var findings = await SweepSearch.Findings(source, sweep, ct);
        var own = findings.Checks.Series;
        if (other is null)
        {
            var known = own.Select(s => s.Name.Defense).Distinct().ToList();
            var (first, second) = (CurveFilter.DefenseOf(defense!, known), CurveFilter.DefenseOf(with!, known));
            return TypedResults.Ok(ComparisonDocument.Of(first, second, PairedCurve.OfDefenses(own, first, second)));
        }

        var others = await SweepSearch.Findings(source, other, ct);
        return TypedResults.Ok(ComparisonDocument.Of(findings.Heading.Id, others.Heading.Id,
            PairedCurve.OfSweeps(own, others.Checks.Series)));
    }

    static async Task<Ok<FriendsDocument>> Friends(string sweep, ISweepSource source, CancellationToken ct)
    {
        var findings = await SweepSearch.Findings(source, sweep, ct);
        return TypedResults.Ok(new FriendsDocument(findings.Heading.Id, findings.Friends));
    }

    static async IAsyncEnumerable<SseItem<string>> Events(
        ISweepSource source, string id, TimeProvider clock, CancellationToken stopping, [EnumeratorCancellation] CancellationToken asked)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(asked, stopping);
        var ct = end.Token;
        for (var (told, quiet) = ("", 0); !ct.IsCancellationRequested;)
        {
            StatusDocument? now = null;
            var lost = "";
            try
            {
                now = SweepDocuments.Of(await SweepSearch.Detail(source, id, ct));
            }
            catch (Exception e) when (e is RefusedException or SourceException or IOException)
            {
                lost = e.Message;
            }

            var text = now is null ? JsonSerializer.Serialize(lost) : JsonSerializer.Serialize(now, DocumentJson.Compact);
            if (text != told) yield return new(text, now is null ? "lost" : "status");
            // With this line either side notices when the other is gone.
            else if (++quiet % 15 == 0) yield return new("", "beat");
            told = text;
            if (now is { Sweep.State: "finished" or "cancelled" })
            {
                yield return new("", "end");
                yield break;
            }

            try
            {
                await Task.Delay(Look, clock, ct);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }
}
