namespace Grid.Lab.Attacks;

/// <summary>What becomes of poisoned samples.</summary>
public enum Placement
{
    /// <summary>Poisoned samples take the place of the clean samples that they were made from.</summary>
    Replace,

    /// <summary>Poisoned samples are added to the training set.</summary>
    Add,
}
