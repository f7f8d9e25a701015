using Grid.Sweeps.Catalog;

namespace Grid.Lab;

/// <summary>The name under which a sweep asks for this entry of the catalogue; unique among entries of its kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedAttribute(string name) : Attribute
{
    /// <summary>The name that a sweep file uses.</summary>
    public string Name { get; } = name;
}

/// <summary>The works that an entry follows, by their keys in references.bib, the most important first. A plugin embeds a references.bib of
/// its own.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CitesAttribute(params string[] keys) : Attribute
{
    /// <summary>Keys of BibTeX entries.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>What the strength of an attack counts, and how far it goes; 0 is always the control.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StrengthAttribute(StrengthUnit unit, double most) : Attribute
{
    /// <summary>What is counted.</summary>
    public StrengthUnit Unit { get; } = unit;

    /// <summary>The word for it: that of the unit, unless it is another.</summary>
    public string Name { get; init; } = unit.ToString().ToLowerInvariant();

    /// <summary>The highest strength that means anything.</summary>
    public double Most { get; } = most;

    /// <summary>Whether only whole numbers make sense.</summary>
    public bool Whole { get; init; }

    /// <summary>
    /// For evasion attacks without a parameter of the type Norm: the norm that strength bounds, such as l2; empty where strength is in no
    /// norm. An epsilon is always in one.
    /// </summary>
    public string Norm { get; init; } = "";

    /// <summary>Whether strength multiplies what the attack's own parameters allow, so that only equal choices of them are
    /// comparable.</summary>
    public bool Multiplies { get; init; }
}

/// <summary>Marks what is no attack but what attacks are compared with, none of which may leave more than it leaves; likewise a defense that
/// others are compared with.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ControlAttribute : Attribute;

/// <summary>Marks an attack that takes one step along the gradient: what several steps do is compared with it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SingleStepAttribute : Attribute;

/// <summary>Marks an attack that looks at no gradient: where it breaks what gradients leave, these are masked.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GradientFreeAttribute : Attribute;

/// <summary>What a parameter is for, where checks and tables must know it, whatever the parameter is called.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RoleAttribute(ParameterRole role) : Attribute
{
    /// <summary>What the parameter is to those who read results.</summary>
    public ParameterRole Role { get; } = role;
}

/// <summary>The entry that a parameter stands for when a sweep leaves it out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultEntryAttribute(string name) : Attribute
{
    /// <summary>The name that a sweep file uses.</summary>
    public string Name { get; } = name;
}

/// <summary>The list that a parameter stands for when a sweep leaves it out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultWordsAttribute(params string[] words) : Attribute
{
    /// <summary>The words, in the order of their declaration.</summary>
    public IReadOnlyList<string> Words { get; } = words;
}
