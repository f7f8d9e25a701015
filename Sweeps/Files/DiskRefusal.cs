namespace Grid.Sweeps.Files;

/// <summary>The errors by which a disk refuses to take more.</summary>
public static class DiskRefusal
{
    /// <summary>Whether an error is such a refusal. A file that reaches the largest size allowed (EFBIG) causes an argument out of
    /// range.</summary>
    /// <param name="e">The error.</param>
    public static bool Is(Exception e) => e is IOException or ArgumentOutOfRangeException or UnauthorizedAccessException;

    /// <summary>The system's reason, without the path and the parameter that .NET appends.</summary>
    /// <param name="refusal">The error that the disk gave.</param>
    public static string Reason(Exception refusal) =>
        (refusal.InnerException is { } cause && Is(cause) ? cause : refusal).Message.Split(" : '")[0].Split(" (Parameter")[0].TrimEnd('.');
}
