using System.Collections.Immutable;

namespace Grid.Sweeps.Cells;

/// <summary>
/// One choice from the catalogue, for example <c>pgd: {restarts: 1, steps: 40}</c>, with every parameter written out, sorted by name.
/// </summary>
/// <param name="Name">The name of the entry.</param>
/// <param name="Settings">The parameters that are set, by name.</param>
public sealed record Choice(string Name, ImmutableSortedDictionary<string, ParameterValue> Settings)
{
    static readonly ImmutableSortedDictionary<string, ParameterValue> None =
        ImmutableSortedDictionary.Create<string, ParameterValue>(StringComparer.Ordinal);

    int _hash;

    // A copy with other settings has another hash.
    Choice(Choice original) => (Name, Settings) = (original.Name, original.Settings);

    /// <summary>An entry with its settings.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <param name="settings">The parameters that are set.</param>
    public Choice(string name, params IEnumerable<(string Name, ParameterValue Value)> settings)
        : this(name, None.AddRange(settings.Select(s => KeyValuePair.Create(s.Name, s.Value)))) { }

    /// <summary>Whether both name the same entry with the same settings.</summary>
    /// <param name="other">What it is compared with.</param>
    public bool Equals(Choice? other) =>
        ReferenceEquals(this, other)
        || (other is not null && GetHashCode() == other.GetHashCode() && Name == other.Name && Settings.SequenceEqual(other.Settings));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // Kept, for the cells of a plan are grouped by their choices again and again. 0 is computed anew each time, which is rare.
        if (_hash == 0)
            _hash = Settings.Aggregate(Name.GetHashCode(StringComparison.Ordinal), (h, s) => HashCode.Combine(h, s.Key, s.Value));
        return _hash;
    }

    /// <summary>The choice as a person would write it: <c>pgd(restarts=1, steps=40)</c>. The text is canonical, so it can serve as a key
    /// and in CSV.</summary>
    public override string ToString() => Canonical.Text(this);
}
