namespace Grid.Lab.Datasets.Formats;

/// <summary>Bytes to read that end where they end. StbImageSharp asks whether it stands at the end, and skips parts whose length a damaged
/// file overstates: past the end of an ordinary stream, where it would look for the end for ever.</summary>
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
