namespace Grid.Lab;

public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/> and renames, so that a reader sees the whole file or none.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        // A random name of its own: two processes that write the same file must not share the unfinished one.
        string unfinished = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
