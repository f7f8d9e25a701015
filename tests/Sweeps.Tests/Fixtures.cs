using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests;

/// <summary>A clock that moves when told to.</summary>
sealed class HandClock : TimeProvider
{
    DateTimeOffset _now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Advance(TimeSpan by) => _now += by;
}

/// <summary>An empty folder that goes when the test ends.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sweeps-tests-").FullName;

    public string this[string file] => System.IO.Path.Combine(Path, file);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

static class Make
{
    public static readonly Provenance Here = new("1", "cpu", "avx2", "0123abc", "host");

    public static CellResult Done(CellId id, params (string Name, Measurement Value)[] measurements) => new(
        id, CellStatus.Done, measurements.ToImmutableSortedDictionary(m => m.Name, m => m.Value), null, null, 0.25, 1, Here);

    public static CellResult Done(string id, params (string Name, Measurement Value)[] measurements) => Done(new CellId(id), measurements);
}
