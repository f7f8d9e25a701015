using Grid.Web.Findings;
using Grid.Web.Rendering;
using Grid.Web.Sources;

namespace Grid.Web.Live;

/// <summary>The live page of one sweep, whole or as far as a browser lacks it.</summary>
/// <param name="Parts">All parts but charts, in order.</param>
/// <param name="Found">What was drawn last; null while nothing is finished, or nothing was drawn yet.</param>
/// <param name="Behind">Whether newer findings are being made, or will be.</param>
sealed record LiveSweep(SweepDetail Detail, IReadOnlyList<LivePart> Parts, LiveFindings? Found, bool Behind)
{
    /// <summary>The number of charts that a page has from the start, so that its first screens are there at once and can be read without
    /// scripts.</summary>
    const int Inline = 6;

    /// <param name="patience">How long to wait for findings. If they take longer, they are still made, for the next request.</param>
    public static async Task<LiveSweep> Of(ISweepSource source, SweepDetail detail, TimeSpan patience, CancellationToken ct)
    {
        var sweep = detail.Overview;
        var (found, behind) = sweep.Done + sweep.Failed == 0 ? (null, false)
            : await LiveDrawing.Of(source, sweep.Id).Newest(patience, ct);
        var parts = new List<LivePart>();
        Add("head", await Markup.Of<SweepHead>((nameof(SweepHead.Detail), detail)));
        Add("running", await Markup.Of<RunningPart>((nameof(RunningPart.Running), detail.Running)));
        Add("failures", await Markup.Of<FailureTable>((nameof(FailureTable.Failures), detail.Failures)));
        if (found is null)
        {
            var text = behind ? "The curves are being put together.<noscript> Load this page again in a moment.</noscript>"
                : "No cell is finished yet.";
            Add("nothing", $"<p id=\"nothing\" data-live>{text}</p>");
        }

        return new(detail, [.. parts, .. found?.Parts ?? []], found, behind);

        void Add(string id, string html)
        {
            if (!string.IsNullOrWhiteSpace(html)) parts.Add(LivePart.Of(id, html.Trim()));
        }
    }

    /// <summary>The page's text, with its first charts in their slots.</summary>
    public async Task<string> Whole()
    {
        var text = string.Join('\n', Parts.Select(p => p.Html));
        foreach (var id in Found?.First.Take(Inline) ?? [])
        {
            // The slot of a chart: from where it opens to where it closes.
            var open = text.IndexOf($"<figure id=\"{id}\" class=\"panel waiting\"", StringComparison.Ordinal);
            if (open < 0 || await Found!.Draw(id) is not { } chart) continue;
            var close = text.IndexOf("</figure>", open, StringComparison.Ordinal) + "</figure>".Length;
            text = string.Concat(text.AsSpan(0, open), chart.Html, text.AsSpan(close));
        }

        return text;
    }

    /// <summary>What a browser lacks if it has these parts and charts, each given by its id and hash. An empty hash stands for a chart that
    /// the browser asks for.</summary>
    /// <param name="has"><c>id.hash</c>, with commas between.</param>
    public async Task<LiveUpdate> Since(string has)
    {
        var (known, changed) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var pair in has.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('.', StringComparison.Ordinal);
            if (at > 0) known[pair[..at]] = pair[(at + 1)..];
        }

        foreach (var part in Parts.Where(p => known.GetValueOrDefault(p.Id) != p.Hash)) changed[part.Id] = part.Html;
        foreach (var (id, hash) in known)
        {
            if (Found?.Panel(id) is not null && await Found.Draw(id) is { } chart && chart.Hash != hash) changed[id] = chart.Html;
        }

        // While findings are being made, those of before stand.
        return new(Found is null && Behind ? null : [.. Parts.Select(p => p.Id)], changed, Behind);
    }
}

/// <param name="Order">Every part of the page in order; null where it is not known now.</param>
/// <param name="Changed">The text of each part and chart that is not as the browser has it.</param>
/// <param name="Behind">Whether the browser should ask again even if nothing else happens.</param>
sealed record LiveUpdate(IReadOnlyList<string>? Order, IReadOnlyDictionary<string, string> Changed, bool Behind);
