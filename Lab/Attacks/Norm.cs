namespace Grid.Lab.Attacks;

/// <summary>How far two images are apart.</summary>
public enum Norm
{
    /// <summary>The largest change of a value.</summary>
    Linf,

    /// <summary>The Euclidean length of the change.</summary>
    L2,

    /// <summary>The sum of all changes.</summary>
    L1,

    /// <summary>How many values change.</summary>
    L0,
}
