namespace Grid.Presentation.CommandLine;

public static class Writable
{
    /// <summary>The folder, made if need be.</summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static string Folder(string path, string option)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be made a folder ({e.Message.TrimEnd('.')}); choose another one with {option}", e);
        }
    }
}
