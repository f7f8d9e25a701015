using System.ComponentModel.DataAnnotations;

namespace Grid.Silo.Configuration;

/// <summary>The settings of a silo, section <c>Grid</c> of appsettings.json, or of the environment as in <c>Grid__Slots=4</c>.</summary>
public sealed class GridOptions
{
    public const string Section = "Grid";

    /// <summary>Id of the cluster, the same for all its silos and clients.</summary>
    [Required, RegularExpression(Names)]
    public string ClusterId { get; set; } = "grid";

    /// <summary>Id of the service, which stays the same when another cluster replaces this one and goes on with its sweeps.</summary>
    [Required, RegularExpression(Names)]
    public string ServiceId { get; set; } = "grid";

    /// <summary>Name of the silo in lists and metrics; by default POD_NAME, or the machine's name.</summary>
    public string? SiloName { get; set; }

    /// <summary>IP address at which other silos and clients reach this one; by default POD_IP, or loopback.</summary>
    public string? Address { get; set; }

    /// <summary>Port to which other silos connect.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port to which clients connect, the gateway.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Port of health and metrics, and of the cluster's page at <c>/</c>. Without identities the page answers this machine alone,
    /// and with a loopback <see cref="Address"/> all of it does.
    /// </summary>
    [Range(1, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>
    /// Whether <c>/orleans/</c> of <see cref="HttpPort"/> is Orleans' own dashboard, for those who may see the page; the same on every
    /// silo.
    /// </summary>
    public bool Dashboard { get; set; }

    /// <summary>
    /// Devices that run cells: <c>cpu</c>; <c>cuda:0,cuda:1</c>; <c>auto</c> for every GPU with the processors beside it, or the CPU where
    /// there is none; or <c>none</c>.
    /// </summary>
    [Required]
    public string Devices { get; set; } = "cpu";

    /// <summary>Number of groups that run side by side on each device; 0 is one for each processor on a CPU, and one on a GPU.</summary>
    [Range(0, 1024)]
    public int Slots { get; set; }

    /// <summary>
    /// Most groups, of one model under one attack, that a device trains and attacks as one; 0 is 64 on a GPU and 1 on a CPU.
    /// </summary>
    [Range(0, 1024)]
    public int Replicas { get; set; }

    /// <summary>Most groups of one owner's sweeps that this silo holds side by side; 0 is no bound.</summary>
    [Range(0, 1_000_000)]
    public int OwnerGroups { get; set; }

    /// <summary>Whether GPUs may round products to 10 bits of mantissa, which is faster; numbers then differ in the third digit.</summary>
    public bool Tf32 { get; set; }

    /// <summary>Folder for trained models and for results that are not kept yet; without a database also for sweeps and cells.</summary>
    [Required]
    public string Folder { get; set; } = "grid-data";

    /// <summary>Largest size of the trained models kept in <see cref="Folder"/>, in megabytes.</summary>
    [Range(16, 10_000_000)]
    public int ModelMegabytes { get; set; } = 4096;

    /// <summary>Largest size of the trained models shared through the database, in megabytes; a bucket has rules of its own.</summary>
    [Range(0, 10_000_000)]
    public int SharedModelMegabytes { get; set; } = 16384;

    /// <summary>Folders below which sweeps may name files of their own, separated by <c>:</c>; none by default.</summary>
    public string DataFolders { get; set; } = "";

    /// <summary>
    /// Folder of plugins, the same on every silo: each assembly directly in it that uses Grid.Lab is loaded at the start; none by default.
    /// </summary>
    public string PluginFolder { get; set; } = "";

    /// <summary>Hosts that may be notified when a sweep is over (`notify`), separated by `,`; none by default.</summary>
    public string NotifyHosts { get; set; } = "";

    /// <summary>File with the secret that signs such notifications; none by default.</summary>
    public string? NotifySecretFile { get; set; }

    /// <summary>Most cells of a sweep; a larger one is refused.</summary>
    [Range(1, 100_000_000)]
    public int MostCells { get; set; } = 1_000_000;

    /// <summary>How long a worker may be silent before its groups go to others.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a device may go on with a cell that it was told to end. After that its silo reports that it is unhealthy and must be
    /// restarted.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HangTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a cell may go on without a result or a line about what it does. After that it counts as hanging, is told to end, and is
    /// tried again elsewhere. A sweep's own <c>limits.timeout</c> may be shorter.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SilentTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Time to finish cells after SIGTERM; it must be less than Kubernetes' grace period.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(100);

    public TlsSettings Tls { get; set; } = new();

    public IdentitySettings Identity { get; set; } = new();

    public BucketSettings S3 { get; set; } = new();

    const string Names = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
}
