namespace Grid.Lab;

/// <summary>An error that the same cell will meet again: shown to the user as it is, never retried.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
