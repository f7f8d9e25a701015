using Grid.Sweeps.Catalog;

namespace Grid.Lab;

/// <summary>The name under which a sweep asks for this entry of the catalogue; unique among entries of its kind.</summary>
/// <param name="name">The name, as a sweep file has it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedAttribute(string name) : Attribute
{
    /// <summary>The name that a sweep file uses.</summary>
    public string Name { get; } = name;
}

/// <summary>The works that an entry follows, by their keys in references.bib, the most important first. A plugin embeds a references.bib of
/// its own.</summary>
/// <param name="keys">The keys of entries of the bibliography.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CitesAttribute(params string[] keys) : Attribute
{
    /// <summary>The keys of entries of the bibliography.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>Says what the strength of an attack counts, and how far it goes. Strength 0 is always the control.</summary>
/// <param name="unit">What the strength counts.</param>
/// <param name="most">The largest strength that a sweep may name.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StrengthAttribute(StrengthUnit unit, double most) : Attribute
{
    /// <summary>What the strength counts.</summary>
    public StrengthUnit Unit { get; } = unit;

    /// <summary>The name of the strength: that of the unit, unless another is given.</summary>
    public string Name { get; init; } = unit.ToString().ToLowerInvariant();

    /// <summary>The largest strength that a sweep may name.</summary>
    public double Most { get; } = most;

    /// <summary>Whether the strength is a whole number.</summary>
    public bool Whole { get; init; }

    /// <summary>For evasion attacks without a parameter of the type Norm: the norm that strength bounds, such as l2; empty where strength
    /// is in no norm. An epsilon is always in one.</summary>
    public string Norm { get; init; } = "";

    /// <summary>Whether strength multiplies what the attack's own parameters allow, so that only equal choices of them are
    /// comparable.</summary>
    public bool Multiplies { get; init; }
}

/// <summary>Marks a control. An attack that is one is no attack in earnest: no other may leave more accuracy than it leaves. A defense that
/// is one is what other defenses are compared with.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ControlAttribute : Attribute;

/// <summary>Marks an attack that takes one step along the gradient; attacks of several steps are compared with it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SingleStepAttribute : Attribute;

/// <summary>Marks an attack that looks at no gradient. Where it breaks what attacks by gradient leave, gradients are masked.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GradientFreeAttribute : Attribute;

/// <summary>Says what a parameter is for, where checks and tables must know it, whatever the parameter is called.</summary>
/// <param name="role">What the parameter is for.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RoleAttribute(ParameterRole role) : Attribute
{
    /// <summary>What the parameter is for.</summary>
    public ParameterRole Role { get; } = role;
}

/// <summary>Names the entry that a parameter stands for when a sweep leaves it out.</summary>
/// <param name="name">The name of the entry.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultEntryAttribute(string name) : Attribute
{
    /// <summary>The name of the entry.</summary>
    public string Name { get; } = name;
}

/// <summary>Gives the list that a parameter stands for when a sweep leaves it out.</summary>
/// <param name="words">The words.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultWordsAttribute(params string[] words) : Attribute
{
    /// <summary>The words, in the order in which they were given.</summary>
    public IReadOnlyList<string> Words { get; } = words;
}

/// <summary>Marks what only training reads, and wherein networks that are trained as one may differ: a number, or an entry that has such
/// numbers.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
sealed class PerNetworkAttribute : Attribute;
