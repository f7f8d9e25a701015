using System.Text.Json;

namespace Grid.Sweeps.Results;

/// <summary>Why a cell failed, in the few kinds that ask for different remedies; the error of the result says more.</summary>
public enum FailureKind
{
    /// <summary>It cannot be measured as the sweep wants it, whoever tries: the sweep's affair.</summary>
    Experiment,

    /// <summary>The device's memory does not hold it, in smaller batches either.</summary>
    OutOfMemory,

    /// <summary>It took longer than its sweep allows.</summary>
    Timeout,

    /// <summary>Its workers were lost, or met errors, as often as its sweep allows.</summary>
    GivenUp,

    /// <summary>Its device did not end when it was told to.</summary>
    Hung,

    /// <summary>It was computed, and the cluster's storage refuses the result for good.</summary>
    Refused,

    /// <summary>An error that nobody foresaw: a defect.</summary>
    Fault,
}

/// <summary>Kinds of failures as journals, documents and metrics write them.</summary>
public static class FailureKinds
{
    /// <summary>For results of a version that did not say.</summary>
    public const string Unknown = "unknown";

    static readonly string[] Words = [.. Enum.GetNames<FailureKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>All words, <see cref="Unknown"/> too.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words, Unknown];

    /// <summary>A kind as one word, such as out_of_memory.</summary>
    public static string Word(this FailureKind? kind) => kind is { } known ? Words[(int)known] : Unknown;
}
