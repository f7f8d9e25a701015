namespace Grid.Lab.Attacks.Losses;

/// <summary>The loss whose gradient an evasion attack follows.</summary>
public enum Objective
{
    /// <summary>The attack looks at no gradient.</summary>
    None,

    /// <summary>The cross-entropy.</summary>
    CrossEntropy,

    /// <summary>How far the best other logit is above the label's.</summary>
    Margin,

    /// <summary>The margin as a share of the spread of the logits: it is the same whatever their scale.</summary>
    Dlr,

    /// <summary>The margin between probabilities.</summary>
    Pma,
}
