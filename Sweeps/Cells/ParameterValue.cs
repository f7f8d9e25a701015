using System.Collections.Immutable;

namespace Grid.Sweeps.Cells;

/// <summary>
/// The value of one parameter: a number, a word, a flag, a list, or another choice from the catalogue. Value equality throughout.
/// </summary>
public abstract record ParameterValue
{
    /// <summary>A number.</summary>
    public static implicit operator ParameterValue(double value) => new Number(value);

    /// <summary>A word.</summary>
    public static implicit operator ParameterValue(string value) => new Word(value);

    /// <summary>Yes or no.</summary>
    public static implicit operator ParameterValue(bool value) => new Flag(value);

    /// <summary>An entry with its settings.</summary>
    public static implicit operator ParameterValue(Choice value) => new Pick(value);
}

/// <summary>A number, which may be infinite.</summary>
/// <param name="Value">The number.</param>
public sealed record Number(double Value) : ParameterValue;

/// <summary>A word, such as one of a list or the name of a file.</summary>
/// <param name="Value">The word.</param>
public sealed record Word(string Value) : ParameterValue;

/// <summary>Yes or no.</summary>
/// <param name="Value">Whether it is set.</param>
public sealed record Flag(bool Value) : ParameterValue;

/// <summary>An entry of the catalogue with its settings.</summary>
/// <param name="Value">The entry with its settings.</param>
public sealed record Pick(Choice Value) : ParameterValue;

/// <summary>A parameter left out that has no value, such as a file that is not given.</summary>
public sealed record Absent : ParameterValue;

/// <summary>Several values in order.</summary>
/// <param name="Values">The values, in order.</param>
public sealed record Many(ImmutableArray<ParameterValue> Values) : ParameterValue
{
    /// <summary>Whether both hold the same values in the same order.</summary>
    /// <param name="other">What it is compared with.</param>
    public bool Equals(Many? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(17, HashCode.Combine);
}
