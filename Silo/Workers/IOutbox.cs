using Grid.Contracts;

namespace Grid.Silo.Workers;

/// <summary>Results that their cells could not keep yet, as while the database is down: where a restart does not lose them.</summary>
interface IOutbox
{
    /// <summary>How many wait.</summary>
    int Count { get; }

    void Put(Completion completion);

    void Remove(Completion completion);

    /// <summary>Keeps it for people to look at: nobody takes it. What is set aside already stays.</summary>
    void SetAside(Completion completion);

    /// <summary>What an earlier life of this silo left.</summary>
    IEnumerable<Completion> Left();
}
