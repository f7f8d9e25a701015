namespace Grid.Local.Runs;

/// <summary>More cells failed than the sweep's limits allow; the others stay open.</summary>
public sealed class TooManyFailedException(
    int failed, int most) : Exception($"{failed} cells failed, and 'failures' of 'limits' allows {most}");
