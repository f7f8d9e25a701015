using Grid.Contracts;

namespace Grid.Silo.Workers;

/// <summary>Results that their cells could not keep yet, for example while the database is down. A restart does not lose them.</summary>
interface IOutbox
{
    /// <summary>Number of results that wait, those included that the disk did not take.</summary>
    int Count { get; }

    /// <summary>Writes a result to the disk.</summary>
    /// <exception cref="IOException">The disk does not take it; it is counted until it is removed.</exception>
    void Put(Completion completion);

    void Remove(Completion completion);

    /// <summary>Sets a result aside for people to look at, and nobody sends it any more. A result that is set aside already
    /// stays.</summary>
    void SetAside(Completion completion);

    /// <summary>Results that an earlier process of this silo left.</summary>
    IEnumerable<Completion> Left();
}
