namespace Grid.Torch;

/// <summary>The device's memory is full. Its user tries a smaller batch, as where the host's memory is full.</summary>
sealed class CardMemoryException(string message, Exception inner) : OutOfMemoryException(message, inner);
