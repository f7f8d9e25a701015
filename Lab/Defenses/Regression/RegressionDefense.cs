using Grid.Lab.Friends;
using Grid.Sweeps.Results;

namespace Grid.Lab.Defenses.Regression;

/// <summary>A defense of the model linear on a regression, measured in repeated trials.</summary>
public abstract class RegressionDefense : Defense
{
    /// <summary>Runs all trials of a task under this defense.</summary>
    /// <param name="task">The regression under attack.</param>
    /// <exception cref="OperationCanceledException">The task was cancelled.</exception>
    public abstract FriendsOutcome Protocol(RegressionTask task);

    /// <summary>Further measurements of the defense, by name.</summary>
    public virtual IReadOnlyList<(string Name, Measurement Value)> Measurements => [];
}
