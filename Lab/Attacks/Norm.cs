namespace Grid.Lab.Attacks;

/// <summary>How the distance of two images is measured.</summary>
public enum Norm
{
    /// <summary>The largest change of a value.</summary>
    Linf,

    /// <summary>The Euclidean length of the change.</summary>
    L2,

    /// <summary>The sum of the sizes of all changes.</summary>
    L1,

    /// <summary>The number of values that change.</summary>
    L0,
}
