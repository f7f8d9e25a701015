using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

public class FriendsTrialsTests
{
    internal static readonly FriendsProtocol Short = new(5, 2, FriendsProtocol.AllPhases, Epochs: 100);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(199)]
    public void First_trials_of_a_longer_run_equal_the_shorter_run(int trials) =>
        Assert.Equal(Run(Short, 1, 200).Residuals.Take(trials), Run(Short, 1, trials).Residuals);

    [Fact]
    public void Runs_on_many_threads_equal_runs_one_after_the_other()
    {
        FriendsProtocol[] protocols =
            [.. Enumerable.Range(1, 12).Select(clip => new FriendsProtocol(5, clip, FriendsProtocol.AllPhases, Epochs: 100))];
        var parallel = protocols.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(p => Run(p, 1, 100).Residuals);
        Assert.Equal(protocols.Select(p => Run(p, 1, 100).Residuals), parallel);
    }

    [Fact]
    public void Another_seed_gives_other_trials() =>
        Assert.NotEqual(
            Run(Short, 1, 16).Residuals, FriendsTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, Short, 1, 16, seed: 2).Residuals);

    [Fact]
    public void Control_and_attack_are_judged_at_the_same_point_on_the_same_noise()
    {
        // Recovery forgets where it came from: without clipping the two differ by the poison alone, and that is undone.
        var protocol = new FriendsProtocol(5, double.PositiveInfinity, [Phase.Recover], Epochs: 500);
        Assert.Equal(Run(protocol, 0, 64).Residuals, Run(protocol, 1, 64).Residuals);
        var recovered = new FriendsProtocol(8, 8, FriendsProtocol.AllPhases);
        var (control, attack) = (Run(recovered, 0, 16), Run(recovered, 1, 16));
        Assert.All(control.Residuals.Zip(attack.Residuals), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Noise_and_perturbation_scale_with_noise_std()
    {
        var one = Run(new(1, double.PositiveInfinity, [Phase.Perturb, Phase.Recover], Epochs: 50), 0, 64).Residuals;
        var two = Run(new(2, double.PositiveInfinity, [Phase.Perturb, Phase.Recover], Epochs: 50), 0, 64).Residuals;
        Assert.All(one.Zip(two), pair => Assert.Equal(2 * pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Without_noise_and_poison_the_true_line_stays_exactly() =>
        Assert.All(Run(new(0, 8, FriendsProtocol.AllPhases, Epochs: 100), 0, 20).Residuals, r => Assert.Equal(0, r));

    [Fact]
    public void A_model_that_diverges_counts_as_a_success()
    {
        // Unclipped, the rate 0.1 is unstable for the larger poison sizes.
        var outcome = Run(new(0, double.PositiveInfinity, FriendsProtocol.AllPhases), 1, 64);
        Assert.Contains(outcome.Residuals, r => !double.IsFinite(r));
        Assert.All(outcome.Residuals.Zip(outcome.Successes), t => Assert.True(t.Second || double.IsFinite(t.First)));
    }

    [Fact]
    public void Outcome_counts_errors_above_one()
    {
        var outcome = new FriendsOutcome([0.5, -1.5, 1, 2, double.NaN]);
        Assert.Equal([false, true, false, true, true], outcome.Successes);
        Assert.Equal(0.6, outcome.SuccessRate);
        Assert.Equal(1.25, new FriendsOutcome([0.5, -1.5, 1, 2]).MeanAbsError);
        Assert.Equal(Math.Sqrt(6.5 / 3), new FriendsOutcome([0.5, -1.5, 1, 2]).ResidualStd, 12);
    }

    [Fact]
    public void Epochs_allocate_nothing()
    {
        Assert.Equal(Allocated(100), Allocated(1000));

        static long Allocated(int epochs)
        {
            var protocol = new FriendsProtocol(5, 2, FriendsProtocol.AllPhases, Epochs: epochs);
            Run(protocol, 1, 16);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(protocol, 1, 16);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Progress_rises_to_the_number_of_trials()
    {
        var seen = new List<int>();
        FriendsTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, Short, 1, 150, 1, seen.Add);
        Assert.Equal([64, 128, 150], seen);
    }

    [Fact]
    public void Cancellation_stops_the_run()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => FriendsTrials.Run(
            ScalarFriends.Sizes, ScalarFriends.Prices, Short, 1, 1_000_000, 1, _ => source.Cancel(), source.Token));
    }

    static FriendsOutcome Run(FriendsProtocol protocol, int poisonPoints, int trials) =>
        FriendsTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, protocol, poisonPoints, trials, seed: 1);
}
