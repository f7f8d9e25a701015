namespace Grid.Lab.Attacks.Losses;

/// <summary>What an evasion attack follows the gradient of.</summary>
public enum Objective
{
    /// <summary>It looks at no gradient.</summary>
    None,

    /// <summary>The cross-entropy.</summary>
    CrossEntropy,

    /// <summary>How far the best other logit is above the label's.</summary>
    Margin,

    /// <summary>The margin as a share of the spread of the logits: whatever their scale, it is the same.</summary>
    Dlr,

    /// <summary>The margin between probabilities.</summary>
    Pma,
}
