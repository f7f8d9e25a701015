namespace Grid.Local.Runs;

/// <summary>What was asked for cannot be done; the message is one line that says why and what to do.</summary>
public sealed class RefusedException(string message) : Exception(message);
