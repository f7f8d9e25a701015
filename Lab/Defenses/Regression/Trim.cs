using System.ComponentModel.DataAnnotations;
using Grid.Lab.Friends;

namespace Grid.Lab.Defenses.Regression;

/// <summary>
/// Trimmed least squares: alternately fits the line and keeps the n points of smallest residual, from a random set of n, until the same
/// points are kept. It is told n, the number of clean points. For the model linear, whose learning rate and epochs it does not need: the
/// fit is in closed form.
/// </summary>
/// <param name="starts">Random sets to start from; the fit with the smallest loss on what it keeps counts.</param>
/// <remarks>Jagielski et al., "Manipulating machine learning", S&amp;P 2018, algorithm 2 (one start).</remarks>
[Named("trim"), Cites("jagielski2018manipulating")]
public sealed class Trim([Range(1, 10_000)] int starts = 1) : RegressionDefense
{
    /// <inheritdoc/>
    public override FriendsOutcome Protocol(RegressionTask task) => task.Trim(starts);
}
