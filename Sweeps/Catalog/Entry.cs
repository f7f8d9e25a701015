using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Catalog;

/// <summary>The kind of value that a parameter takes.</summary>
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
/// <param name="Kind">The kind of value that it takes.</param>
/// <param name="Default">The value where a sweep sets none; null where the parameter must be given.</param>
/// <param name="Words">For a word or a list of words: the allowed ones; null or empty where any word is allowed.</param>
/// <param name="Category">For a choice: the category that it is made from; null for other kinds.</param>
/// <param name="Low">The smallest allowed number; negative infinity where there is no bound.</param>
/// <param name="High">The largest allowed number; infinity where there is no bound.</param>
/// <param name="LowOpen">Whether <paramref name="Low"/> itself is not allowed.</param>
/// <param name="HighOpen">Whether <paramref name="High"/> itself is not allowed.</param>
/// <param name="Summary">What the parameter means, with its unit, in one line.</param>
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

    /// <summary>What the parameter is for, where that matters beyond its entry.</summary>
    public ParameterRole Role { get; init; }
}

/// <summary>One entry of the catalogue, such as a data set, a model, an attack, a defense or an optimizer, with its parameters. The first
/// parameter may be given alone: <c>npz: path</c> stands for <c>npz: {path: path}</c>.</summary>
/// <param name="Category">The category, such as `attack`.</param>
/// <param name="Name">The name, as a sweep file has it.</param>
/// <param name="Parameters">The parameters that a sweep may set.</param>
/// <param name="Kind">For attacks: what they are made on; null elsewhere.</param>
/// <param name="Summary">What the entry is or does, in one line.</param>
/// <param name="Source">The paper or document that the entry follows.</param>
public sealed record Entry(
    string Category,
    string Name,
    IReadOnlyList<Parameter> Parameters,
    AttackKind? Kind = null,
    string Summary = "",
    string Source = "")
{
    /// <summary>The keys in <see cref="Vocabulary.References"/> of the works that the entry follows, the most important first.</summary>
    public IReadOnlyList<string> Citations { get; init; } = [];

    /// <summary>For attacks: the strength as a parameter, with its name and its bounds.</summary>
    public Parameter? Strength { get; init; }

    /// <summary>For attacks: what the strength counts.</summary>
    public StrengthUnit Unit { get; init; }

    /// <summary>For an evasion attack that knows one norm only: that norm, such as <c>l2</c>; empty for all others.</summary>
    public string Norm { get; init; } = "";

    /// <summary>Whether strength multiplies what the attack's own parameters allow, so that only equal choices of them are
    /// comparable.</summary>
    public bool StrengthMultiplies { get; init; }

    /// <summary>Whether the entry is a control: no attack or defense in earnest, but one that others are compared with.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether the attack takes a single step along the gradient.</summary>
    public bool IsSingleStep { get; init; }

    /// <summary>Whether the attack breaks what it breaks without a look at any gradient.</summary>
    public bool IsGradientFree { get; init; }

    /// <summary>Whether one run of the attack gives the results of all strengths.</summary>
    public bool ServesAllStrengths { get; init; }

    /// <summary>The parameter that has a role; null if none has it.</summary>
    /// <param name="role">The role that is looked for.</param>
    public Parameter? With(ParameterRole role) => Parameters.FirstOrDefault(p => p.Role == role);
}
