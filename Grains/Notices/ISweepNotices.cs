using Grid.Grains.Storage;

namespace Grid.Grains.Notices;

/// <summary>Who is told that a sweep is over.</summary>
public interface ISweepNotices
{
    /// <summary>Returns at once; whether the message arrives is no concern of the sweep's.</summary>
    /// <param name="url">The address in the sweep file.</param>
    /// <param name="ended">The row as it was written when the sweep ended.</param>
    void Tell(string url, SweepRecord ended);
}
