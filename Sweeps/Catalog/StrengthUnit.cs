namespace Grid.Sweeps.Catalog;

/// <summary>What the strength of an attack counts.</summary>
public enum StrengthUnit
{
    /// <summary>Something that the attack has a word of its own for.</summary>
    Other,

    /// <summary>How far an input may be changed, in a norm.</summary>
    Epsilon,

    /// <summary>How many values of an input may be changed.</summary>
    Values,

    /// <summary>How far a pixel may be moved, in pixels.</summary>
    Pixels,

    /// <summary>A share of what the attack's own parameters allow, in [0, 1].</summary>
    Scale,

    /// <summary>A share of the training set, in [0, 1].</summary>
    Fraction,

    /// <summary>How many points are added to the training set.</summary>
    Points,

    /// <summary>Whether there is an attack: 0 or 1.</summary>
    Switch,
}
