namespace Grid.Silo.Plans;

/// <summary>Follows every link on a path, those of folders too.</summary>
static class RealPath
{
    // Linux has this limit.
    const int MostLinks = 40;

    /// <summary>The real path of a file that need not exist, from the working folder.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        return Follow(Path.Combine(Directory.GetCurrentDirectory(), path), ref links);
    }

    // The path is followed part by part as the operating system does it: the part after a link, ".." too, counts from where the link leads.
    static string Follow(string path, ref int links)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks) throw new IOException("The links of a path go round in a circle.");
            real = Follow(Path.Combine(real, target), ref links);
        }

        return real;
    }
}
