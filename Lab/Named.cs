namespace Grid.Lab;

/// <summary>The name under which a sweep asks for this entry of the catalogue; unique among entries of its kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>What the strength of an attack counts, and how far it goes; 0 is always the control.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StrengthAttribute(string name, double most) : Attribute
{
    /// <summary>The field's word for it: epsilon, fraction, points.</summary>
    public string Name { get; } = name;

    public double Most { get; } = most;

    /// <summary>Whether only whole numbers make sense.</summary>
    public bool Whole { get; init; }

    /// <summary>For evasion attacks without a parameter norm: the norm that strength bounds, such as l2; empty where it is linf or no norm.</summary>
    public string Norm { get; init; } = "";
}

/// <summary>The entry that a parameter stands for when a sweep leaves it out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultEntryAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The list that a parameter stands for when a sweep leaves it out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DefaultWordsAttribute(params string[] words) : Attribute
{
    public IReadOnlyList<string> Words { get; } = words;
}
