namespace Grid.Sweeps.Files;

/// <summary>Errors by which a disk says that it takes nothing more.</summary>
public static class DiskRefusal
{
    /// <summary>Whether an error is one. A file that reaches the largest size allowed (EFBIG) comes as an argument out of range.</summary>
    /// <param name="e">The error.</param>
    public static bool Is(Exception e) => e is IOException or ArgumentOutOfRangeException or UnauthorizedAccessException;

    /// <summary>Why, without the path and the parameter, which .NET appends.</summary>
    /// <param name="refusal">The error that the disk gave.</param>
    public static string Reason(Exception refusal) =>
        (refusal.InnerException is { } cause && Is(cause) ? cause : refusal).Message.Split(" : '")[0].Split(" (Parameter")[0].TrimEnd('.');
}
