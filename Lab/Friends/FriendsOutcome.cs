namespace Grid.Lab.Friends;

/// <summary>The outcomes of the trials of one cell, in the order of the trials.</summary>
/// <param name="Residuals">The predicted less the true price at the first poison point of each trial, in price units; not finite where
/// training diverged.</param>
public sealed record FriendsOutcome(IReadOnlyList<double> Residuals)
{
    /// <summary>The attack succeeds if it moves the price by more than this, in price units.</summary>
    public const double Tolerance = 1;

    /// <summary>Whether the attack succeeded, by trial; a model that diverged is a success.</summary>
    public IReadOnlyList<bool> Successes { get; } = [.. Residuals.Select(r => !(Math.Abs(r) <= Tolerance))];

    /// <summary>The number of trials.</summary>
    public int Trials => Residuals.Count;

    /// <summary>The number of trials in which the attack succeeded.</summary>
    public int SuccessCount => Successes.Count(s => s);

    /// <summary>The share of trials in which the attack succeeded.</summary>
    public double SuccessRate => (double)SuccessCount / Trials;

    /// <summary>The mean absolute residual, in price units.</summary>
    public double MeanAbsError => Residuals.Average(Math.Abs);

    /// <summary>The standard deviation of the residuals over trials (n - 1), in price units; NaN for one trial.</summary>
    public double ResidualStd
    {
        get
        {
            var mean = Residuals.Average();
            return Math.Sqrt(Residuals.Sum(r => (r - mean) * (r - mean)) / (Trials - 1));
        }
    }
}
