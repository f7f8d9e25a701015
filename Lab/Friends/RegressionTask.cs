using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Friends;

/// <summary>Repeated poisoning of a regression on one feature, by which a defense is measured.</summary>
/// <param name="Sizes">The feature of each clean point.</param>
/// <param name="Prices">The target of each clean point.</param>
/// <param name="Model">The regression, with its learning rate and epochs.</param>
/// <param name="Points">The number of poison points that are added in each trial, 0 or more.</param>
/// <param name="Trials">The number of trials, each with draws of its own.</param>
/// <param name="Seed">The seed of all draws.</param>
/// <param name="Report">Gets the number of trials done.</param>
/// <param name="Cancellation">Ends the trials with <see cref="OperationCanceledException"/>.</param>
public sealed record RegressionTask(
    double[] Sizes, double[] Prices, LinearRegression Model, int Points, int Trials, ulong Seed, Action<int> Report,
    CancellationToken Cancellation)
{
    /// <summary>Runs the trials, each of which trains by gradient descent as the protocol says.</summary>
    /// <param name="protocol">The training rule.</param>
    public FriendsOutcome Run(FriendsProtocol protocol) =>
        FriendsTrials.Run(Sizes, Prices, protocol, Points, Trials, Seed, Report, Cancellation);

    /// <summary>Runs the trials, each of which fits by trimmed least squares.</summary>
    /// <param name="starts">The number of random sets to start from.</param>
    public FriendsOutcome Trim(int starts) => TrimTrials.Run(Sizes, Prices, starts, Points, Trials, Seed, Report, Cancellation);
}
