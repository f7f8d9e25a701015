using Grid.Compute;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>What an attack keeps of each of its rows: [n, ...]. Rows that leave take their entry along.</summary>
sealed class Column
{
    readonly Tensor? _all;

    /// <summary>A column with a value for each row.</summary>
    /// <param name="value">The values of the rows as they are now.</param>
    /// <param name="all">Gets the entry of every row that leaves, and of the others in the end; null where nobody asks for them.</param>
    public Column(Tensor value, Tensor? all = null) => (Value, _all) = (value, all);

    public Tensor Value { get; private set; }

    public bool IsResult => _all is not null;

    /// <summary>The values of all rows, once they have left or the attack is over.</summary>
    public Tensor All => _all ?? throw new InvalidOperationException("Nothing is kept of rows that left.");

    public static implicit operator Tensor(Column column) => column.Value;

    /// <summary>How often the column was written.</summary>
    public int Writes { get; private set; }

    public void Set(Tensor value)
    {
        Value.Device.CopyInto(Value, value);
        Wrote();
    }

    /// <summary>Tells the column that its value was written in place; whoever does so calls it.</summary>
    public void Wrote() => Writes++;

    /// <summary>Replaces the entries where the mask is not 0.</summary>
    public void Set(Tensor mask, Tensor value)
    {
        Value.Device.CopyWhereInto(Value, mask, value);
        Wrote();
    }

    /// <summary>Writes the entries to where they belong among all rows.</summary>
    public void Save(int[] rows)
    {
        if (_all is not null) Value.Device.ScatterRowsInto(_all, rows, Value);
    }

    /// <summary>Goes on with some of the rows, given by their positions.</summary>
    public void Keep(int[] positions)
    {
        var before = Value;
        Value = before.Device.GatherRows(before, positions);
        before.Dispose();
    }
}
