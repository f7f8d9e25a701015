using System.Diagnostics.CodeAnalysis;
using Orleans.Storage;

namespace Grid.Simulation.Tests;

/// <summary>A grain's state as the runtime keeps it: in the grain storage that silos have.</summary>
sealed class SimulatedState<T>(IGrainStorage storage, GrainId id) : IPersistentState<T>, IGrainState<T> where T : new()
{
    [AllowNull]
    public T State { get; set; } = new();

    string? Orleans.Core.IStorage.Etag => ETag;

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }

    public Task ReadStateAsync() => storage.ReadStateAsync("", id, this);

    public Task WriteStateAsync() => storage.WriteStateAsync("", id, this);

    public Task ClearStateAsync() => storage.ClearStateAsync("", id, this);
}
