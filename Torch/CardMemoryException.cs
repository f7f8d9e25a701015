namespace Grid.Torch;

/// <summary>The device's memory is full; its user tries a smaller batch, as with the host's memory.</summary>
sealed class CardMemoryException(string message, Exception inner) : OutOfMemoryException(message, inner);
