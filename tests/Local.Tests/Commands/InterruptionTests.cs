namespace Grid.Local.Tests.Commands;

/// <summary>Whatever happens to a run, resuming it ends where an undisturbed run ends.</summary>
public sealed class InterruptionTests(InterruptionTests.Undisturbed undisturbed) : IClassFixture<InterruptionTests.Undisturbed>
{
    const int FirstCell = 600;

    [Theory]
    [InlineData("houses", "first")]
    [InlineData("houses", "middle")]
    [InlineData("houses", "3001")]
    [InlineData("digits", "first")]
    [InlineData("digits", "middle")]
    public void Killed_and_resumed_it_gives_what_an_undisturbed_run_gives(string sweep, string moment)
    {
        using var place = Begin(sweep);
        using (var run = place.Start("run", "s.yaml"))
        {
            Assert.True(place.Reaches(run,
                moment switch { "first" => FirstCell, "middle" => undisturbed.Length(sweep) / 2, _ => long.Parse(moment, null) }));
            run.Kill();
            Workplace.End(run);
        }

        var before = WholeLines(place.Journal);
        Assert.Equal(0, place.Run("resume", place.Results).Code);
        AssertEqualToUndisturbed(place, sweep);
        // What was finished stands as it was written.
        Assert.Equal(before, WholeLines(place.Journal)[..before.Length]);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Twenty_kills_lose_nothing()
    {
        using var place = Begin("houses");
        var kills = 0;
        for (long bytes = FirstCell; kills < 20; bytes += undisturbed.Length("houses") / 25)
        {
            using var run = place.Start("run", "s.yaml");
            Assert.True(place.Reaches(run, bytes));
            run.Kill();
            Workplace.End(run);
            kills++;
        }

        Assert.Equal(0, place.Run("resume", place.Results).Code);
        AssertEqualToUndisturbed(place, "houses");
    }

    [Fact]
    public void A_torn_last_line_is_run_again()
    {
        using var place = Begin("houses");
        File.WriteAllText(place["results"], "");
        File.Delete(place["results"]);
        var folder = Path.Combine(place["results"], Path.GetFileName(undisturbed.Of("houses").Results));
        Directory.CreateDirectory(folder);
        var whole = File.ReadAllBytes(undisturbed.Of("houses").Journal);
        File.WriteAllBytes(Path.Combine(folder, "cells.jsonl"), whole[..^100]);

        Assert.Equal(0, place.Run("run", "s.yaml").Code);

        AssertEqualToUndisturbed(place, "houses");
        Assert.Equal(whole[..^600], File.ReadAllBytes(place.Journal)[..(whole.Length - 600)]);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_the_run_with_the_command_that_goes_on(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        using var place = Begin("houses");
        using var run = place.Start("run", "s.yaml");
        Assert.True(place.Reaches(run, undisturbed.Length("houses") / 4));
        place.Signal(run, signal);

        var (code, output, error) = Workplace.End(run);

        Assert.Equal((130, ""), (code, error));
        var command = output.TrimEnd().Split('\n')[^1].Trim();
        Assert.StartsWith("grid resume results/houses-", command, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(place.Results, "report.html")));
        Assert.Equal(0, place.Run(command.Split(' ')[1..]).Code);
        AssertEqualToUndisturbed(place, "houses");
    }

    [Theory]
    [InlineData("houses")]
    [InlineData("digits")]
    public void One_job_gives_what_two_give(string sweep)
    {
        using var place = Begin(sweep);

        Assert.Equal(0, place.Run("run", "s.yaml", "--jobs", "1").Code);

        AssertEqualToUndisturbed(place, sweep);
    }

    [Fact]
    public void Run_again_it_does_nothing_and_another_seed_is_another_folder()
    {
        using var place = Begin("houses");
        Assert.Equal(0, place.Run("run", "s.yaml").Code);
        var journal = File.ReadAllBytes(place.Journal);

        var again = place.Run("run", "s.yaml");
        Assert.Equal(0, again.Code);
        Assert.Contains("54 known before", again.Out, StringComparison.Ordinal);
        Assert.Equal(journal, File.ReadAllBytes(place.Journal));

        place.Write("s.yaml", SmallSweeps.Houses.Replace("seeds: 2", "seeds: 3", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("run", "s.yaml").Code);
        Assert.Equal(2, Directory.GetDirectories(place["results"], "houses-*").Length);
    }

    static Workplace Begin(string sweep)
    {
        var place = new Workplace();
        place.Write("s.yaml", SmallSweeps.Of(sweep));
        return place;
    }

    void AssertEqualToUndisturbed(Workplace place, string sweep)
    {
        Assert.Equal(SmallSweeps.Tables(undisturbed.Of(sweep)), SmallSweeps.Tables(place));
        var cells = WholeLines(place.Journal)[1..].Select(l => l[..l.IndexOf("\"status\"", StringComparison.Ordinal)]).ToList();
        Assert.Equal(cells.Distinct().Count(), cells.Count);
        Assert.Equal(WholeLines(undisturbed.Of(sweep).Journal).Length - 1, cells.Count);
    }

    static string[] WholeLines(string journal)
    {
        var text = File.ReadAllText(journal);
        return text[..text.LastIndexOf('\n')].Split('\n');
    }

    /// <summary>Both sweeps, run once without disturbance on two workers.</summary>
    public sealed class Undisturbed : IDisposable
    {
        readonly Dictionary<string, Workplace> _places = [];

        public Undisturbed()
        {
            foreach (var sweep in new[] { "houses", "digits" })
            {
                _places[sweep] = Begin(sweep);
                var (code, _, error) = _places[sweep].Run("run", "s.yaml", "--jobs", "2");
                Assert.Equal((0, ""), (code, error));
            }
        }

        internal Workplace Of(string sweep) => _places[sweep];

        public long Length(string sweep) => new FileInfo(Of(sweep).Journal).Length;

        public void Dispose()
        {
            foreach (var place in _places.Values) place.Dispose();
        }
    }
}
