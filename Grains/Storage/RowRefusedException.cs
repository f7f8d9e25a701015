namespace Grid.Grains.Storage;

/// <summary>A store that works refuses one of the rows that it was given. Trying again does not help.</summary>
public sealed class RowRefusedException(string message, Exception inner) : Exception(message, inner);
