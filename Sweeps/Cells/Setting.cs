using System.Collections.Immutable;

namespace Grid.Sweeps.Cells;

/// <summary>The value of one parameter: a number, a word, a flag, a list, or another choice from the catalogue. Value equality throughout.</summary>
public abstract record Setting
{
    public static implicit operator Setting(double value) => new Number(value);

    public static implicit operator Setting(string value) => new Word(value);

    public static implicit operator Setting(bool value) => new Flag(value);

    public static implicit operator Setting(Choice value) => new Pick(value);
}

public sealed record Number(double Value) : Setting;

public sealed record Word(string Value) : Setting;

public sealed record Flag(bool Value) : Setting;

public sealed record Pick(Choice Value) : Setting;

/// <summary>A parameter left out that has no value, such as a file that is not given.</summary>
public sealed record Absent : Setting;

public sealed record Many(ImmutableArray<Setting> Values) : Setting
{
    public bool Equals(Many? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => Values.Aggregate(17, HashCode.Combine);
}
