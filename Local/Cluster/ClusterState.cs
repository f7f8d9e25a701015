using System.Text.Json.Serialization;

namespace Grid.Local.Cluster;

/// <summary>What was started, as the folder's <c>cluster.json</c> has it.</summary>
sealed record ClusterState
{
    /// <summary>Null before there is one.</summary>
    public DatabaseState? Database { get; init; }

    public IReadOnlyList<SiloState> Silos { get; init; } = [];

    /// <summary>Prometheus; null where it is not installed.</summary>
    public WatcherState? Watcher { get; init; }

    /// <summary>What gridctl is told in GRID_CLUSTER.</summary>
    [JsonIgnore]
    public string Gateways => string.Join(',', Silos.Select(s => FormattableString.Invariant($"localhost:{s.GatewayPort}")));
}

/// <param name="Port">On the loopback address.</param>
sealed record DatabaseState(DatabaseKind Kind, int Port);

enum DatabaseKind
{
    /// <summary>Somebody else's, which ConnectionStrings__Grid names.</summary>
    Given,

    /// <summary>A server of the machine's own packages.</summary>
    Packaged,

    Container,
}

/// <summary>Ports are on the loopback address.</summary>
sealed record SiloState(string Name, Daemon Daemon, int SiloPort, int GatewayPort, int HttpPort);

sealed record WatcherState(Daemon Daemon, int Port);
