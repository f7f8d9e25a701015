using System.Collections.Immutable;

namespace Grid.Sweeps.Cells;

/// <summary>
/// The value of one parameter: a number, a word, a flag, a list, or another choice from the catalogue. Value equality throughout.
/// </summary>
public abstract record ParameterValue
{
    public static implicit operator ParameterValue(double value) => new Number(value);

    public static implicit operator ParameterValue(string value) => new Word(value);

    public static implicit operator ParameterValue(bool value) => new Flag(value);

    public static implicit operator ParameterValue(Choice value) => new Pick(value);
}

public sealed record Number(double Value) : ParameterValue;

public sealed record Word(string Value) : ParameterValue;

public sealed record Flag(bool Value) : ParameterValue;

public sealed record Pick(Choice Value) : ParameterValue;

/// <summary>A parameter left out that has no value, such as a file that is not given.</summary>
public sealed record Absent : ParameterValue;

public sealed record Many(ImmutableArray<ParameterValue> Values) : ParameterValue
{
    public bool Equals(Many? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => Values.Aggregate(17, HashCode.Combine);
}
