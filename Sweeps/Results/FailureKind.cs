using System.Text.Json;

namespace Grid.Sweeps.Results;

/// <summary>Why a cell failed, in the few kinds that ask for different remedies; the error of the result says more.</summary>
public enum FailureKind
{
    /// <summary>The experiment cannot be made as the sweep asks for it, on whatever machine: the sweep must be changed.</summary>
    Experiment,

    /// <summary>The device's memory does not hold the cell, in smaller batches either.</summary>
    OutOfMemory,

    /// <summary>The cell took longer than its sweep allows.</summary>
    Timeout,

    /// <summary>The cell's workers were lost, or met errors, as often as its sweep allows.</summary>
    GivenUp,

    /// <summary>The cell's device did not stop when it was told to.</summary>
    Hung,

    /// <summary>The cell was computed, and the cluster's storage refuses its result for good.</summary>
    Refused,

    /// <summary>An error that nobody foresaw: a defect.</summary>
    Fault,
}

/// <summary>Kinds of failures as journals, documents and metrics write them.</summary>
public static class FailureKinds
{
    /// <summary>The word for the failure of a result whose version did not say.</summary>
    public const string Unknown = "unknown";

    static readonly string[] Words = [.. Enum.GetNames<FailureKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>All words, <see cref="Unknown"/> included.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words, Unknown];

    /// <summary>A kind as one word, such as out_of_memory.</summary>
    /// <param name="kind">The kind; null where it is not known.</param>
    public static string Word(this FailureKind? kind) => kind is { } known ? Words[(int)known] : Unknown;
}
