namespace Grid.Grains.Storage;

/// <summary>A store that works does not take one of the rows it was given: asking again is of no use.</summary>
public sealed class RowRefusedException(string message, Exception inner) : Exception(message, inner);
