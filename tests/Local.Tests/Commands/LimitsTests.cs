namespace Grid.Local.Tests.Commands;

/// <summary>What a sweep says of how it is to be run.</summary>
public sealed class LimitsTests
{
    /// <summary>Three cells of no time, and one of far more than five seconds.</summary>
    const string Slow = """
        name: slow
        dataset: houses
        model: linear
        attack: price-poisoning
        defense: {friends: {noise_std: 5, clip_threshold: 1}}
        parts: [{strength: [0, 1, 2], trials: 50}, {strength: 0, trials: 5000000}]
        limits: {timeout: 5s}
        """;

    /// <summary>Four cells, each of far more than a second.</summary>
    const string Hopeless = """
        name: hopeless
        dataset: houses
        model: linear
        attack: price-poisoning
        defense: {friends: {noise_std: 5, clip_threshold: 1}}
        strength: 0
        seeds: 4
        trials: 5000000
        """;

    [Fact]
    public void A_cell_over_the_timeout_fails_and_the_others_are_done()
    {
        using var place = new Workplace();
        place.Write("s.yaml", Slow);

        var (code, output, error) = place.Run("run", "s.yaml");

        Assert.Equal((3, ""), (code, error));
        Assert.Contains("took longer than 5s (limits.timeout)", output, StringComparison.Ordinal);
        var status = place.Run("status", "s.yaml").Out;
        Assert.Contains("3 done", status, StringComparison.Ordinal);
        Assert.Contains("1 failed", status, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_failures_stop_the_sweep_and_a_higher_limit_lets_it_go_on()
    {
        using var place = new Workplace();
        place.Write("s.yaml", Hopeless + "\nlimits: {timeout: 1s, failures: 1, concurrency: 1}");

        var (code, output, error) = place.Run("run", "s.yaml", "--jobs", "4");

        Assert.Equal((3, ""), (code, error));
        Assert.Contains("Stopped: 2 cells failed, and 'failures' of 'limits' allows 1. 0 of 4 cells are done and kept.", output,
            StringComparison.Ordinal);
        Assert.Contains($"  grid retry results/{Path.GetFileName(place.Results)}\n", output, StringComparison.Ordinal);
        Assert.Contains("2 failed, 2 pending", place.Run("status", "s.yaml").Out, StringComparison.Ordinal);
        var journal = File.ReadAllBytes(place.Journal);

        Assert.Contains("Stopped", place.Run("resume", place.Results).Out, StringComparison.Ordinal);
        Assert.Equal(journal, File.ReadAllBytes(place.Journal));

        place.Write("s.yaml", Hopeless + "\nlimits: {timeout: 1s, failures: 4}");
        (code, output, error) = place.Run("run", "s.yaml");

        Assert.Equal((3, ""), (code, error));
        Assert.DoesNotContain("Stopped", output, StringComparison.Ordinal);
        Assert.Contains("4 failed, 0 pending", place.Run("status", "s.yaml").Out, StringComparison.Ordinal);
    }
}
