namespace Grid.Presentation.CommandLine;

public static class OutputFolder
{
    /// <summary>Makes a folder unless it exists, and returns its path.</summary>
    /// <exception cref="RefusedException">The folder cannot be made.</exception>
    public static string Create(string path, string option)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path} cannot be created ({e.Message.TrimEnd('.')}); choose another one with {option}", e);
        }
    }
}
