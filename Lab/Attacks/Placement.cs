namespace Grid.Lab.Attacks;

/// <summary>What becomes of poisoned samples.</summary>
public enum Placement
{
    /// <summary>They take the place of the clean samples that they were made from.</summary>
    Replace,

    /// <summary>They are added to the training set.</summary>
    Add,
}
