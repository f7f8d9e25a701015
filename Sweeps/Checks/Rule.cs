using Grid.Sweeps.Curves;

namespace Grid.Sweeps.Checks;

/// <summary>One thing that must hold for a result to be believed.</summary>
/// <param name="Id">The number of the rule, H1 to H28.</param>
/// <param name="Text">What must hold, with the threshold beyond which it does not.</param>
/// <param name="Judge">Judges a series; gives null where the rule does not apply, or too little is known yet.</param>
/// <param name="Wants">What a sweep of Linf attacks must hold so that the rule can judge it; null where nothing must be added.</param>
sealed record Rule(string Id, string Text, Func<Series, EvaluationChecks, Finding?> Judge, string? Wants = null);

readonly record struct Finding(Grade Grade, string Evidence)
{
    public static Finding Pass(string evidence) => new(Grade.Pass, evidence);

    public static Finding Warn(string evidence) => new(Grade.Warn, evidence);

    public static Finding Fail(string evidence) => new(Grade.Fail, evidence);
}
