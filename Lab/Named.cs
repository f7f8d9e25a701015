namespace Grid.Lab;

/// <summary>The name under which a sweep asks for this entry of the catalogue; unique among entries of its kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
