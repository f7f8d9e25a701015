namespace Grid.Sweeps.Files;

/// <summary>Paths that are not opened, because a reader might wait there for ever: a pipe may never begin, and a device may never
/// end.</summary>
public static class EndlessFile
{
    /// <summary>What such a path leads to, as messages say it.</summary>
    public const string What = "is empty, or a device or pipe";

    /// <summary>Whether a path may lead to a pipe or a device. They have no length, and nothing but this tells them from an empty
    /// file.</summary>
    /// <param name="path">The path. Where nothing is, or a folder, the answer is no.</param>
    public static bool MayBe(string path) =>
        File.Exists(path)
            // Standard input is a link to a name that no file has.
            && (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is not FileInfo { Exists: true, Length: > 0 };
}
