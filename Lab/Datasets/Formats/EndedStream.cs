namespace Grid.Lab.Datasets.Formats;

/// <summary>A stream whose position never passes its end. StbImageSharp skips parts whose length a damaged file overstates, and asks
/// whether it stands exactly at the end: past the end of an ordinary stream it would look for the end forever.</summary>
/// <param name="bytes">The bytes.</param>
sealed class EndedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public override long Position
    {
        get => base.Position;
        set => base.Position = Math.Clamp(value, 0, Length);
    }

    public override long Seek(long offset, SeekOrigin loc)
    {
        var start = loc switch { SeekOrigin.Begin => 0, SeekOrigin.Current => base.Position, _ => Length };
        return base.Seek(Math.Clamp(start + offset, 0, Length), SeekOrigin.Begin);
    }
}
