using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Catalog;

/// <summary>What a parameter takes.</summary>
public enum ParameterKind
{
    /// <summary>Any number; fractions such as 8/255 too.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>One of a list of words, or a text.</summary>
    Word,

    /// <summary>Several values.</summary>
    List,

    /// <summary>An entry of the catalogue.</summary>
    Choice,
}

/// <summary>
/// One parameter of a catalogue entry, as a sweep file may set it.
/// </summary>
/// <param name="Name">The name, as a sweep file has it.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">Null where the parameter must be given.</param>
/// <param name="Words">For words, and lists of words: the allowed ones; empty if any.</param>
/// <param name="Category">For choices: the category it is chosen from.</param>
/// <param name="Low">Smallest allowed number; LowOpen if it is itself excluded. High likewise.</param>
/// <param name="High">The largest value.</param>
/// <param name="LowOpen">Whether the least value itself is left out.</param>
/// <param name="HighOpen">Whether the largest value itself is left out.</param>
/// <param name="Summary">Meaning and unit, one line.</param>
public sealed record Parameter(
    string Name,
    ParameterKind Kind,
    ParameterValue? Default,
    string Summary = "",
    IReadOnlyList<string>? Words = null,
    string? Category = null,
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity,
    bool LowOpen = false,
    bool HighOpen = false)
{
    /// <summary>Whether a number may be left open with <c>none</c> though it has a default.</summary>
    public bool MayBeNone { get; init; }

    /// <summary>What the parameter is to those who read results.</summary>
    public ParameterRole Role { get; init; }
}

/// <summary>
/// One entry of the catalogue: a data set, model, attack, defense, optimizer ... with its parameters, the first of which may be given
/// alone:
/// <c>npz: path</c> for <c>npz: {path: path}</c>.
/// </summary>
/// <param name="Category">The category, such as `attack`.</param>
/// <param name="Name">The name, as a sweep file has it.</param>
/// <param name="Parameters">What may be set.</param>
/// <param name="Kind">For attacks: what they are made on; null elsewhere.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Source">Paper or document the entry follows.</param>
public sealed record Entry(
    string Category,
    string Name,
    IReadOnlyList<Parameter> Parameters,
    AttackKind? Kind = null,
    string Summary = "",
    string Source = "")
{
    /// <summary>Keys of the works that it follows in <see cref="Vocabulary.References"/>, the most important first.</summary>
    public IReadOnlyList<string> Citations { get; init; } = [];

    /// <summary>For attacks: what strength counts and how far it goes.</summary>
    public Parameter? Strength { get; init; }

    /// <summary>For attacks: what strength counts, for axes.</summary>
    public StrengthUnit Unit { get; init; }

    /// <summary>For evasion attacks that know one norm only: which, such as <c>l2</c>; empty elsewhere.</summary>
    public string Norm { get; init; } = "";

    /// <summary>Whether strength multiplies what the attack's own parameters allow, so that only equal choices of them are
    /// comparable.</summary>
    public bool StrengthMultiplies { get; init; }

    /// <summary>Whether it is no attack but what attacks are compared with.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether it takes one step along the gradient.</summary>
    public bool IsSingleStep { get; init; }

    /// <summary>Whether it breaks what it breaks without looking at a gradient.</summary>
    public bool IsGradientFree { get; init; }

    /// <summary>Whether one run of the attack gives the results of all strengths.</summary>
    public bool ServesAllStrengths { get; init; }

    /// <summary>The parameter of a role; null if there is none.</summary>
    /// <param name="role">The role that is looked for.</param>
    public Parameter? With(ParameterRole role) => Parameters.FirstOrDefault(p => p.Role == role);
}
