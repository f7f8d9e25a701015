namespace Grid.Client.Cluster;

/// <summary>The cluster cannot be reached or did not answer; one line that says what to check.</summary>
sealed class ClusterException(string message, Exception? inner = null) : IOException(message, inner);
