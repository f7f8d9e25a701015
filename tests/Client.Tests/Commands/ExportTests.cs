using System.Text.RegularExpressions;
using Grid.Silo.Tests.Serving;

namespace Grid.Client.Tests.Commands;

/// <summary>What <c>gridctl export</c> brings from a silo as it is delivered.</summary>
public sealed partial class ExportTests
{
    [Fact]
    public async Task The_report_of_an_export_shows_what_fools_the_model()
    {
        await using var silo = await LiveSilo.Start();
        using var place = new Gridctl($"127.0.0.1:{silo.Ports[2]}");
        await File.WriteAllTextAsync(place["small.yaml"], LiveSilo.Sweep);
        Good(await place.Run("submit", "small.yaml", "--watch"));

        Good(await place.Run("export", "small", "--to", "export"));

        var report = await File.ReadAllTextAsync(Path.Combine(place["export"], "report.html"));
        var strip = Strip().Match(report).Value;
        Assert.Contains("fgsm", strip, StringComparison.Ordinal);
        // Eight samples: before, after, and what is between.
        Assert.Equal(24, strip.Split("<img src=\"data:image/png;base64,").Length - 1);
        Assert.Contains("grid show ", report, StringComparison.Ordinal);

        static void Good(Outcome outcome) => Assert.True(outcome.Code == 0, outcome.Out + outcome.Error);
    }

    [GeneratedRegex("<section id=\"strip0\".*?</section>", RegexOptions.Singleline)]
    private static partial Regex Strip();
}
