namespace Grid.Sweeps.Strengths;

/// <summary>How a number is compared with a bound.</summary>
enum Comparison
{
    /// <summary>The number is above the bound.</summary>
    Above,

    /// <summary>The number is the bound or above it.</summary>
    AtLeast,

    /// <summary>The number is below the bound.</summary>
    Below,

    /// <summary>The number is the bound or below it.</summary>
    AtMost,
}

/// <summary>Comparisons as sweep files write them: by a word in a mapping, by a sign in a text.</summary>
static class Comparisons
{
    static readonly string[] Signs = [">", ">=", "<", "<="];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Words { get; } = ["gt", "ge", "lt", "le"];

    /// <summary>The comparison of a word; null where there is none.</summary>
    public static Comparison? OfWord(string word) => word switch
    {
        "gt" => Comparison.Above,
        "ge" => Comparison.AtLeast,
        "lt" => Comparison.Below,
        "le" => Comparison.AtMost,
        _ => null,
    };

    /// <summary>The comparison of a sign, which must be one.</summary>
    public static Comparison OfSign(string sign) => (Comparison)Array.IndexOf(Signs, sign);

    /// <summary>The sign of a comparison.</summary>
    public static string Sign(this Comparison comparison) => Signs[(int)comparison];

    /// <summary>Whether a comparison holds; never for NaN.</summary>
    public static bool Holds(this Comparison comparison, double value, double bound) => comparison switch
    {
        Comparison.Above => value > bound,
        Comparison.AtLeast => value >= bound,
        Comparison.Below => value < bound,
        _ => value <= bound,
    };
}
