using System.Collections.Immutable;

namespace Grid.Contracts;

/// <param name="Worker">Name of the worker, which is silo and slot.</param>
/// <param name="Models">Keys of trained models at hand; groups that need them are given first.</param>
/// <param name="Most">Most groups that are wanted.</param>
/// <param name="Plugins">SHA-256 of the plugins that the silo has loaded; it gets no group that needs another one. Default in requests of a
/// silo version without plugins.</param>
/// <param name="Light">True for the groups alone that a processor finishes sooner than a GPU, false for the others alone, null for all.
/// Null in requests of a silo version without.</param>
/// <param name="Science">What the silo would compute: the version of its science and a hash of its catalogue. It gets no group of a sweep
/// that was planned with another one. Null in requests of a silo version without, which gets none at all.</param>
[GenerateSerializer, Immutable, Alias("grid.lease-request")]
public sealed record LeaseRequest(
    [property: Id(0)] string Worker, [property: Id(1)] ImmutableArray<string> Models, [property: Id(2)] int Most,
    [property: Id(3)] ImmutableArray<string> Plugins = default, [property: Id(4)] bool? Light = null,
    [property: Id(5)] string? Science = null);
